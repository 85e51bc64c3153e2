import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy import CustomerManager, CustomerOwned


class ContactQuerySet(models.QuerySet["Contact"]):
    def told(self) -> "ContactQuerySet":
        """Those who are still told of things."""
        return self.filter(ended_at=None)

    def in_order(self) -> "ContactQuerySet":
        """The first contact first, then the one who is told when the first stays silent."""
        return self.order_by("rank", "name", "id")


class Contact(CustomerOwned):
    """Whom the vendor tells at a customer. May be somebody without an account, or without e-mail.

    A decision link goes only to a contact whose `user` may approve (system.md §8).
    """

    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True, default="")
    phone = models.CharField(_("telephone"), max_length=40, blank=True, default="")
    language = models.CharField(_("language"), max_length=5, default="en")
    zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    rank = models.PositiveSmallIntegerField(_("place in the order"), default=1)
    site_ids = ArrayField(models.UUIDField(), null=True, blank=True)  # null: every site
    user = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    bounced_at = models.DateTimeField(null=True)  # the address came back; asked for anew
    ended_at = models.DateTimeField(null=True)  # told of nothing any more; what was said stays

    objects = CustomerManager.from_queryset(ContactQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["customer", "rank"], name="contacts_in_order")]

    def __str__(self) -> str:
        return self.name

    @property
    def reachable(self) -> bool:
        """Whether a mail may reach them: there is an address, and it has not come back."""
        return bool(self.email) and self.bounced_at is None

    def is_for(self, site_id: uuid.UUID) -> bool:
        return self.site_ids is None or site_id in self.site_ids


class Promise(CustomerOwned):
    """A term of notice agreed with a customer: never under so many days (system.md §1)."""

    class Kind(models.TextChoices):
        NOTICE = "NOTICE", _("notice before an upgrade")
        ANSWER = "ANSWER", _("time to answer a readiness alert")

    kind = models.CharField(_("about"), max_length=10, choices=Kind)
    days = models.PositiveSmallIntegerField(_("days"))
    agreed_on = models.DateField(_("agreed on"))

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "kind"], name="one_promise_a_kind"),
            models.CheckConstraint(condition=models.Q(days__gte=1), name="promise_has_days"),
        ]
