import uuid
from datetime import datetime
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from portal.models import Lives
from portal.tenancy import CustomerManager, CustomerOwned


class SettlementState(models.TextChoices):
    LOOKING = "LOOKING", _("Being looked at")
    SHOWN = "SHOWN", _("To be decided")
    SETTLING = "SETTLING", _("Being carried out")
    DONE = "DONE", _("Carried out")
    DROPPED = "DROPPED", _("Dropped")


S = SettlementState


class Settlement(Lives, models.Model):
    """A change for every customer: a worker looks what it hits, customer by customer; somebody
    decides; it is saved, and a worker treats each customer that it hits. Platform data.

    `what`: a freeze to be set, one that stands already, or a package to be withdrawn. Times as of
    a freeze, on the clock of each site. `of_all`: customers to be looked at.
    """

    State = SettlementState

    class What(models.TextChoices):
        FREEZE = "FREEZE", _("a freeze for everybody")
        STANDING = "STANDING", _("a freeze that stands")
        PACKAGE = "PACKAGE", _("a package is withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    what = models.CharField(max_length=10, choices=What)
    title = models.CharField(max_length=120)
    begin = models.CharField(max_length=16, blank=True, default="")
    end = models.CharField(max_length=16, blank=True, default="")
    release = models.ForeignKey("appliances.Package", models.PROTECT, null=True, related_name="+")
    package = models.ForeignKey("appliances.Package", models.PROTECT, null=True, related_name="+")
    freeze = models.ForeignKey(
        "upgrades.PlatformFreeze", models.SET_NULL, null=True, related_name="+"
    )
    state = FSMField(choices=SettlementState, default=SettlementState.LOOKING, protected=True)
    strategy = models.CharField(max_length=10, blank=True, default="")
    of_all = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # Since when customers that failed are worked at once more: a person asked for it.
    retried_at = models.DateTimeField(null=True)

    objects = models.Manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=models.Q(state__in=["LOOKING", "SETTLING"]),
                name="settlements_to_work_at",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @transition(state, source=S.LOOKING, target=S.SHOWN)
    def show(self) -> None:
        """Every customer was looked at."""

    @transition(state, source=S.SHOWN, target=S.SETTLING)
    def confirm(self, *, strategy: str, by: object, at: datetime) -> None:
        self.strategy, self.confirmed_by, self.confirmed_at = strategy, by, at

    @transition(state, source=S.SETTLING, target=S.DONE)
    def finish(self, *, at: datetime) -> None:
        self.ended_at = at

    @transition(state, source=S.SHOWN, target=S.LOOKING)
    def look_again(self, *, at: datetime) -> None:
        """At the customers that failed."""
        self.retried_at = at

    @transition(state, source=S.DONE, target=S.SETTLING)
    def settle_again(self, *, at: datetime) -> None:
        """The customers that failed."""
        self.retried_at, self.ended_at = at, None

    @transition(state, source=[S.LOOKING, S.SHOWN], target=S.DROPPED)
    def drop(self, *, at: datetime) -> None:
        self.ended_at = at


class SettlementPart(CustomerOwned):
    """One customer of it: what was shown (`shown`, its sentences to be told in every reader's
    language; `hits` upgrades) and, once it was treated, why it was left as it is (`why` empty: it
    was not; `said` is that sentence). `tries`: how often in a row the portal failed at it;
    `failed_at`: when that were too many, and a person is to look."""

    FOR_STAFF_ALONE: ClassVar[dict[str, str]] = {}  # on their pages alone, so all of it

    settlement = models.ForeignKey(Settlement, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, blank=True, default="")
    shown = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    hits = models.PositiveIntegerField(default=0)
    looked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=600, blank=True, default="")
    said = models.JSONField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["settlement", "customer"], name="one_part_a_customer_of_a_settlement"
            )
        ]
