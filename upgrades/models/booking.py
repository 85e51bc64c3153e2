from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django_fsm import FSMField, transition

from portal import times
from portal.models import Lives
from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class MaintenanceWindow(CustomerOwned):
    """A site's recurring times for maintenance, as wall-clock rules in the site's zone.

    `rule` is an RRULE (RFC 5545 §3.3.10) without DTSTART; it begins on `starts_on` at `at`, and
    each occurrence lasts `minutes` of elapsed time. Turned into instants late, by one function.
    """

    site = OwnedForeignKey("appliances.Site", related_name="windows")
    rule = models.CharField(max_length=200)
    starts_on = models.DateField()
    at = models.TimeField()
    minutes = models.PositiveIntegerField()
    title = models.CharField(max_length=80, blank=True, default="")

    objects = CustomerManager()


class BookingState(models.TextChoices):
    HELD = "HELD", pgettext_lazy("a booking", "Kept")
    BOOKED = "BOOKED", _("Booked")
    IN_USE = "IN_USE", _("In use")
    USED = "USED", _("Used")
    MISSED = "MISSED", _("Missed")
    LAPSED = "LAPSED", _("Lapsed")
    CANCELLED = "CANCELLED", _("Cancelled")


S = BookingState
TAKES_TIME = (S.HELD, S.BOOKED, S.IN_USE)


class Booking(Lives, CustomerOwned):
    """A slot taken by a job: one piece of the plan that nothing may cut.

    `uid` is its iCalendar UID for life and `revision` the SEQUENCE (RFC 5545 §3.8.7.4). Two
    bookings of a site never overlap: an exclusion constraint.
    """

    State = BookingState

    site = OwnedForeignKey("appliances.Site", related_name="bookings")
    job = OwnedForeignKey("upgrades.UpgradeJob", related_name="bookings")
    window = models.IntegerField()
    slot = DateTimeRangeField()
    worst_minutes = models.IntegerField()
    uid = models.CharField(max_length=80, unique=True)
    revision = models.IntegerField(default=0)
    # What the site's clocks show at its start, as people were told: minutes ahead of UTC.
    told_offset = models.SmallIntegerField(null=True)
    # Why it stands against a freeze, a promise or without a seat of support: somebody's word.
    override = models.CharField(max_length=400, blank=True, default="")
    state = FSMField(choices=BookingState, default=BookingState.HELD, protected=True)

    objects = CustomerManager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="bookings_of_a_site_never_overlap",
                expressions=[("site", RangeOperators.EQUAL), ("slot", RangeOperators.OVERLAPS)],
                condition=models.Q(state__in=["HELD", "BOOKED", "IN_USE"]),
            ),
            models.UniqueConstraint(
                fields=["job", "window"],
                condition=~models.Q(state__in=["CANCELLED", "LAPSED"]),
                name="one_booking_a_window",
            ),
        ]

    @property
    def starts_at(self) -> datetime:
        return self.slot.lower

    @property
    def ends_at(self) -> datetime:
        return self.slot.upper

    @transition(state, source=S.HELD, target=S.BOOKED)
    def confirm(self) -> None:
        pass

    @transition(state, source=S.BOOKED, target=S.HELD)
    def hold_back(self) -> None:
        """A stopped line: it keeps its time, and does not begin."""

    @transition(state, source=S.BOOKED, target=S.IN_USE)
    def begin(self) -> None:
        pass

    @transition(state, source=S.IN_USE, target=S.USED)
    def end(self) -> None:
        pass

    @transition(state, source=S.HELD, target=S.LAPSED)
    def lapse(self) -> None:
        pass

    @transition(state, source=S.HELD, target=S.HELD)
    def move_held(self, *, slot: DateTimeTZRange) -> None:
        self._to(slot)

    @transition(state, source=[S.BOOKED, S.MISSED], target=S.BOOKED)
    def move(self, *, slot: DateTimeTZRange) -> None:
        self._to(slot)

    def _to(self, slot: DateTimeTZRange) -> None:
        self.slot = slot
        self.revision += 1
        self.told_offset = times.offset_minutes(slot.lower, self.site.zone)

    @transition(state, source=S.BOOKED, target=S.MISSED)
    def miss(self) -> None:
        pass

    @transition(state, source=S.MISSED, target=S.IN_USE)
    def find_used(self) -> None:
        """Only the portal missed it: paper shows that the work was done in it."""

    @transition(state, source=[S.HELD, S.BOOKED, S.MISSED], target=S.CANCELLED)
    def cancel(self) -> None:
        self.revision += 1
