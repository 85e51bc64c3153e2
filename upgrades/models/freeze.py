import uuid
from datetime import datetime

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class Source(models.TextChoices):
    HAND = "HAND", _("set by hand")
    CALENDAR = "CALENDAR", _("from a calendar of the customer's")
    HOLIDAY = "HOLIDAY", _("a public holiday")


class Frozen(models.Model):
    """When nothing may run. Two ways to say it: instants; or times of each site's own clock
    (`local_begin`, `local_end`: "2026-12-24T00:00", the end not included), which `span` then only
    holds loosely, for every zone of the world. Read it by `services/freezes.of` alone.
    """

    Source = Source

    title = models.CharField(_("title"), max_length=120)
    span = DateTimeRangeField()
    local_begin = models.CharField(max_length=16, blank=True, default="")
    local_end = models.CharField(max_length=16, blank=True, default="")
    source = models.CharField(max_length=10, choices=Source, default=Source.HAND)
    made_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def floats(self) -> bool:
        """Whether it is said in times of each site's clock."""
        return bool(self.local_begin)

    @property
    def local(self) -> tuple[datetime, datetime]:
        """Begin and end on the clock of the site, naive. Only where it floats."""
        return datetime.fromisoformat(self.local_begin), datetime.fromisoformat(self.local_end)


class FreezeCalendar(CustomerOwned):
    """Where freezes of a customer come from by themselves: an iCalendar address or file that it
    gives, or the public holidays of a country (`country`: "DE" or "DE-BY").

    Refreshed by the sweep through the guard of outgoing calls. `content` is the last good one: it
    is expanded anew as time goes on. What a refresh would displace is kept in `pending` and shown
    before it counts.
    """

    site = OwnedForeignKey("appliances.Site", null=True, related_name="freeze_calendars")
    name = models.CharField(_("name"), max_length=80)
    address = models.URLField(_("address"), max_length=500, blank=True, default="")
    country = models.CharField(_("country"), max_length=10, blank=True, default="")
    content = models.TextField(blank=True, default="")
    digest = models.CharField(max_length=64, blank=True, default="")  # SHA-256 of the last content
    etag = models.CharField(max_length=200, blank=True, default="")
    next_at = models.DateTimeField(null=True)
    refreshed_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)  # in a row: each waits longer
    lost_at = models.DateTimeField(null=True)  # when it had been silent for long
    problem = models.JSONField(null=True)  # a kept sentence (planning/stored.py)
    pending = models.JSONField(null=True)
    made_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    objects = CustomerManager()

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="freeze_calendars_due")]

    def __str__(self) -> str:
        return self.name


class Freeze(Frozen, CustomerOwned):
    """A time when nothing may run at a customer (`site` empty) or at one of its sites."""

    site = OwnedForeignKey("appliances.Site", null=True, related_name="freezes")
    calendar = OwnedForeignKey("upgrades.FreezeCalendar", null=True, related_name="freezes")
    uid = models.CharField(max_length=255, blank=True, default="")  # of the event it came from

    objects = CustomerManager()

    class Meta:
        indexes = [GistIndex(fields=["customer", "span"], name="freezes_of_a_customer")]


class PlatformFreeze(Frozen):
    """A time when nothing may run anywhere, or (`release`) no upgrade to one release."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey("appliances.Package", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [GistIndex(fields=["span"], name="freezes_of_all")]


class FreezeOverride(CustomerOwned):
    """Somebody who may answers for a booking inside freezes: those that stood then (`at`), for the
    place that the booking had then (`revision`). A later freeze, or a move, asks again."""

    booking = OwnedForeignKey("upgrades.Booking", related_name="overrides")
    revision = models.IntegerField()
    reason = models.CharField(_("reason"), max_length=400)
    by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = CustomerManager()
