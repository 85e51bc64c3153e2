"""The faults of a play, each brought about when its step begins and taken away again."""

from datetime import datetime, timedelta
from typing import Any

from upgrades.models import JobStep
from upgrades.models.step import OVER
from upgrades.services.rehearsals.faults import Chosen
from upgrades.services.rehearsals.losing import Moment
from upgrades.services.rehearsals.stage import Stage
from upgrades.services.rehearsals.twins import Twin

HOUR = timedelta(hours=1)
LATE = timedelta(hours=3)
SKEW_SECONDS = 900
FOLLOW_AFTER = timedelta(days=3)
STAYING = 4  # clients on a node that never drains
NEVER = "9999.0"


class Script:
    """What goes wrong, and when. The play asks it before each turn."""

    def __init__(self, twin: Twin, stage: Stage, chosen: list[Chosen]) -> None:
        self.twin, self.stage = twin, stage
        self.chosen = chosen
        self.come: dict[Chosen, datetime] = {}  # what has happened
        self.ends: dict[Chosen, datetime] = {}  # what will be over again
        self.slow = any(one.name == "all-slow" for one in chosen)

    def begin(self, at: datetime) -> None:
        """What is so from the beginning."""
        for one in self._named("all-slow"):
            self.come[one] = at

    @property
    def places(self) -> set[int]:
        """The steps at which something is still to happen, or to be over."""
        coming = {one for one in self.chosen if one not in self.come}
        return {one.seq for one in coming | set(self.ends) if one.name in self.HAPPENINGS}

    @property
    def kills(self) -> bool:
        """Whether a worker is still to be lost."""
        return any(one not in self.come for one in self._named("worker-lost"))

    def before(self, steps: list[JobStep], at: datetime) -> None:
        """Bring about what happens at steps that begin now; take away what is over."""
        begun = {step.seq: step for step in steps if step.state != JobStep.State.PLANNED}
        for one in self.chosen:
            step, happens = begun.get(one.seq), self.HAPPENINGS.get(one.name)
            if one in self.come or step is None or happens is None:
                continue
            if happens(self, one, step, at):
                self.come[one] = at
        for one in [one for one, ends in self.ends.items() if ends <= at]:
            del self.ends[one]
            self._over(one, begun[one.seq])

    def upcoming(self) -> list[datetime]:
        return list(self.ends.values())

    def late(self, step: JobStep, at: datetime) -> timedelta:
        """How much later than usual somebody acts on a step."""
        for one in self._named("person-late", step.seq):
            self.come[one] = at
            return LATE
        for one in self._named("dns-slow", step.seq):
            self.come[one] = at
        return timedelta()

    def moves_late(self, step: JobStep) -> bool:
        """Whether what this step changes in the network is seen an hour later only."""
        return bool(self._named("dns-slow", step.seq))

    def loses(self, step: JobStep, at: datetime) -> Moment | None:
        """Whether the worker that takes this step now is lost, and when in its turn."""
        for one in self._named("worker-lost", step.seq):
            if one not in self.come and step.state not in OVER:
                self.come[one] = at
                return Moment(one.moment)
        return None

    @property
    def waits(self) -> bool:
        """Whether something is still to go wrong, or to be over, between two turns of steps."""
        return bool(self.ends) or any(one not in self.come for one in self.chosen)

    def _named(self, name: str, seq: int | None = None) -> list[Chosen]:
        return [one for one in self.chosen if one.name == name and seq in (None, one.seq)]

    def _host(self, step: JobStep) -> str:
        if step.appliance is not None:
            return step.appliance.host
        return next(iter(self.twin.hosts.values()))

    def _base_fails(self, one: Chosen, step: JobStep, at: datetime) -> bool:
        self.stage.add_faults(self._host(step), base_install_fails={"times": 1})
        return True

    def _product_stays(self, one: Chosen, step: JobStep, at: datetime) -> bool:
        self.stage.add_faults(self._host(step), product_install_noop={"times": 1})
        return True

    def _refused(self, one: Chosen, step: JobStep, at: datetime) -> bool:
        """The vendor's list asks for a base that there is not yet."""
        if step.package is None:
            return False
        feed = [
            dict(row) | {"requires": [{"kind": "base", "op": ">=", "version": NEVER}]}
            if row["name"] == step.package.name else row
            for row in self.twin.original.feed
        ]  # fmt: skip
        self.stage.simulator.control("POST", "park", {"packages": feed})
        return True

    def _unreachable(self, one: Chosen, step: JobStep, at: datetime) -> bool:
        self.stage.add_faults(self._host(step), offline=True)
        self.ends[one] = at + HOUR
        return True

    def _answer_lost(self, one: Chosen, step: JobStep, at: datetime) -> bool:
        self.stage.add_faults(self._host(step), answer_lost={"times": 1})
        return True

    def _clock_off(self, one: Chosen, step: JobStep, at: datetime) -> bool:
        self.stage.add_faults(self._host(step), clock_skew=SKEW_SECONDS)
        return True

    def _keys_differ(self, one: Chosen, step: JobStep, at: datetime) -> bool:
        hosts = list(self.twin.hosts.values())
        self.stage.set(hosts[1] if len(hosts) > 1 else hosts[0], psk="another key")
        return True

    def _connections_stay(self, one: Chosen, step: JobStep, at: datetime) -> bool:
        self.stage.add_faults(self._host(step), never_drains=STAYING)
        return True

    def _clients_stay(self, one: Chosen, step: JobStep, at: datetime) -> bool:
        host = self._host(step)
        later = (at + FOLLOW_AFTER).timestamp()
        rows: list[dict[str, Any]] = self.stage.truth(host)["jump_clients"]
        for row in rows[::2]:
            row |= {"pending": True, "follows_at": later, "connection_type": "active"}
        self.stage.set(host, jump_clients=rows)
        return True

    def _over(self, one: Chosen, step: JobStep) -> None:
        self.stage.clear_faults(self._host(step), "offline")

    HAPPENINGS = {
        "base-fails": _base_fails,
        "product-stays": _product_stays,
        "package-refused": _refused,
        "unreachable": _unreachable,
        "answer-lost": _answer_lost,
        "clock-off": _clock_off,
        "sync-fails": _keys_differ,
        "endless-connections": _connections_stay,
        "clients-stay": _clients_stay,
    }
