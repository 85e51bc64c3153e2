import uuid

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class Source(models.TextChoices):
    HAND = "HAND", _("set by hand")
    CALENDAR = "CALENDAR", _("from a calendar of the customer's")
    HOLIDAY = "HOLIDAY", _("a public holiday")


class FreezeCalendar(CustomerOwned):
    """An iCalendar file or address that a customer gives; its events become freezes.

    Refreshed by the sweep through the guard of outgoing calls. What a refresh would displace is
    kept in `pending` and shown before it counts.
    """

    site = OwnedForeignKey("appliances.Site", null=True, related_name="freeze_calendars")
    name = models.CharField(_("name"), max_length=80)
    address = models.URLField(_("address"), max_length=500, blank=True, default="")
    digest = models.CharField(max_length=64, blank=True, default="")  # SHA-256 of the last content
    etag = models.CharField(max_length=200, blank=True, default="")
    next_at = models.DateTimeField(null=True)
    refreshed_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=400, blank=True, default="")
    pending = models.JSONField(null=True)

    objects = CustomerManager()


class Freeze(CustomerOwned):
    """A time when nothing may run at a customer (`site` empty) or at one of its sites."""

    Source = Source

    site = OwnedForeignKey("appliances.Site", null=True, related_name="freezes")
    calendar = OwnedForeignKey("upgrades.FreezeCalendar", null=True, related_name="freezes")
    uid = models.CharField(max_length=255, blank=True, default="")  # of the event it came from
    title = models.CharField(_("title"), max_length=120)
    span = DateTimeRangeField()
    source = models.CharField(max_length=10, choices=Source, default=Source.HAND)
    made_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")

    objects = CustomerManager()

    class Meta:
        indexes = [GistIndex(fields=["customer", "span"], name="freezes_of_a_customer")]


class PlatformFreeze(models.Model):
    """A time when nothing may run anywhere, or (`release`) no upgrade to one release."""

    Source = Source

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey("appliances.Package", models.PROTECT, null=True, related_name="+")
    title = models.CharField(_("title"), max_length=120)
    span = DateTimeRangeField()
    source = models.CharField(max_length=10, choices=Source, default=Source.HAND)
    country = models.CharField(max_length=10, blank=True, default="")  # of a public holiday
    made_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [GistIndex(fields=["span"], name="freezes_of_all")]
