from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext, gettext_lazy as _
from django_fsm import FSMField, transition

from portal.errors import Refused
from portal.models import Lives
from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey
from upgrades.models.job_state import BEFORE_RUNNING, ENDED, UNDER_WAY, JobState
from upgrades.models.purpose import WITH_PURPOSE, Purpose
from upgrades.models.said import told
from upgrades.planning import stored
from upgrades.planning.vocabulary import Sentence

__all__ = ["BEFORE_RUNNING", "ENDED", "UNDER_WAY", "JobState", "UpgradeJob"]

S = JobState
# Preparation begins at least this long before the first window, and no longer where it needs no
# more: so backups and certificates are under 24 hours old at the first package (G-RULE-4).
PREPARES = timedelta(hours=12)


class SelfApproval(Refused):
    """Two people: the approver is not the requester."""

    code = "self-approval"


class OutsideApproval(Refused):
    code = "outside-approval"


class JobQuerySet(models.QuerySet["UpgradeJob"]):
    def under_way(self) -> "JobQuerySet":
        return self.filter(state__in=UNDER_WAY)

    def ahead(self) -> "JobQuerySet":
        return self.filter(state__in=BEFORE_RUNNING)

    def with_site(self) -> "JobQuerySet":
        return self.select_related("site", "requested_by", "approved_by", "holder", *WITH_PURPOSE)


class UpgradeJob(Purpose, Lives, CustomerOwned):
    """One site taken to one target by one procedure. Its steps are rows, copied from the plan at
    submission; `plan` is what the approver sees: hops, reasons, durations, windows."""

    State = JobState

    number = models.PositiveIntegerField()
    site = OwnedForeignKey("appliances.Site", related_name="jobs")
    procedure = models.CharField(max_length=60)
    method = models.CharField(max_length=20, default="automatic")
    target = models.ForeignKey("appliances.Package", models.PROTECT, related_name="+")
    replacement = OwnedForeignKey("appliances.Appliance", null=True, related_name="+")  # G-HW
    repairs = OwnedForeignKey("upgrades.UpgradeJob", null=True, related_name="repairs_of")
    # A cluster's nodes that go off line first, as a person chose them; null: as proposed.
    offline_ids = ArrayField(models.UUIDField(), null=True)
    state = FSMField(choices=JobState, default=JobState.DRAFT, protected=True)
    plan = models.JSONField(default=dict)
    expected_minutes = models.IntegerField(default=0)
    worst_minutes = models.IntegerField(default=0)
    downtime_expected = models.IntegerField(default=0)
    downtime_worst = models.IntegerField(default=0)
    # Minutes that what comes before its first window may take, at worst.
    prepares_worst = models.IntegerField(default=0)
    not_before = models.DateField(null=True)  # the approval covers the plan and these dates
    not_after = models.DateField(null=True)
    requested_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    # Who agreed that a region is without an accepting node for a time, and when (G-RULE-7).
    word_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    word_at = models.DateTimeField(null=True)
    holder = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    pause_asked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, blank=True, default="")
    said = models.JSONField(null=True)  # the reason, where it is a sentence of the portal's
    halted_at = models.DateTimeField(null=True)
    base_problem = models.BooleanField(default=False)
    left_behind = models.JSONField(default=list)  # stable words
    left_state = models.JSONField(default=dict)  # word → ids of the appliances concerned

    objects = CustomerManager.from_queryset(JobQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "number"], name="one_number_a_customer"),
            models.UniqueConstraint(
                fields=["site"],
                condition=models.Q(state__in=["RUNNING", "PAUSED", "HALTED"]),
                name="one_job_runs_on_a_site",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "site"], name="jobs_by_state"),
            models.Index(fields=["customer", "-made_at", "-id"], name="jobs_in_order"),
            models.Index(fields=["-made_at", "-number", "id"], name="jobs_of_all_in_order"),
        ]

    @property
    def label(self) -> str:
        return f"UJ-{self.number}"

    @property
    def preparation(self) -> timedelta:
        """How long before its first window it begins."""
        return timedelta(minutes=self.preparation_minutes)

    @property
    def preparation_minutes(self) -> int:
        return max(int(PREPARES / timedelta(minutes=1)), self.prepares_worst)

    @property
    def moves(self) -> list[dict[str, Any]]:
        """Windows that were moved since it was last approved: what its approver must look at."""
        return [
            move | {end: datetime.fromisoformat(move[end]) for end in ("was", "now")}
            for move in self.plan.get("moved", [])
        ]

    @property
    def why(self) -> str:
        """The reason in the language that is active."""
        if self.said:
            return told(stored.load(self.said))
        return gettext(self.reason) if self.reason else ""

    @property
    def kept_reason(self) -> str | Sentence:
        return stored.load(self.said) if self.said else self.reason

    def because(self, reason: str | Sentence) -> None:
        """Words of a person, or a sentence that is told to each reader in their language."""
        self.reason = str(reason)[:400]
        self.said = stored.dump(reason) if isinstance(reason, Sentence) else None

    def was_moved_by(self, person: Any) -> bool:
        return str(person.pk) in {move["by"] for move in self.moves}

    def __str__(self) -> str:
        return self.label

    @transition(state, source=S.DRAFT, target=S.PROPOSED)
    def submit(self, *, by: Any, at: datetime) -> None:
        self.requested_by, self.requested_at = by, at
        self.approved_by = self.approved_at = self.word_by = self.word_at = None

    @transition(state, source=S.PROPOSED, target=S.SCHEDULED)
    def approve(self, *, by: Any, at: datetime) -> None:
        if by == self.requested_by:
            raise SelfApproval(
                _("You asked for this yourself: somebody else must approve it."),
                remedy=_("Ask a colleague who may approve, or the vendor's support."),
            )
        if by is not None and self.was_moved_by(by):
            raise SelfApproval(
                _("You moved a window of it yourself: somebody else must approve it."),
                remedy=_("Ask a colleague who may approve, or the vendor's support."),
            )
        self.approved_by, self.approved_at = by, at

    @transition(state, source=[S.SCHEDULED, S.MISSED], target=S.PROPOSED)
    def propose_again(self) -> None:
        """A window was moved out of what was approved: the whole is approved anew, as it is now."""
        self.approved_by = self.approved_at = self.word_by = self.word_at = None

    @transition(state, source=S.PROPOSED, target=S.DRAFT)
    def reject(self, *, reason: str | Sentence) -> None:
        self.because(reason)

    @transition(state, source=S.PROPOSED, target=S.DRAFT)
    def withdraw(self) -> None:
        pass

    @transition(state, source=S.SCHEDULED, target=S.DRAFT)
    def revise(self, *, reason: str | Sentence) -> None:
        """Plan, package, entitlement or bounds changed: the approval is void."""
        self.because(reason)
        self.approved_by = self.approved_at = self.word_by = self.word_at = None

    @transition(state, source=S.SCHEDULED, target=S.MISSED)
    def miss(self) -> None:
        pass

    @transition(state, source=S.MISSED, target=S.SCHEDULED)
    def rebook(self) -> None:
        pass

    @transition(state, source=S.MISSED, target=S.RUNNING)
    def find_begun(self, *, at: datetime) -> None:
        """Only the portal missed it: paper shows that it was begun at `at`, in its window."""
        self.started_at = at

    @transition(state, source=S.SCHEDULED, target=S.RUNNING)
    def start(self, *, at: datetime) -> None:
        self.started_at = at

    @transition(state, source=S.RUNNING, target=S.PAUSED)
    def pause(self) -> None:
        self.pause_asked_at = None

    @transition(state, source=[S.RUNNING, S.PAUSED], target=S.HALTED)
    def halt(self, *, reason: str, at: datetime, base_problem: bool = False) -> None:
        self.because(reason)
        self.halted_at, self.pause_asked_at = at, None
        self.base_problem = self.base_problem or base_problem

    @transition(state, source=[S.PAUSED, S.HALTED], target=S.RUNNING)
    def resume(self) -> None:
        self.because("")
        self.halted_at = None
        self.base_problem = False

    @transition(state, source=[S.HALTED, S.PAUSED], target=S.ABANDONED)
    def abandon(self, *, reason: str, left: dict[str, list[str]], at: datetime) -> None:
        self.because(reason)
        self.ended_at = at
        self.left_behind, self.left_state = list(left), left

    @transition(state, source=[S.RUNNING, S.PAUSED], target=S.RUNNING)
    def end_early(self) -> None:
        """Hops not begun are given up; the current one is finished, then DONE below target."""

    @transition(state, source=list(BEFORE_RUNNING), target=S.CANCELLED)
    def cancel(self, *, reason: str | Sentence, at: datetime) -> None:
        self.because(reason)
        self.ended_at = at

    @transition(state, source=S.RUNNING, target=S.DONE)
    def finish(self, *, at: datetime, left: dict[str, list[str]] | None = None) -> None:
        """`left`: what steps would have put right that people skipped."""
        self.ended_at = at
        self.left_behind, self.left_state = list(left or {}), left or {}
