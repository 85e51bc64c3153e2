from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django_fsm import FSMField, transition

from portal.models import Lives
from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey
from upgrades.models.said import told
from upgrades.planning import stored
from upgrades.planning.vocabulary import Sentence


class EnrolmentState(models.TextChoices):
    WAITING = "WAITING", _("Waiting")
    READY = "READY", pgettext_lazy("a site in a rollout", "Ready")
    ALERTED = "ALERTED", _("Alerted")
    BOOKED = "BOOKED", pgettext_lazy("a site in a rollout", "Booked")
    UPGRADING = "UPGRADING", _("Upgrading")
    UPGRADED = "UPGRADED", _("Upgraded")
    DECLINED = "DECLINED", pgettext_lazy("a site in a rollout", "Declined")
    LAPSED = "LAPSED", pgettext_lazy("a site in a rollout", "Lapsed")
    EXCLUDED = "EXCLUDED", _("Left out")
    FAILED = "FAILED", _("Failed")


S = EnrolmentState
BEFORE_UPGRADING = (S.WAITING, S.READY, S.ALERTED, S.BOOKED, S.DECLINED, S.LAPSED)
OPEN_ENDED = (S.WAITING, S.READY, S.ALERTED, S.BOOKED, S.UPGRADING)


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def of(self, rollout: Any) -> "EnrolmentQuerySet":
        return self.filter(rollout=rollout)

    def in_order(self) -> "EnrolmentQuerySet":
        """The fair order of the rollout: by risk, age and promise, not by who clicks first."""
        return self.order_by("place", "id")


class Enrolment(Lives, CustomerOwned):
    """One site's place in a rollout.

    `code` and `reason` say why it is left out, or what it waits for: a person's own words, or in
    English what `said` keeps to be told in every reader's language (`why`). `look_at`: not before
    is it looked at again; `held_at`: since when a stopped line holds it; `told_at`: when its people
    were told of that.
    """

    State = EnrolmentState

    rollout = models.ForeignKey("upgrades.Rollout", models.PROTECT, related_name="+")
    wave = models.ForeignKey("upgrades.Wave", models.PROTECT, null=True, related_name="+")
    site = OwnedForeignKey("appliances.Site", related_name="enrolments")
    job = OwnedForeignKey("upgrades.UpgradeJob", null=True, related_name="enrolments")
    contact = OwnedForeignKey("portal.Contact", null=True, related_name="+")
    state = FSMField(choices=EnrolmentState, default=EnrolmentState.WAITING, protected=True)
    place = models.PositiveIntegerField(default=0)  # in the fair order
    planned_on = models.DateField(null=True)  # entitlement is asked for this day (G-PREP-3)
    last_possible_on = models.DateField(null=True)
    # The silent customer's ladder: the last rung that was taken, and when the next one is due.
    rung = models.CharField(max_length=20, blank=True, default="")
    rung_at = models.DateTimeField(null=True)
    alerted_at = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=40, blank=True, default="")
    reason = models.CharField(max_length=400, blank=True, default="")
    said = models.JSONField(null=True)  # a kept sentence (planning/stored.py)
    enrolled_at = models.DateTimeField()
    look_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    objects = CustomerManager.from_queryset(EnrolmentQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rollout", "site"], name="one_enrolment_a_site")
        ]
        indexes = [
            models.Index(fields=["rollout", "state"], name="enrolments_by_state"),
            models.Index(
                fields=["answer_by"], condition=models.Q(state="ALERTED"), name="enrolments_silent"
            ),
            models.Index(
                fields=["rung_at"], condition=models.Q(state="ALERTED"), name="enrolments_rungs"
            ),
        ]

    @property
    def why(self) -> str:
        """The reason in the language that is active."""
        return told(stored.load(self.said)) if self.said else self.reason

    def because(self, code: str, reason: str | Sentence = "") -> None:
        """Why it is where it is; nothing: no reason any more."""
        self.code, self.reason = code, str(reason)[:400]
        self.said = stored.dump(reason) if isinstance(reason, Sentence) else None

    @transition(state, source=S.WAITING, target=S.READY)
    def ready(self) -> None:
        """Its wave is open, it is entitled on the planned day, and its path is whole."""

    @transition(state, source=S.READY, target=S.ALERTED)
    def alert(self, *, at: datetime, answer_by: datetime) -> None:
        self.alerted_at, self.answer_by, self.answered_at = at, answer_by, None

    @transition(state, source=S.ALERTED, target=S.BOOKED)
    def book(self, *, at: datetime) -> None:
        self.answered_at = at

    @transition(state, source=S.BOOKED, target=S.BOOKED)
    def move(self) -> None:
        pass

    @transition(state, source=S.BOOKED, target=S.ALERTED)
    def unbook(self, *, answer_by: datetime) -> None:
        self.answered_at, self.answer_by = None, answer_by

    @transition(state, source=S.BOOKED, target=S.UPGRADING)
    def begin(self) -> None:
        pass

    @transition(state, source=S.UPGRADING, target=S.UPGRADED)
    def complete(self) -> None:
        pass

    @transition(state, source=[S.READY, S.ALERTED, S.BOOKED], target=S.DECLINED)
    def decline(self, *, reason: str | Sentence, at: datetime) -> None:
        self.because(self.code, reason)
        self.answered_at = at

    @transition(state, source=S.ALERTED, target=S.LAPSED)
    def lapse(self) -> None:
        pass

    @transition(state, source=[S.DECLINED, S.LAPSED], target=S.ALERTED)
    def reopen(self, *, answer_by: datetime) -> None:
        self.because(self.code)
        self.answered_at, self.answer_by = None, answer_by
        self.rung, self.rung_at = "", None

    @transition(state, source=[*BEFORE_UPGRADING, S.FAILED], target=S.EXCLUDED)
    def exclude(self, *, code: str, reason: str | Sentence) -> None:
        """Never one that is upgrading. One that failed is either tried again or left out."""
        self.because(code, reason)

    @transition(state, source=S.EXCLUDED, target=S.WAITING)
    def include(self) -> None:
        self.because("")

    @transition(state, source=S.UPGRADING, target=S.FAILED)
    def fail(self, *, reason: str | Sentence) -> None:
        self.because(self.code, reason)

    @transition(state, source=S.FAILED, target=S.READY)
    def retry(self) -> None:
        self.because(self.code)
