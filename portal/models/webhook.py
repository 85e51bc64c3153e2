from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django_fsm import FSMField, transition

from portal.models.lives import Lives
from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class PublishedEvent(CustomerOwned):
    """A fact of the audit trail as programs are told it: the same id, and a number that has no
    gaps within its customer. Appended by portal/publishing.py, never changed."""

    number = models.BigIntegerField()
    at = models.DateTimeField()
    name = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    job_id = models.UUIDField(null=True)
    site_id = models.UUIDField(null=True)
    state = models.CharField(max_length=30, blank=True, default="")
    actor_kind = models.CharField(max_length=10)

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "number"], name="one_event_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.number}"


class WebhookState(models.TextChoices):
    ACTIVE = "ACTIVE", pgettext_lazy("webhook", "Active")
    DISABLED = "DISABLED", _("Disabled")
    ENDED = "ENDED", _("Removed")


class Webhook(Lives, CustomerOwned):
    """Where a customer's program is told of events. All its instants are real time.

    `events` empty: all of them; `site_ids` null: of every site and of the whole customer. While it
    `rests_until`, after failures, nothing is sent. For a while after a new secret both sign.
    """

    STAYS_BEHIND: ClassVar = frozenset({"secret_key_id", "old_secret_key_id"})  # ours alone

    State = WebhookState
    SEALED = {"secret": "secret_key_id", "old_secret": "old_secret_key_id"}

    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("address"), max_length=500)
    events = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    site_ids = ArrayField(models.UUIDField(), null=True, blank=True)
    secret = models.BinaryField()
    secret_key_id = models.CharField(max_length=40)
    old_secret = models.BinaryField(null=True)
    old_secret_key_id = models.CharField(max_length=40, blank=True, default="")
    old_until = models.DateTimeField(null=True)
    state = FSMField(choices=WebhookState, default=WebhookState.ACTIVE, protected=True)
    made_at = models.DateTimeField()
    failures = models.IntegerField(default=0)  # since something was taken
    last_good_at = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True)

    objects = CustomerManager()

    @transition(state, source=WebhookState.ACTIVE, target=WebhookState.DISABLED)
    def disable(self, *, at: datetime) -> None:
        self.disabled_at = at

    @transition(state, source=WebhookState.DISABLED, target=WebhookState.ACTIVE)
    def enable(self) -> None:
        self.disabled_at, self.rests_until, self.failures = None, None, 0

    @transition(
        state, source=[WebhookState.ACTIVE, WebhookState.DISABLED], target=WebhookState.ENDED
    )
    def end(self) -> None:
        """Nothing is sent there any more."""

    def __str__(self) -> str:
        return self.name


class WebhookDeliveryState(models.TextChoices):
    QUEUED = "QUEUED", _("Queued")
    SENT = "SENT", pgettext_lazy("webhook", "Taken")
    FAILED = "FAILED", _("Failed, will be tried again")
    DEAD = "DEAD", _("Given up")


class WebhookDelivery(Lives, CustomerOwned):
    """One event to one endpoint, written in the transaction that caused it. Real time throughout:
    other people's servers do not run on demo time."""

    State = WebhookDeliveryState

    webhook = OwnedForeignKey("portal.Webhook", related_name="deliveries")
    event = OwnedForeignKey("portal.PublishedEvent", related_name="+")
    state = FSMField(
        choices=WebhookDeliveryState, default=WebhookDeliveryState.QUEUED, protected=True
    )
    tries = models.SmallIntegerField(default=0)  # since it was queued
    queued_at = models.DateTimeField()
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    objects = CustomerManager()

    class Meta:
        indexes = [
            models.Index(
                fields=["customer", "webhook", "next_at"],
                condition=models.Q(state__in=["QUEUED", "FAILED"]),
                name="webhook_deliveries_due",
            ),
            models.Index(fields=["customer", "webhook", "queued_at"], name="webhook_deliveries_of"),
            models.Index(fields=["customer", "event"], name="webhook_deliveries_event"),
        ]

    @transition(state, source=WebhookDeliveryState.QUEUED, target=WebhookDeliveryState.SENT)
    def send(self, *, at: datetime) -> None:
        self.sent_at, self.lease_until = at, None

    @transition(state, source=WebhookDeliveryState.QUEUED, target=WebhookDeliveryState.FAILED)
    def fail(self, *, again_at: datetime) -> None:
        self.next_at, self.lease_until = again_at, None

    @transition(
        state,
        source=[
            WebhookDeliveryState.FAILED, WebhookDeliveryState.DEAD, WebhookDeliveryState.SENT,
        ],
        target=WebhookDeliveryState.QUEUED,
    )  # fmt: skip
    def retry(self) -> None:
        """By the outbox after a pause; by a person also when it was taken, or given up."""

    @transition(state, source=WebhookDeliveryState.FAILED, target=WebhookDeliveryState.DEAD)
    def give_up(self) -> None:
        pass


class WebhookTry(CustomerOwned):
    """One try to deliver; kept whatever came of it. `status` is the answer's, null: there was none,
    and `outcome` says why in one of a few words. Of the answer's body nothing is kept."""

    delivery = OwnedForeignKey("portal.WebhookDelivery", related_name="attempts")
    at = models.DateTimeField()
    status = models.SmallIntegerField(null=True)
    outcome = models.CharField(max_length=20)
    milliseconds = models.IntegerField()

    objects = CustomerManager()

    class Meta:
        indexes = [models.Index(fields=["customer", "delivery", "at"], name="webhook_tries_of")]
