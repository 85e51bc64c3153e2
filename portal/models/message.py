from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django_fsm import FSMField, transition

from portal.models.lives import Lives
from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class MessageState(models.TextChoices):
    QUEUED = "QUEUED", _("Queued")
    SENT = "SENT", _("Sent")
    FAILED = "FAILED", _("Failed, will be tried again")
    BOUNCED = "BOUNCED", _("Came back")
    DEAD = "DEAD", _("Given up")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("a message", "Withdrawn")


class Message(Lives, CustomerOwned):
    """An e-mail, written in the transaction that caused it and sent after commit.

    `dedupe_key` makes it unique: the same fact told to the same person is one row. Every try has
    the same Message-ID, so that a mail sent twice after a crash can be recognised.
    """

    STAYS_BEHIND: ClassVar = frozenset({"dedupe_key", "asks_mark"})  # ours alone

    State = MessageState

    kind = models.CharField(max_length=60)
    dedupe_key = models.CharField(max_length=200)
    recipient = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    address = models.EmailField()
    language = models.CharField(max_length=5)
    zone = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    body_text = models.TextField()
    body_html = models.TextField(blank=True, default="")
    message_id = models.CharField(max_length=120)
    contact = OwnedForeignKey("portal.Contact", null=True, related_name="+")
    link_id = models.UUIDField(null=True)  # the secret link that it carries (services/mailed_links)
    calendars = ArrayField(models.TextField(), default=list, blank=True)  # text/calendar, attached
    about_type = models.CharField(max_length=60, blank=True, default="")
    about_id = models.UUIDField(null=True)
    # The row that decides whether it is still true when it leaves, and what that looked like.
    asks_id = models.UUIDField(null=True)
    asks_mark = models.CharField(max_length=80, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=200, blank=True, default="")
    state = FSMField(choices=MessageState, default=MessageState.QUEUED, protected=True)
    tries = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField()
    again_at = models.DateTimeField(null=True)  # real time: mail servers do not run on demo time
    lease_until = models.DateTimeField(null=True)
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "dedupe_key"], name="one_message_a_fact")
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(state__in=["QUEUED", "FAILED"]),
                name="messages_due",
            ),
            models.Index(
                fields=["next_at"], condition=models.Q(state="DEAD"), name="messages_given_up"
            ),
            models.Index(
                fields=["about_id"],
                condition=models.Q(kind="upgrade_before"),
                name="messages_before_windows",
            ),
            # The order of its lists: a page costs the same however many there are.
            # Of all customers subjects are looked through, which are a small part of the rows.
            models.Index(
                fields=["written_at", "id"],
                include=["customer", "subject"],
                name="messages_of_all_in_order",
            ),
            models.Index(fields=["customer", "written_at", "id"], name="messages_in_order"),
        ]

    @transition(state, source=MessageState.QUEUED, target=MessageState.SENT)
    def send(self, *, at: datetime) -> None:
        self.sent_at, self.lease_until = at, None

    @transition(state, source=MessageState.QUEUED, target=MessageState.FAILED)
    def fail(self, *, again_at: datetime) -> None:
        self.again_at, self.lease_until = again_at, None

    @transition(state, source=[MessageState.FAILED, MessageState.DEAD], target=MessageState.QUEUED)
    def retry(self) -> None:
        """By the outbox after a pause; by a person also from DEAD."""

    @transition(state, source=MessageState.QUEUED, target=MessageState.WITHDRAWN)
    def withdraw(self, *, why: str, at: datetime) -> None:
        """What it asks for is settled, or its time is over: it does not leave."""
        self.withdrawn_why, self.withdrawn_at, self.lease_until = why, at, None

    @transition(state, source=MessageState.FAILED, target=MessageState.DEAD)
    def give_up(self) -> None:
        pass

    @transition(state, source=MessageState.SENT, target=MessageState.BOUNCED)
    def bounce(self) -> None:
        pass

    def __str__(self) -> str:
        return self.subject


class Delivery(CustomerOwned):
    """One attempt to send a message; kept whatever came of it."""

    message_id = models.UUIDField()
    at = models.DateTimeField()
    good = models.BooleanField()
    detail = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["message_id", "at"], name="deliveries_of_message")]
