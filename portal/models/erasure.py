from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django_fsm import FSMField, transition

from portal.models.lives import Lives
from portal.tenancy import CustomerManager, CustomerOwned


class ErasureState(models.TextChoices):
    ASKED = "ASKED", _("Asked for")
    CONFIRMED = "CONFIRMED", pgettext_lazy("an erasure", "Confirmed")
    ERASING = "ERASING", _("Being erased")
    ERASED = "ERASED", _("Erased")
    TAKEN_BACK = "TAKEN_BACK", _("Taken back")


S = ErasureState


class Erasure(Lives, CustomerOwned):
    """That a customer's data goes for good: asked for, confirmed by another, carried out by a
    worker when its day has come. Afterwards the row is the receipt, and names nobody any more.

    People stand here by id and name, not by a key: they may be erased themselves. `stage` is what
    the worker is at; `counts` says how many rows of which table went. The trail's `old_head` is
    its newest hash before the names were replaced, `head` the same event's hash since.
    """

    State = ErasureState
    KEPT_WHEN_ERASED: ClassVar[str] = "the receipt"
    STAYS_BEHIND: ClassVar = frozenset(  # the worker's own
        {"told_ids", "person_ids", "gone_ids", "counts", "people", "aliases", "link", "old_link"}
    )

    class Stage(models.TextChoices):
        PARK = "PARK", _("simulated appliances")  # of a sandbox, before all others
        ROWS = "ROWS", _("rows and files")
        LETTERS = "LETTERS", _("the last mails")
        PEOPLE = "PEOPLE", _("people")
        TRAIL = "TRAIL", _("names in the trail")

    state = FSMField(choices=ErasureState, default=ErasureState.ASKED, protected=True)
    customer_name = models.CharField(max_length=120)
    reason = models.CharField(max_length=400, blank=True, default="")
    asked_by_id = models.UUIDField(null=True)
    asked_by_name = models.CharField(max_length=160)
    asked_by_staff = models.BooleanField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    confirmed_by_id = models.UUIDField(null=True)
    confirmed_by_name = models.CharField(max_length=160, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)
    taken_back_by_name = models.CharField(max_length=160, blank=True, default="")
    taken_back_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=10, choices=Stage, blank=True, default="")
    told_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    told_at = models.DateTimeField(null=True)
    person_ids = ArrayField(models.UUIDField(), default=list, blank=True)  # still to be looked at
    gone_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    counts = models.JSONField(default=dict)
    files = models.IntegerField(default=0)
    people = models.JSONField(default=dict)  # how many are gone, stay elsewhere, …
    events = models.BigIntegerField(null=True)
    old_head = models.BinaryField(null=True)
    head = models.BinaryField(null=True)
    ended_at = models.DateTimeField(null=True)
    # How far the names in the trail are replaced, until they all are: who is whom, the newest
    # event without names, its hash, and the hash it had.
    aliases = models.JSONField(default=dict)
    renamed = models.BigIntegerField(default=0)
    link = models.BinaryField(null=True)
    old_link = models.BinaryField(null=True)

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=~models.Q(state="TAKEN_BACK"),
                name="one_erasure_a_customer",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by_id__isnull=True)
                | ~models.Q(confirmed_by_id=models.F("asked_by_id")),
                name="erasure_asks_two_people",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["CONFIRMED", "ERASING", "ERASED"])
                | models.Q(confirmed_at__isnull=False),
                name="erasure_is_confirmed_first",
            ),
        ]

    @transition(state, source=S.ASKED, target=S.CONFIRMED)
    def confirm(self, *, at: datetime) -> None:
        self.confirmed_at = at

    @transition(state, source=[S.ASKED, S.CONFIRMED], target=S.TAKEN_BACK)
    def take_back(self, *, at: datetime) -> None:
        self.taken_back_at = at

    @transition(state, source=S.CONFIRMED, target=S.ERASING)
    def begin(self, *, at: datetime) -> None:
        self.begun_at, self.stage = at, self.Stage.ROWS

    @transition(state, source=S.ERASING, target=S.ERASED)
    def finish(self, *, at: datetime) -> None:
        self.ended_at, self.stage = at, ""

    @property
    def may_be_taken_back(self) -> bool:
        return self.state in (S.ASKED, S.CONFIRMED)

    @property
    def rows(self) -> int:
        return sum(self.counts.values())
