"""One look after the other: take a step, press its button, wait until it is over, confirm."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from appliances.simulator.autopilot import pictures
from appliances.simulator.autopilot.acts import ACTS
from appliances.simulator.autopilot.calls import Park, Portal, Refused
from appliances.simulator.autopilot.evidence import fill

log = logging.getLogger("autopilot")
FORGET_AFTER = 5.0  # a step that is asked again after being gone so long is pressed again
ALREADY = "already-so"  # the code of the one refusal that means that nothing is left to do
PATIENCE = 2.0  # before a refused take or confirm is tried again


@dataclass
class Work:
    """What is known of one step between two looks. Times are monotonic seconds."""

    seen_at: float = 0.0
    not_before: float = 0.0
    pressed: bool = False
    shown: dict = field(default_factory=dict)
    refusals: int = 0


class Autopilot:
    def __init__(self, portal: Portal, park: Park, clock: Callable[[], float] = time.monotonic):
        self.portal, self.park, self.clock = portal, park, clock
        self.work: dict[str, Work] = {}

    def look(self) -> None:
        """Never raises: whatever goes wrong is logged and tried again."""
        try:
            steps = self.portal.open_steps()
        except Refused as problem:
            log.warning("the portal does not answer: %s", problem)
            return
        now = self.clock()
        for step in steps:
            work = self.work.setdefault(str(step["id"]), Work())
            work.seen_at = now
            if now >= work.not_before and not _is_the_portals(step):
                self._try(step, work)
        gone = [key for key, one in self.work.items() if one.seen_at < now - FORGET_AFTER]
        for key in gone:
            del self.work[key]

    def _try(self, step: dict, work: Work) -> None:
        try:
            self._further(step, work)
        except Refused as problem:
            work.refusals += 1
            work.not_before = self.clock() + min(30.0, PATIENCE * work.refusals)
            log.info("%s of step %s: %s", step.get("action"), step["id"], problem)
        except Exception:
            work.not_before = self.clock() + 30.0
            log.exception("step %s", step["id"])

    def _further(self, step: dict, work: Work) -> None:
        """One step on the way: taken and pressed at the first look, confirmed once it is over."""
        host = _host(step)
        if not work.pressed:
            if step["state"] == "ASKING":
                self.portal.take(step)
            work.shown = self._press(step, host)
            work.pressed = True
            log.info("%s on %s", step.get("action"), host or "the site")
        truth = self.park.truth(host) if host else None
        if truth and (truth["operation"] or truth["down"]):
            return
        self.portal.confirm(step, fill(step, truth, work.shown) | self._pictures(step, truth))
        work.not_before = self.clock() + PATIENCE

    def _pictures(self, step: dict, truth: dict | None) -> dict[str, str]:
        """One for each that must be there: of the page as it is after the act."""
        wanted = [
            field["name"]
            for field in step.get("evidence_fields") or []
            if field.get("kind") == "file" and field.get("required", True)
        ]
        shown = pictures.of(f"{(truth or {}).get('base', '')} {(truth or {}).get('serial', '')}")
        return {name: self.portal.show(step, shown) for name in wanted}

    def _press(self, step: dict, host: str | None) -> dict:
        """A button that refuses because all is done already is not pressed in vain; any other
        refusal is tried again later."""
        act = ACTS.get(step.get("action", ""))
        if act is None or not host:
            return {}
        try:
            return act(self.park, self.park.truth(host), step) or {}
        except Refused as refusal:
            if refusal.code != ALREADY:
                raise
            log.info("%s on %s: %s", step["action"], host, refusal)
            return {}


def _is_the_portals(step: dict) -> bool:
    """What the portal itself reads or has sent is nobody's to press."""
    return step.get("doer") == "portal" and step["state"] != "ASKING"


def _host(step: dict) -> str | None:
    """Where a step is pressed: on its appliance; the network side's, on the one it is about."""
    named = [step.get("appliance"), *(step.get("about") or [])]
    return next((one["host"] for one in named if one), None)
