"""What is written down of a return as it becomes known (vendor.md §8.3), by who asks for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
