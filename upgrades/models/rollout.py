import uuid
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django_fsm import FSMField, transition

from portal.models import Lives


class RolloutState(models.TextChoices):
    DRAFT = "DRAFT", _("Draft")
    OPEN = "OPEN", pgettext_lazy("a rollout", "Open")
    PAUSED = "PAUSED", _("Paused")
    STOPPED = "STOPPED", _("Stopped")
    CLOSED = "CLOSED", _("Closed")
    CANCELLED = "CANCELLED", pgettext_lazy("a rollout", "Cancelled")


S = RolloutState


class Rollout(Lives, models.Model):
    """A major release offered to entitled customers, wave after wave (G-PREP-3). Platform data:
    a customer sees only its own enrolments.

    `audience` is a sentence of the one filter language. `stopped_days` are the days that a stopped
    line took from everybody: every last possible date moves by them. Who is in it is drawn by a
    worker, in steps: `drawn_at` is empty until the enrolments are those of the words above, and
    `draw_asked_at` is when that was last asked for. `told_at`: when somebody sent the letters that
    a stop had drafted; `letters`: what somebody wrote in their place, by language.
    """

    State = RolloutState

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120)
    release = models.ForeignKey("appliances.Package", models.PROTECT, related_name="+")
    audience = models.CharField(_("audience"), max_length=1000, blank=True, default="")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    state = FSMField(choices=RolloutState, default=RolloutState.DRAFT, protected=True)
    reason = models.CharField(max_length=400, blank=True, default="")
    notices = models.CharField(_("what users will notice"), max_length=2000, blank=True, default="")
    made_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_days = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    draw_asked_at = models.DateTimeField(null=True)
    drawn_at = models.DateTimeField(null=True)
    of_all = models.PositiveIntegerField(default=0)  # sites that the audience names
    coverage = models.JSONField(default=dict)  # of the waves by likeness: covered, and what is not
    told_at = models.DateTimeField(null=True)
    letters = models.JSONField(default=dict)

    objects = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="rollout_has_days"
            ),
            models.UniqueConstraint(
                fields=["release"],
                condition=models.Q(state__in=["OPEN", "PAUSED", "STOPPED"]),
                name="one_rollout_a_release",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @transition(state, source=S.DRAFT, target=S.OPEN)
    def open(self, *, at: datetime) -> None:
        self.opened_at = at

    @transition(state, source=S.OPEN, target=S.PAUSED)
    def pause(self, *, reason: str) -> None:
        """No new alerts or bookings; jobs run on."""
        self.reason = reason

    @transition(state, source=S.PAUSED, target=S.OPEN)
    def resume(self) -> None:
        self.reason = ""

    @transition(state, source=[S.OPEN, S.PAUSED], target=S.STOPPED)
    def stop(self, *, reason: str, at: datetime) -> None:
        """Running jobs pause at their next safe point, bookings are held."""
        self.reason, self.stopped_at, self.told_at, self.letters = reason, at, None, {}

    @transition(state, source=S.STOPPED, target=S.OPEN)
    def lift(self, *, at: datetime) -> None:
        """A day begun counts: nobody loses a day that the line stood still."""
        assert self.stopped_at is not None
        self.stopped_days += -(-(at - self.stopped_at).total_seconds() // 86_400)
        self.reason, self.stopped_at = "", None

    @transition(state, source=S.DRAFT, target=S.CANCELLED)
    def cancel(self, *, at: datetime) -> None:
        self.ended_at = at

    @transition(state, source=[S.OPEN, S.PAUSED, S.STOPPED], target=S.CLOSED)
    def close(self, *, at: datetime) -> None:
        self.ended_at = at


class Wave(models.Model):
    """A group of a rollout that goes together. Platform data.

    `share` or `size` says how many of the audience it takes (both empty: all that is left);
    `by_likeness` chooses those that cover the fleet's variety with the fewest sites.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rollout = models.ForeignKey(Rollout, models.CASCADE, related_name="waves")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=80, blank=True, default="")
    by_likeness = models.BooleanField(default=False)
    size = models.PositiveIntegerField(null=True)
    share = models.PositiveSmallIntegerField(null=True)  # percent of the audience
    opens_next_at = models.PositiveSmallIntegerField(default=100)  # percent upgraded
    soak_days = models.PositiveSmallIntegerField(default=0)  # from then to the next wave
    stops_at = models.PositiveSmallIntegerField(default=10)  # percent failed: stops the rollout
    # Failures that were known when a stopped line was lifted: they stop it no more.
    failures_answered = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    passed_at = models.DateTimeField(null=True)  # when `opens_next_at` was reached

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rollout", "number"], name="one_wave_a_number"),
            models.CheckConstraint(
                condition=models.Q(opens_next_at__range=(0, 100), stops_at__range=(0, 100)),
                name="wave_thresholds_are_shares",
            ),
        ]
        ordering = ["rollout", "number"]
