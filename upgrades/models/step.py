from datetime import UTC, datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django_fsm import FSMField, transition

from portal.models import Lives
from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey
from upgrades.models.step_state import StepState

S = StepState
OVER = (S.DONE, S.SKIPPED, S.CANCELLED)
IN_FLIGHT = (S.CLAIMED, S.WATCHING, S.VERIFYING)
OPEN = (S.READY, S.CLAIMED, S.WATCHING, S.WAITING, S.ASKING, S.VERIFYING, S.HELD)
FOR_PEOPLE = models.Q(state__in=["HELD", "ASKING"])  # few, and the runner's turns leave them


class StepQuerySet(models.QuerySet["JobStep"]):
    def in_order(self) -> "StepQuerySet":
        return self.order_by("seq")

    def over(self) -> "StepQuerySet":
        return self.filter(state__in=OVER)

    def open(self) -> "StepQuerySet":
        return self.filter(state__in=OPEN)

    def with_names(self) -> "StepQuerySet":
        return self.select_related("appliance", "package", "holder", "confirmed_by")


class JobStep(Lives, CustomerOwned):
    """One line of a job, with what proves it. DONE says something about the appliance, never
    about our call. Moves through its transitions; the runner's SQL names the same moves.

    A turn of the runner rewrites the row's entry in every index, so there is one only where steps
    are looked for by it.
    """

    STAYS_BEHIND: ClassVar = frozenset({"lease_owner"})  # ours alone

    State = StepState

    job = OwnedForeignKey("upgrades.UpgradeJob", related_name="steps", db_index=False)
    seq = models.IntegerField()
    rank = models.IntegerField()
    lane = models.CharField(max_length=80)
    hop = models.IntegerField(default=0)
    phase = models.CharField(max_length=120)
    window = models.IntegerField(default=0)  # 0: needs no booking
    lead = models.IntegerField(default=0)
    text = models.CharField(max_length=200)
    action = models.CharField(max_length=40)
    guide = models.CharField(max_length=200)
    role = models.CharField(max_length=40)
    appliance = OwnedForeignKey("appliances.Appliance", null=True, related_name="+")
    about_ids = ArrayField(models.UUIDField(), default=list)
    package = models.ForeignKey(
        "appliances.Package", models.PROTECT, null=True, related_name="+", db_index=False
    )
    doer = models.CharField(max_length=20)
    effect = models.CharField(max_length=20)
    halts = models.BooleanField(default=False)  # a problem here halts the job (G-PREP-12)
    expected_minutes = models.IntegerField(default=0)
    worst_minutes = models.IntegerField(default=0)
    state = FSMField(choices=StepState, default=StepState.PLANNED, protected=True)
    next_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=60, blank=True, default="")
    token = models.BigIntegerField(default=0)
    claims = models.SmallIntegerField(default=0)
    reason = models.CharField(max_length=400, blank=True, default="")
    baseline = models.JSONField(default=dict)
    observed = models.JSONField(default=dict)
    evidence = models.JSONField(default=dict)
    holder = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    holder_until = models.DateTimeField(null=True)
    # How far its holder says it is: percent (or None), note, at. A column of its own, which no
    # turn of the runner writes: what is told often must not cost a look at the appliance.
    progressed = models.JSONField(null=True)
    confirmed_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    second_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = CustomerManager.from_queryset(StepQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "seq"], name="one_step_a_place")]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(
                    state__in=["READY", "WATCHING", "WAITING", "VERIFYING", "ASKING"]
                ),
                name="steps_due",
            ),
            models.Index(
                fields=["lease_until"],
                condition=models.Q(lease_until__isnull=False),
                name="steps_claimed",
            ),
            models.Index(fields=["job", "rank"], name="steps_of_job"),
            models.Index(fields=["customer", "job"], condition=FOR_PEOPLE, name="steps_for_people"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}. {self.text}"

    @property
    def waits_until(self) -> datetime | None:
        """The end of a wait; `next_at` may be a look on the way."""
        told = self.observed.get("extended_until") or self.observed.get("until")
        if not told or self.next_at is None:
            return self.next_at
        return max(datetime.fromisoformat(told), self.next_at)

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def offered(self) -> dict[str, str] | None:
        """To whom a handover is offered: id and name, by whom, and what they said."""
        return self.observed.get("offered")

    @property
    def is_lapsed(self) -> bool:
        """Whether the program that holds it has not been heard of for as long as its lease."""
        return self.holder_until is not None and self.holder_until < datetime.now(UTC)

    def is_offered_to(self, person: Any) -> bool:
        return bool(self.offered and self.offered["id"] == str(person.pk))

    @transition(state, source=S.PLANNED, target=S.READY)
    def ready(self, *, at: datetime) -> None:
        self.next_at = at

    @transition(state, source=S.READY, target=S.CLAIMED)
    def claim(self) -> None:
        """Only the runner's statement claims: with a token, a lease and the claim counted."""

    @transition(state, source=[S.CLAIMED, S.WATCHING, S.WAITING, S.ASKING], target=S.VERIFYING)
    def verify(self) -> None:
        pass

    @transition(state, source=S.CLAIMED, target=S.WATCHING)
    def watch(self, *, next_at: datetime) -> None:
        self.next_at = next_at

    @transition(state, source=S.CLAIMED, target=S.WAITING)
    def wait(self, *, until: datetime, reason: str) -> None:
        self.next_at, self.reason = until, reason

    @transition(state, source=S.WAITING, target=S.READY)
    def begin_again(self, *, at: datetime) -> None:
        """Its window was missed and has another time: all is asked as at a beginning."""
        self.next_at, self.reason = at, ""

    @transition(state, source=S.CLAIMED, target=S.ASKING)
    def ask(self, *, look_at: datetime | None) -> None:
        self.next_at = look_at

    @transition(state, source=S.CLAIMED, target=S.READY)
    def release(self, *, at: datetime) -> None:
        """Nothing was sent."""
        self.next_at = at

    @transition(state, source=S.CLAIMED, target=S.VERIFYING)
    def lose(self, *, at: datetime) -> None:
        """Its worker is gone, and something may have been sent: the appliance is asked."""
        self.next_at = at

    @transition(state, source=S.VERIFYING, target=S.DONE)
    def prove(self, *, at: datetime) -> None:
        self.ended_at, self.next_at, self.reason = at, None, ""

    @transition(state, source=S.VERIFYING, target=S.WATCHING)
    def again(self, *, next_at: datetime) -> None:
        self.next_at = next_at

    @transition(state, source=[S.VERIFYING, S.HELD], target=S.READY)
    def retry(self, *, at: datetime) -> None:
        self.next_at, self.reason, self.claims = at, "", 0
        self.progressed = None

    @transition(
        state,
        source=[S.VERIFYING, S.CLAIMED, S.WATCHING, S.WAITING, S.ASKING],
        target=S.HELD,
    )
    def hold(self, *, reason: str) -> None:
        self.reason, self.next_at = reason, None

    @transition(state, source=S.HELD, target=S.DONE)
    def accept(self, *, by: Any, at: datetime) -> None:
        self.confirmed_by, self.ended_at = by, at

    @transition(state, source=S.HELD, target=S.SKIPPED)
    def skip(self, *, by: Any, at: datetime, reason: str) -> None:
        self.confirmed_by, self.ended_at, self.reason = by, at, reason

    @transition(state, source=S.ASKING, target=S.ASKING)
    def take(self, *, by: Any, until: datetime | None = None) -> None:
        self._held_by(by, until)
        self._offered_no_more()

    @transition(state, source=S.ASKING, target=S.ASKING)
    def give_back(self) -> None:
        self.holder = self.holder_until = self.progressed = None
        self._offered_no_more()

    @transition(state, source=S.ASKING, target=S.ASKING)
    def hand_over(self, *, to: Any, note: str = "", by: Any, until: datetime | None = None) -> None:
        """Offered: whoever offers it holds it until the other accepts."""
        self._held_by(by, until)
        told = {"id": str(to.pk), "name": str(to), "note": note, "by": str(by)}
        self.observed = {**self.observed, "offered": told}

    @transition(state, source=S.ASKING, target=S.ASKING)
    def accept_handover(self, *, by: Any, until: datetime | None = None) -> None:
        self.holder, self.holder_until = by, until
        self._offered_no_more()

    @transition(state, source=S.ASKING, target=S.ASKING)
    def progress(self, *, told: dict[str, Any], until: datetime | None) -> None:
        """Its holder is on the way, and holds it on: a program until then."""
        self.progressed, self.holder_until = told, until

    def _held_by(self, person: Any, until: datetime | None) -> None:
        if self.holder_id != person.pk:
            self.progressed = None
        self.holder, self.holder_until = person, until

    def _offered_no_more(self) -> None:
        self.observed = {k: v for k, v in self.observed.items() if k != "offered"}

    @transition(state, source=[S.PLANNED, S.READY, S.WAITING, S.ASKING, S.HELD], target=S.CANCELLED)
    def cancel(self, *, at: datetime) -> None:
        self.ended_at, self.next_at = at, None
