"""Replacements that wait, and old appliances on their way back to the vendor."""

from rest_framework import serializers

from appliances.api.serializers.names import ApplianceName, SiteName
from appliances.api.serializers.parties import Customs, Party
from appliances.api.serializers.sites import ApplianceAnswer
from appliances.models import Appliance, HardwareReturn, ReturnPhotograph
from portal import clock
from portal.api.bases import Answer, Body, CustomerName, Pages, PersonName, Query
from portal.api.evidence import EvidenceAnswer
from portal.api.fields import Instant, words


class ReplacementAnswer(ApplianceAnswer):
    """New hardware: it waits, then it has taken the place of `replaces`, or was withdrawn."""

    place = serializers.ChoiceField(Appliance.Place.choices)
    place_since = Instant(allow_null=True)
    replaces = ApplianceName()


class ReplacementBody(Body):
    """New hardware as it was delivered. It answers to nobody yet."""

    replaces = serializers.UUIDField(help_text="The id of the appliance whose place it takes.")
    host = serializers.CharField(max_length=253, help_text="Its own name, not the site's.")
    base_version = serializers.CharField(max_length=40, help_text="As Status > Basics shows it.")
    name = serializers.CharField(max_length=80, default="", allow_blank=True)
    physical = serializers.BooleanField(default=True)
    model = serializers.CharField(max_length=60, default="", allow_blank=True)
    serial = serializers.CharField(max_length=60, default="", allow_blank=True)
    data_gb = serializers.IntegerField(min_value=0, max_value=100_000, default=0)
    dialect = serializers.ChoiceField(Appliance.Dialect.choices, default=Appliance.Dialect.XML)


class ReplacementQuery(Pages):
    lookups = {"site": "site_id", "customer": "customer_id", "place": "place__in"}

    site = serializers.UUIDField(required=False)
    customer = serializers.UUIDField(required=False)
    place = words(Appliance.Place.choices)


class ReturnAnswer(Answer):
    """The way of an old appliance back to the vendor, or, if it is virtual, its end."""

    id = serializers.UUIDField()
    customer = CustomerName()
    site = SiteName()
    appliance = ApplianceName()
    replacement = ApplianceName(allow_null=True)
    state = serializers.ChoiceField(HardwareReturn.State.choices)
    physical = serializers.BooleanField()
    kind = serializers.ChoiceField(HardwareReturn.Kind.choices)
    overdue = serializers.SerializerMethodField()
    led_by_job = serializers.BooleanField(help_text="The steps of `job_label` move it.")
    job_id = serializers.UUIDField(allow_null=True)
    job_label = serializers.CharField()
    reason = serializers.CharField()
    serial = serializers.CharField()
    new_serial = serializers.CharField()
    model = serializers.CharField()
    base_version = serializers.CharField()
    product_version = serializers.CharField()
    case_number = serializers.CharField()
    rma_number = serializers.CharField()
    severity = serializers.IntegerField(allow_null=True)
    due_back_on = serializers.DateField(allow_null=True)
    exposure = serializers.DecimalField(12, 2, allow_null=True)
    currency = serializers.CharField()
    asset_tag = serializers.CharField()
    guid = serializers.CharField()
    licences = serializers.IntegerField(allow_null=True)
    mac = serializers.CharField()
    host = serializers.CharField()
    new_delivered_on = serializers.DateField(allow_null=True)
    new_seal_intact = serializers.BooleanField(allow_null=True)
    backup_verified = serializers.BooleanField()
    certificate_moved = serializers.BooleanField()
    contract_moved = serializers.BooleanField()
    left_pair = serializers.BooleanField()
    wipe_witness = serializers.CharField()
    contents = serializers.CharField()
    accessories_kept = serializers.BooleanField()
    antistatic_bag = serializers.BooleanField()
    original_box = serializers.BooleanField()
    weight_kg = serializers.DecimalField(6, 2, allow_null=True)
    size_cm = serializers.CharField()
    label_outside = serializers.BooleanField()
    rma_outside = serializers.BooleanField()
    copy_inside = serializers.BooleanField()
    label_id = serializers.CharField()
    label_expires_on = serializers.DateField(allow_null=True)
    pickup_from = Instant(allow_null=True)
    pickup_until = Instant(allow_null=True)
    handed_over_by = serializers.CharField()
    ship_from = Party()
    ship_to = Party()
    customs = Customs()
    carrier = serializers.CharField()
    pickup_number = serializers.CharField()
    tracking = serializers.CharField()
    delivered_on = serializers.DateField(allow_null=True)
    drives_kept = serializers.BooleanField()
    drives_where = serializers.CharField()
    destruction_reference = serializers.CharField()
    opened_at = Instant()
    opened_by = PersonName(allow_null=True)
    authorised_at = Instant(allow_null=True)
    confirmed_at = Instant(allow_null=True)
    confirmed_by = PersonName(allow_null=True)
    waiver_asked_by = PersonName(allow_null=True)
    waiver_reason = serializers.CharField()
    wiped_at = Instant(allow_null=True)
    wiped_by = PersonName(allow_null=True)
    powered_off_at = Instant(allow_null=True)
    handed_over_at = Instant(allow_null=True)
    closed_at = Instant(allow_null=True)

    def get_overdue(self, row: HardwareReturn) -> bool:
        return row.is_late(clock.now())


class PhotographAnswer(Answer):
    """A picture of the box, its label or its screen. Where and by what it was taken is left out of
    the file."""

    id = serializers.UUIDField()
    shows = serializers.ChoiceField(ReturnPhotograph.Shows.choices)
    taken_at = Instant(
        allow_null=True, help_text="By the device's word, where it was sent later; else null."
    )
    file = EvidenceAnswer(help_text="Its content: GET /api/v1/evidence/{id}/content.")


class PhotographQuery(Query):
    shows = serializers.ChoiceField(
        ReturnPhotograph.Shows.choices, default=ReturnPhotograph.Shows.OTHER
    )


class ReturnQuery(Pages):
    lookups = {"site": "site_id", "customer": "customer_id", "state": "state__in"}

    site = serializers.UUIDField(required=False)
    customer = serializers.UUIDField(required=False)
    state = words(HardwareReturn.State.choices)
