import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django_fsm import FSMField, transition

from portal.models.lives import Lives
from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class CompanyProviderState(models.TextChoices):
    DISABLED = "DISABLED", pgettext_lazy("company sign-in", "Disabled")
    ENABLED = "ENABLED", _("Enabled")


class CompanyProvider(Lives, CustomerOwned):
    """Where a customer's people sign in with their company's account: an OpenID provider, at most
    one a customer. `required`: their passwords and passkeys sign nobody in. `domain_suffices`: an
    address of a confirmed domain counts as verified where the provider says nothing of that. Real
    time."""

    State = CompanyProviderState
    SEALED = {"secret": "secret_key_id"}
    STAYS_BEHIND: ClassVar = frozenset({"secret_key_id"})  # ours alone

    issuer = models.CharField(_("issuer"), max_length=300)
    client_id = models.CharField(_("client id"), max_length=300)
    secret = models.BinaryField()
    secret_key_id = models.CharField(max_length=40)
    state = FSMField(
        choices=CompanyProviderState, default=CompanyProviderState.DISABLED, protected=True
    )
    required = models.BooleanField(default=False)
    domain_suffices = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    checked_at = models.DateTimeField()  # when it last answered with its configuration

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer"], name="one_company_provider"),
            models.CheckConstraint(
                condition=models.Q(required=False) | models.Q(state="ENABLED"),
                name="required_while_enabled",
            ),
        ]

    @transition(state, source=CompanyProviderState.DISABLED, target=CompanyProviderState.ENABLED)
    def enable(self, *, at: datetime) -> None:
        self.checked_at = at

    @transition(state, source=CompanyProviderState.ENABLED, target=CompanyProviderState.DISABLED)
    def disable(self) -> None:
        """Nobody signs in by it, and nobody must."""
        self.required = False

    def __str__(self) -> str:
        return self.issuer


class CompanyDomain(CustomerOwned):
    """An e-mail domain that a provider speaks for once the vendor has confirmed that it is the
    customer's. Confirmed, a domain is of one customer alone. `asked_at` and `asked_by_id`: when and
    by whom it was named; real time."""

    provider = OwnedForeignKey("portal.CompanyProvider", related_name="domains")
    domain = models.CharField(max_length=253)
    confirmed_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    asked_by_id = models.UUIDField(null=True)

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "domain"], name="one_company_domain"),
            models.UniqueConstraint(
                fields=["domain"],
                condition=models.Q(confirmed_at__isnull=False),
                name="confirmed_domain_of_one",
            ),
        ]

    def __str__(self) -> str:
        return self.domain


class CompanyTie(CustomerOwned):
    """Which person an account of a customer's provider is: known by issuer and subject alone
    (OpenID Connect Core, 5.7), never by an e-mail address. Real time."""

    provider = OwnedForeignKey("portal.CompanyProvider", related_name="ties")
    user = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField()

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "issuer", "subject"], name="one_tie_an_account"
            ),
            models.UniqueConstraint(fields=["customer", "user"], name="one_tie_a_person"),
        ]


class StaffTie(models.Model):
    """Which member of staff an account of the vendor's own provider is. Real time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField("portal.User", models.PROTECT, related_name="+")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="one_staff_tie_an_account")
        ]


class CompanyTicket(models.Model):
    """A sign-in that was sent to a provider: what its answer must carry, good for one answer within
    a few minutes, in the session that keeps its id. `owner_id`: the customer; null: the
    vendor's staff. With a `purpose` it signs nobody in: the person shows anew that it is them, with
    the account of that tie."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner_id = models.UUIDField(null=True)
    state = models.CharField(max_length=64)
    nonce = models.CharField(max_length=64)
    verifier = models.CharField(max_length=64)
    issuer = models.CharField(max_length=300)
    client_id = models.CharField(max_length=300)
    metadata = models.JSONField()
    after = models.CharField(max_length=2000)
    purpose = models.CharField(max_length=100, blank=True, default="")
    person_id = models.UUIDField(null=True)
    tie_id = models.UUIDField(null=True)
    expires_at = models.DateTimeField()
