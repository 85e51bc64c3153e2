"""What the moves of a return take, and the facts that are written down of it."""

from rest_framework import serializers

from appliances.api.serializers.parties import Customs, Party
from appliances.models import HardwareReturn
from portal.api.bases import Body
from portal.api.fields import Instant


class Opening(Body):
    """By itself, for an appliance that failed. After a hardware job a return is opened for you."""

    appliance = serializers.UUIDField()
    kind = serializers.ChoiceField(HardwareReturn.Kind.choices, default="REPLACE")
    reason = serializers.CharField(max_length=400)


class Authorising(Body):
    rma_number = serializers.CharField(
        max_length=60, default="", allow_blank=True, help_text="A virtual appliance needs none."
    )


class Confirming(Body):
    replacement = serializers.UUIDField(
        required=False,
        help_text="On which appliance production runs; a waiting replacement takes its place.",
    )


class Wiping(Body):
    serial = serializers.CharField(max_length=60, help_text="As read on the box that was reset.")
    witness = serializers.CharField(
        max_length=120, default="", allow_blank=True, help_text="Who was there."
    )


class Drives(Body):
    where = serializers.CharField(max_length=200)
    reference = serializers.CharField(max_length=120, default="", allow_blank=True)


class Waiver(Body):
    reason = serializers.CharField(max_length=400)
    where = serializers.CharField(max_length=200, help_text="Where the drives went.")


class Deleting(Body):
    evidence = serializers.CharField(max_length=120, help_text="What shows that it is deleted.")


class Packing(Body):
    contents = serializers.CharField(
        max_length=1000, default="", allow_blank=True, help_text="One piece a line."
    )
    antistatic_bag = serializers.BooleanField(default=False)
    original_box = serializers.BooleanField(default=False)
    copy_inside = serializers.BooleanField(default=False, help_text="The packing slip is inside.")


class Labelling(Body):
    """The carrier's label and the RMA number are outside on the box."""

    label_id = serializers.CharField(max_length=80, default="", allow_blank=True)
    label_expires_on = serializers.DateField(required=False, allow_null=True)


class Pickup(Body):
    carrier = serializers.CharField(max_length=80)
    pickup_number = serializers.CharField(max_length=80, default="", allow_blank=True)
    pickup_from = Instant(required=False, allow_null=True)
    pickup_until = Instant(required=False, allow_null=True)


class HandingOver(Body):
    by_name = serializers.CharField(max_length=120)
    tracking = serializers.CharField(max_length=80)


class Received(Body):
    on = serializers.DateField()


class Facts(Body):
    """What is left out stays as it is."""

    kind = serializers.ChoiceField(HardwareReturn.Kind.choices, required=False)
    case_number = serializers.CharField(max_length=60, required=False, allow_blank=True)
    rma_number = serializers.CharField(max_length=60, required=False, allow_blank=True)
    severity = serializers.IntegerField(
        min_value=1, max_value=3, required=False, allow_null=True, help_text="The vendor's."
    )
    due_back_on = serializers.DateField(required=False, allow_null=True)
    exposure = serializers.DecimalField(
        12, 2, min_value=0, required=False, allow_null=True, help_text="Charged if not returned."
    )
    currency = serializers.RegexField("^([A-Z]{3})?$", required=False, allow_blank=True)
    asset_tag = serializers.CharField(max_length=60, required=False, allow_blank=True)
    mac = serializers.CharField(max_length=60, required=False, allow_blank=True)
    new_serial = serializers.CharField(max_length=60, required=False, allow_blank=True)
    new_delivered_on = serializers.DateField(required=False, allow_null=True)
    new_seal_intact = serializers.BooleanField(required=False, allow_null=True)
    backup_verified = serializers.BooleanField(required=False)
    certificate_moved = serializers.BooleanField(required=False)
    contract_moved = serializers.BooleanField(required=False)
    left_pair = serializers.BooleanField(required=False)
    wipe_witness = serializers.CharField(max_length=120, required=False, allow_blank=True)
    contents = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    accessories_kept = serializers.BooleanField(required=False)
    antistatic_bag = serializers.BooleanField(required=False)
    original_box = serializers.BooleanField(required=False)
    weight_kg = serializers.DecimalField(6, 2, min_value=0, required=False, allow_null=True)
    size_cm = serializers.CharField(max_length=40, required=False, allow_blank=True)
    copy_inside = serializers.BooleanField(required=False)
    carrier = serializers.CharField(max_length=80, required=False, allow_blank=True)
    label_id = serializers.CharField(max_length=80, required=False, allow_blank=True)
    label_expires_on = serializers.DateField(required=False, allow_null=True)
    pickup_number = serializers.CharField(max_length=80, required=False, allow_blank=True)
    tracking = serializers.CharField(max_length=80, required=False, allow_blank=True)
    ship_from = Party(required=False)
    ship_to = Party(required=False)
    customs = Customs(required=False)
