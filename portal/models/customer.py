import uuid
from datetime import date, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy import AcrossCustomers, CustomerManager, CustomerOwned


class Customer(models.Model):
    """The tenant: every row of customer data has exactly one. Its own row is secured by `id`."""

    STAYS_BEHIND: ClassVar = frozenset({"tags"})  # support's words

    class SilentRule(models.TextChoices):
        """What was agreed for a customer who never answers a readiness alert."""

        BOOK = "BOOK", _("book the offered window")
        LAPSE = "LAPSE", _("let the offer lapse")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120)
    slug = models.CharField(
        max_length=60, unique=True, validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$")]
    )
    language = models.CharField(_("language"), max_length=5, default="en")
    zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    preapproves_base_only = models.BooleanField(default=False)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    account_manager = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    silent_rule = models.CharField(
        _("when nobody answers"), max_length=10, choices=SilentRule, default=SilentRule.LAPSE
    )
    links_need_sign_in = models.BooleanField(default=False)  # accepting by e-mail asks who it is
    demo = models.BooleanField(default=False)
    rehearses = models.BooleanField(default=False, editable=False)  # a twin's; never changed
    # A sandbox: the shapes of its simulated sites. None, and for life: a real customer.
    sandbox_shapes = ArrayField(models.CharField(max_length=30), null=True, editable=False)
    sandbox_built_at = models.DateTimeField(null=True, editable=False)
    clock_ahead = models.DurationField(default=timedelta(), editable=False)  # portal/own_clock.py
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, editable=False)  # nobody enters it since: erased

    objects = models.Manager()
    across = AcrossCustomers()

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(rehearses=True), name="customers_that_rehearse"
            ),
            models.Index(
                fields=["id"], condition=models.Q(sandbox_shapes__isnull=False), name="sandboxes"
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(clock_ahead__gt=timedelta()),
                name="customers_ahead",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_sandbox(self) -> bool:
        return self.sandbox_shapes is not None

    @property
    def ready(self) -> bool:
        """Of a sandbox: its sites stand in the simulator."""
        return self.sandbox_built_at is not None


class ContractQuerySet(models.QuerySet["Contract"]):
    def covering(self, day: date) -> "ContractQuerySet":
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class Contract(CustomerOwned):
    """A maintenance contract. Entitlement is asked for a date, never for "now" (G-PREP-3)."""

    number = models.CharField(_("number"), max_length=60)
    plan = models.CharField(_("plan"), max_length=40, blank=True, default="")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))

    objects = CustomerManager.from_queryset(ContractQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="contract_has_days"
            )
        ]

    def __str__(self) -> str:
        return self.number
