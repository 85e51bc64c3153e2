from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

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
    CANCELLED = "CANCELLED", _("Cancelled")


S = ReturnState
BEFORE_WIPE = (S.DRAFT, S.REQUESTED, S.AUTHORISED, S.REPLACED)
OVER = (S.REFUSED, S.CLOSED, S.CANCELLED)


class Case(models.Model):
    """Between vendor and customer: numbers, kind, dates (vendor.md §8.3, case)."""

    class Kind(models.TextChoices):
        REPLACE = "REPLACE", _("return and replace")
        ADVANCE = "ADVANCE", _("advance replacement")
        UPGRADE = "UPGRADE", _("return after an upgrade of hardware")
        END_OF_LIFE = "END_OF_LIFE", _("end of life")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.UPGRADE)
    case_number = models.CharField(_("vendor’s case"), max_length=60, blank=True, default="")
    rma_number = models.CharField(_("RMA number"), max_length=60, blank=True, default="")
    severity = models.PositiveSmallIntegerField(_("severity"), null=True)  # the vendor's, 1 to 3
    opened_at = models.DateTimeField()
    authorised_at = models.DateTimeField(null=True)
    due_back_on = models.DateField(_("due back"), null=True)
    exposure = models.DecimalField(_("charged if not returned"), max_digits=12, decimal_places=2,
                                   null=True)  # fmt: skip
    currency = models.CharField(_("currency"), max_length=3, blank=True, default="")

    class Meta:
        abstract = True


class Boxes(models.Model):
    """The old unit as it was when it left, so that a later change of records changes nothing
    here; the new one by its record."""

    model = models.CharField(_("model"), max_length=60, blank=True, default="")
    serial = models.CharField(_("serial number"), max_length=60, blank=True, default="")
    asset_tag = models.CharField(_("asset tag"), max_length=60, blank=True, default="")
    guid = models.CharField(max_length=32, blank=True, default="")
    base_version = models.CharField(max_length=40, blank=True, default="")
    product_version = models.CharField(max_length=40, blank=True, default="")
    licences = models.PositiveIntegerField(_("licences"), null=True)
    mac = models.CharField(_("MAC address"), max_length=60, blank=True, default="")
    host = models.CharField(_("own host name"), max_length=253, blank=True, default="")
    new_serial = models.CharField(_("serial of the new one"), max_length=60, blank=True, default="")
    new_delivered_on = models.DateField(_("new one delivered on"), null=True)
    new_seal_intact = models.BooleanField(_("seal of the new one intact"), null=True)

    class Meta:
        abstract = True


class Gates(models.Model):
    """What must be so before the box leaves, by whom and when."""

    backup_verified = models.BooleanField(_("backup verified"), default=False)
    certificate_moved = models.BooleanField(_("certificate moved"), default=False)
    contract_moved = models.BooleanField(_("licence and contract moved"), default=False)
    left_pair = models.BooleanField(_("taken out of pair or cluster"), default=False)
    wipe_witness = models.CharField(
        _("witness of the wipe"), max_length=120, blank=True, default=""
    )
    drives_kept = models.BooleanField(_("drives are kept"), default=False)
    drives_where = models.CharField(
        _("where the drives went"), max_length=200, blank=True, default=""
    )
    destruction_reference = models.CharField(
        _("certificate of destruction"), max_length=120, blank=True, default=""
    )

    class Meta:
        abstract = True


class Parcel(models.Model):
    """What is in the box, what stands on it, who carries it from where to where."""

    contents = models.TextField(_("contents and quantity"), max_length=1000, blank=True, default="")
    accessories_kept = models.BooleanField(_("accessories are kept here"), default=False)
    antistatic_bag = models.BooleanField(_("in an antistatic bag"), default=False)
    original_box = models.BooleanField(_("in the original box"), default=False)
    weight_kg = models.DecimalField(_("weight in kg"), max_digits=6, decimal_places=2, null=True)
    size_cm = models.CharField(_("size in cm"), max_length=40, blank=True, default="")
    label_outside = models.BooleanField(_("label outside"), default=False)
    rma_outside = models.BooleanField(_("RMA number outside"), default=False)
    copy_inside = models.BooleanField(_("copy of the form inside"), default=False)
    carrier = models.CharField(_("carrier"), max_length=80, blank=True, default="")
    label_id = models.CharField(_("label"), max_length=80, blank=True, default="")
    label_expires_on = models.DateField(_("label expires on"), null=True)
    pickup_number = models.CharField(_("pickup number"), max_length=80, blank=True, default="")
    pickup_from = models.DateTimeField(_("pickup from"), null=True)
    pickup_until = models.DateTimeField(_("pickup until"), null=True)
    handed_over_by = models.CharField(_("handed over by"), max_length=120, blank=True, default="")
    handed_over_at = models.DateTimeField(_("handed over at"), null=True)
    tracking = models.CharField(_("tracking number"), max_length=80, blank=True, default="")
    delivered_on = models.DateField(_("delivered on"), null=True)
    ship_from = models.JSONField(default=dict)  # company, building, street… contact, phone, e-mail
    ship_to = models.JSONField(default=dict)
    customs = models.JSONField(default=dict)  # VAT, EORI, country of origin, value, invoice

    class Meta:
        abstract = True


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

    def is_overdue(self, day: date) -> bool:
        away = self.state in (S.RECEIVED, S.DELETED, *OVER)
        return self.due_back_on is not None and self.due_back_on < day and not away

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
