from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django_fsm import FSMField, transition

from portal.models import Lives
from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey
from upgrades.models.purpose import Purpose


class RehearsalState(models.TextChoices):
    WAITING = "WAITING", _("Waiting to begin")
    RUNNING = "RUNNING", _("Rehearsing")
    FINISHED = "FINISHED", _("Rehearsed")
    BROKEN_OFF = "BROKEN_OFF", _("Broken off")
    CANCELLED = "CANCELLED", pgettext_lazy("a rehearsal", "Cancelled")


S = RehearsalState


class RehearsalOutcome(models.TextChoices):
    """How the played upgrade ended."""

    ARRIVES = "ARRIVES", _("arrives")
    HALTS = "HALTS", _("would halt")
    HOLDS = "HOLDS", _("would wait for a decision")
    MISSES = "MISSES", _("would miss its window")
    STANDS = "STANDS", _("would stand still")


class Rehearsal(Purpose, Lives, CustomerOwned):
    """A plan played on a twin in the simulator: what was chosen, and what came of it.

    `digest` is of the very plan that was played. `report` holds plain values: msgids, ids of
    packages, letters, seconds since the play began; nothing of the twin is kept beside it. Instants
    of this row are real time: the play's own are in the report.
    """

    State = RehearsalState
    Outcome = RehearsalOutcome

    site = OwnedForeignKey("appliances.Site", related_name="rehearsals")
    target = models.ForeignKey("appliances.Package", models.PROTECT, related_name="+")
    procedure = models.CharField(max_length=60)
    method = models.CharField(max_length=20)
    offline_ids = ArrayField(models.UUIDField(), null=True)  # nodes that go first; null: proposed
    replacement = OwnedForeignKey("appliances.Appliance", null=True, related_name="+")  # G-HW
    repairs = OwnedForeignKey("upgrades.UpgradeJob", null=True, related_name="+")
    earliest = models.DateTimeField(null=True)  # the first window begins not before; null: any
    digest = models.CharField(max_length=64)
    faults = models.JSONField(default=list)
    seed = models.BigIntegerField()
    state = FSMField(choices=RehearsalState, default=RehearsalState.WAITING, protected=True)
    asked_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)  # real: past it, its process is gone
    bells = models.SmallIntegerField(default=0)  # how often a process was called for in vain
    twin_id = models.UUIDField(null=True)  # the hidden customer, to be erased whatever happens
    steps_done = models.IntegerField(default=0)
    steps_all = models.IntegerField(default=0)
    outcome = models.CharField(max_length=10, choices=RehearsalOutcome, blank=True, default="")
    reason = models.CharField(max_length=400, blank=True, default="")
    report = models.JSONField(default=dict)

    objects = CustomerManager()

    class Meta:
        indexes = [
            models.Index(fields=["site", "digest"], name="rehearsals_of_plan"),
            models.Index(
                fields=["lease_until"],
                condition=models.Q(state__in=["WAITING", "RUNNING"]),
                name="rehearsals_open",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in (S.WAITING, S.RUNNING)

    @property
    def percent(self) -> int:
        return round(100 * self.steps_done / self.steps_all) if self.steps_all else 0

    @property
    def played(self) -> dict[str, Any] | None:
        """The report as programs read it; None until it is finished."""
        if not self.report:
            return None
        stopped = self.report["stopped"]
        return {
            **self.report,
            "stopped": {**stopped, "outcome": self.outcome} if stopped else None,
            "broken_rules": sorted(self.report["rules"]),
        }

    @transition(state, source=S.WAITING, target=S.RUNNING)
    def begin(self, *, at: datetime, until: datetime) -> None:
        self.began_at, self.lease_until = at, until

    @transition(state, source=S.RUNNING, target=S.FINISHED)
    def finish(self, *, outcome: str, report: dict[str, Any], at: datetime) -> None:
        self.outcome, self.report, self.ended_at, self.lease_until = outcome, report, at, None

    @transition(state, source=[S.WAITING, S.RUNNING], target=S.BROKEN_OFF)
    def break_off(self, *, reason: str, at: datetime) -> None:
        self.reason, self.ended_at, self.lease_until = reason, at, None

    @transition(state, source=[S.WAITING, S.RUNNING], target=S.CANCELLED)
    def cancel(self, *, at: datetime) -> None:
        self.ended_at, self.lease_until = at, None
