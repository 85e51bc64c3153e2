from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django_fsm import FSMField, transition

from appliances.models.return_facts import Boxes, Case, Gates, Parcel
from portal import times
from portal.models import Lives
from portal.tenancy import CustomerManager, CustomerOwned, OwnedForeignKey


class ReturnState(models.TextChoices):
    DRAFT = "DRAFT", _("Draft")
    REQUESTED = "REQUESTED", _("Requested")
    REFUSED = "REFUSED", _("Refused")
    AUTHORISED = "AUTHORISED", _("Authorised")
    REPLACED = "REPLACED", _("Replacement confirmed")
    WIPED = "WIPED", _("Wiped")
    DELETED = "DELETED", _("Deleted")
    POWERED_OFF = "POWERED_OFF", _("Shut down")
    PACKED = "PACKED", _("Packed")
    PICKUP_BOOKED = "PICKUP_BOOKED", _("Pickup booked")
    IN_TRANSIT = "IN_TRANSIT", _("In transit")
    LOST = "LOST", _("Lost on the way")
    RECEIVED = "RECEIVED", _("Received")
    CLOSED = "CLOSED", _("Closed")
    CANCELLED = "CANCELLED", pgettext_lazy("a return", "Cancelled")


S = ReturnState
BEFORE_WIPE = (S.DRAFT, S.REQUESTED, S.AUTHORISED, S.REPLACED)
OVER = (S.REFUSED, S.CLOSED, S.CANCELLED)
AWAY = (S.RECEIVED, S.DELETED, *OVER)


class HardwareReturn(Case, Boxes, Gates, Parcel, Lives, CustomerOwned):
    """The way of an old appliance back to the vendor (G-RMA), or, if it is virtual, its end.

    It never leaves before production is confirmed on what replaces it (G-HW-8, rule 10). Overdue
    is a fact of dates, not a state. While `led_by_job`, the steps of a hardware job move it, so
    that what a person did is told once.
    """

    State = ReturnState

    site = OwnedForeignKey("appliances.Site", related_name="returns")
    appliance = OwnedForeignKey("appliances.Appliance", related_name="returns")
    replacement = OwnedForeignKey("appliances.Appliance", null=True, related_name="+")
    physical = models.BooleanField(default=True)
    reason = models.CharField(max_length=400, blank=True, default="")
    job_id = models.UUIDField(null=True)
    job_label = models.CharField(max_length=20, blank=True, default="")
    led_by_job = models.BooleanField(default=False)
    opened_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    confirmed_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    wiped_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    wiped_at = models.DateTimeField(null=True)
    powered_off_at = models.DateTimeField(null=True)
    waiver_asked_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    waiver_asked_at = models.DateTimeField(null=True)
    waiver_reason = models.CharField(max_length=400, blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    # Moves sent later than made, by name: when it happened as the device says, when it arrived.
    said_at = models.JSONField(default=dict)
    state = FSMField(choices=ReturnState, default=ReturnState.DRAFT, protected=True)

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appliance"],
                condition=~models.Q(state__in=["REFUSED", "CLOSED", "CANCELLED"]),
                name="one_open_return",
            )
        ]

    def __str__(self) -> str:
        return self.rma_number or self.serial or self.host

    def is_late(self, at: datetime) -> bool:
        """Nothing is late while its day lasts on the clocks of its site."""
        return self.is_overdue(times.in_zone(at, self.site.zone).date())

    def is_overdue(self, day: date) -> bool:
        """On a day of its site's clocks."""
        return self.is_awaited and self.due_back_on is not None and self.due_back_on < day

    @property
    def is_awaited(self) -> bool:
        """The vendor still waits for the box, or for its deletion."""
        return self.state not in AWAY

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @transition(state, source=S.DRAFT, target=S.REQUESTED)
    def request(self) -> None:
        pass

    @transition(state, source=S.REQUESTED, target=S.REFUSED)
    def refuse(self, *, reason: str, at: datetime) -> None:
        self.reason, self.closed_at = reason, at

    @transition(state, source=S.REQUESTED, target=S.AUTHORISED)
    def authorise(self, *, at: datetime) -> None:
        self.authorised_at = at

    @transition(state, source=S.AUTHORISED, target=S.REPLACED)
    def confirm_replacement(self, *, by: Any, at: datetime) -> None:
        self.confirmed_by, self.confirmed_at = by, at

    @transition(state, source=S.REPLACED, target=S.REPLACED)
    def retain_drives(self, *, where: str, reference: str) -> None:
        self.drives_kept, self.drives_where = True, where
        self.destruction_reference = reference

    @transition(state, source=S.REPLACED, target=S.WIPED)
    def wipe(self, *, by: Any, at: datetime) -> None:
        self.wiped_by, self.wiped_at = by, at

    @transition(state, source=S.REPLACED, target=S.WIPED)
    def waive_wipe(self, *, by: Any, at: datetime) -> None:
        """A dead box cannot be reset: two people say so, and where its drives went."""
        self.wiped_by, self.wiped_at = by, at

    @transition(state, source=S.REPLACED, target=S.DELETED)
    def delete_virtual(self, *, by: Any, at: datetime) -> None:
        self.wiped_by, self.wiped_at = by, at

    @transition(state, source=S.WIPED, target=S.POWERED_OFF)
    def power_off(self, *, at: datetime) -> None:
        self.powered_off_at = at

    @transition(state, source=S.POWERED_OFF, target=S.PACKED)
    def pack(self) -> None:
        pass

    @transition(state, source=S.PACKED, target=S.PACKED)
    def label(self, *, label_id: str, expires_on: date | None) -> None:
        """The carrier's label and the RMA number are outside on the box."""
        self.label_outside = self.rma_outside = True
        self.label_id, self.label_expires_on = label_id, expires_on

    @transition(state, source=S.PACKED, target=S.PICKUP_BOOKED)
    def book_pickup(self) -> None:
        pass

    @transition(state, source=S.PICKUP_BOOKED, target=S.IN_TRANSIT)
    def hand_over(self, *, by: str, at: datetime) -> None:
        self.handed_over_by, self.handed_over_at = by, at

    @transition(state, source=S.IN_TRANSIT, target=S.RECEIVED)
    def receive(self, *, on: date) -> None:
        self.delivered_on = on

    @transition(state, source=S.IN_TRANSIT, target=S.LOST)
    def lose(self, *, reason: str) -> None:
        self.reason = reason

    @transition(state, source=[S.RECEIVED, S.DELETED, S.LOST], target=S.CLOSED)
    def close(self, *, at: datetime) -> None:
        self.closed_at = at

    @transition(state, source=list(BEFORE_WIPE), target=S.CANCELLED)
    def cancel(self, *, reason: str, at: datetime) -> None:
        self.reason, self.closed_at = reason, at
