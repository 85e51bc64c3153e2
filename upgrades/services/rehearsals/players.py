"""Who presses and types in a rehearsal: the autopilot's acts, at their own pace."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext_noop

from appliances import actions as do
from appliances.models import Appliance
from appliances.simulator.autopilot import pictures
from appliances.simulator.autopilot.acts import ACTS
from appliances.simulator.autopilot.calls import Refused as PageRefused
from appliances.simulator.autopilot.evidence import fill
from portal.errors import Refused
from upgrades.models import JobStep
from upgrades.services import steps
from upgrades.services.rehearsals.stage import Stage
from upgrades.services.rehearsals.twins import Twin
from upgrades.services.ticks import loading

Json = dict[str, Any]
AGAIN = timedelta(minutes=5)  # before a page that refused is tried again
PATIENCE = 3  # refusals until a person reports a problem
STILL_AWAY = timedelta(minutes=15)
STAYS_AWAY = gettext_noop("The appliance does not come back.")


@dataclass
class Act:
    """One person at one step: until when, what the page showed, how often it refused."""

    host: str
    step: Json
    ends: datetime
    begins: datetime | None = None
    pressed: bool = False
    shown: Json = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    away: int = 0  # how often somebody looked for it in vain

    def is_busy(self, at: datetime) -> bool:
        """Whether nothing comes of it yet: on the way, or pressed and at work."""
        if self.pressed or self.refused:
            return self.ends > at
        return self.begins is not None and self.begins > at


class Players:
    """Everybody who acts. Inside the twin's transaction only where rows are read or written."""

    def __init__(self, twin: Twin, stage: Stage, dice: Random) -> None:
        self.twin, self.stage, self.dice = twin, stage, dice
        self.acts: dict[Any, Act] = {}
        self.presses: Counter[tuple[int, str]] = Counter()  # (seq, action): how often

    def take(self, step: JobStep, at: datetime, *, late: timedelta, slow: bool) -> Act:
        """Somebody is at a step now: how long it will take them is drawn once."""
        host, about = _places(step)
        usual, most = max(1, step.expected_minutes), max(1, step.worst_minutes)
        minutes = most if slow else round(usual + (most - usual) * self.dice.random() ** 3)
        told = _told(step, host, about)
        act = Act(host, told, at + late + timedelta(minutes=minutes))
        self.acts[step.pk] = act
        return act

    def press(self, act: Act, at: datetime) -> None:
        """The button, once. A page that refuses is tried again, then reported."""
        button = ACTS.get(act.step["action"])
        if button is None:
            act.pressed = True
            return
        try:
            truth = self.stage.truth(act.host)
            act.shown = button(self.stage.park, truth, act.step) or {}
            act.pressed = True
            self.presses[act.step["seq"], act.step["action"]] += 1
        except PageRefused as refusal:
            act.refused.append(_words(refusal))
            act.ends = max(act.ends, at + AGAIN)

    def settle(self, act: Act, at: datetime) -> Json | None:
        """The appliance's truth once what was begun is over; None: it has not come back."""
        for one in act.step["about"]:
            self.stage.settled(one["host"])
        truth = self.stage.settled(act.host)
        if truth["down"]:
            act.ends, act.away = at + STILL_AWAY, act.away + 1
            return None
        return truth

    def confirm(self, step: JobStep, act: Act, truth: Json, at: datetime) -> None:
        """Type what the page shows; what the portal refuses to believe is reported."""
        typed = fill(act.step, truth, act.shown)
        files = {
            one["name"]: _picture(truth)
            for one in act.step["evidence_fields"]
            if one["kind"] == "file" and one["required"]
        }
        try:
            steps.confirm(step, values=typed, files=files, by=self.twin.person, at=at)
        except Refused as refusal:
            self.report(step, str(refusal), at)

    def report(self, step: JobStep, reason: str, at: datetime) -> None:
        steps.report(step, by=self.twin.person, reason=reason, at=at)


def sees_it_alone(step: JobStep, act: Act) -> bool:
    """Whoever installs on a box that the portal cannot ask must say that it stays away."""
    watched = step.appliance is not None and step.appliance.can_be_asked
    return act.away >= PATIENCE and not watched


def _places(step: JobStep) -> tuple[str, list[Json]]:
    """On whose page a step is, and whom it is about. What stands on no appliance is played on the
    one it is about, or on the one that serves."""
    boxes = {box.pk: box for box in Appliance.known.filter(site_id=step.job.site_id)}
    about = [
        {"host": boxes[pk].host, "letter": boxes[pk].letter} for pk in step.about_ids if pk in boxes
    ]
    if step.appliance is not None:
        return step.appliance.host, about
    if about:
        return about[0]["host"], about
    serving = loading.serving(step.job)
    assert serving is not None, step
    return serving.host, about


def _told(step: JobStep, host: str, about: list[Json]) -> Json:
    """The step as the REST API tells it to whoever acts."""
    package = step.package
    return {
        "seq": step.seq,
        "action": step.action,
        "appliance": {"host": host},
        "about": about,
        "package": None if package is None else {
            "kind": package.kind.lower(), "version": package.version, "name": package.name,
        },
        "evidence_fields": [
            {"name": one.name, "kind": str(one.kind), "required": one.required,
             "choices": [list(choice) for choice in one.choices]}
            for one in do.find(step.action).evidence_fields
        ],
    }  # fmt: skip


def _picture(truth: Json) -> SimpleUploadedFile:
    shown = pictures.of(f"{truth['base']} {truth['serial']}")
    return SimpleUploadedFile("page.png", shown, content_type="image/png")


def _words(refusal: PageRefused) -> str:
    """The page's own sentence."""
    return (refusal.message or str(refusal))[:300]
