"""The old appliance's way back to the vendor."""

from django.db import migrations, models

from portal.migrations.first.making import GUARDED, customer, identity, moved, owned, person, words
from portal.rowsecurity import Secure

TABLES = [
    migrations.CreateModel(
        name="HardwareReturn",
        fields=[
            identity(),
            customer(),
            (
                "kind",
                models.CharField(
                    verbose_name="kind",
                    max_length=12,
                    default="UPGRADE",
                    choices=[
                        ("REPLACE", "return and replace"),
                        ("ADVANCE", "advance replacement"),
                        ("UPGRADE", "return after an upgrade of hardware"),
                        ("END_OF_LIFE", "end of life"),
                    ],
                ),
            ),
            ("case_number", words(60, verbose_name="vendor’s case")),
            ("rma_number", words(60, verbose_name="RMA number")),
            ("severity", models.PositiveSmallIntegerField(verbose_name="severity", null=True)),
            ("opened_at", models.DateTimeField()),
            ("authorised_at", models.DateTimeField(null=True)),
            ("due_back_on", models.DateField(verbose_name="due back", null=True)),
            (
                "exposure",
                models.DecimalField(
                    verbose_name="charged if not returned",
                    null=True,
                    max_digits=12,
                    decimal_places=2,
                ),
            ),
            ("currency", words(3, verbose_name="currency")),
            ("model", words(60, verbose_name="model")),
            ("serial", words(60, verbose_name="serial number")),
            ("asset_tag", words(60, verbose_name="asset tag")),
            ("guid", words(32)),
            ("base_version", words(40)),
            ("product_version", words(40)),
            ("licences", models.PositiveIntegerField(verbose_name="licences", null=True)),
            ("mac", words(60, verbose_name="MAC address")),
            ("host", words(253, verbose_name="own host name")),
            ("new_serial", words(60, verbose_name="serial of the new one")),
            ("new_delivered_on", models.DateField(verbose_name="new one delivered on", null=True)),
            (
                "new_seal_intact",
                models.BooleanField(verbose_name="seal of the new one intact", null=True),
            ),
            ("backup_verified", models.BooleanField(verbose_name="backup verified", default=False)),
            (
                "certificate_moved",
                models.BooleanField(verbose_name="certificate moved", default=False),
            ),
            (
                "contract_moved",
                models.BooleanField(verbose_name="licence and contract moved", default=False),
            ),
            (
                "left_pair",
                models.BooleanField(verbose_name="taken out of pair or cluster", default=False),
            ),
            ("wipe_witness", words(120, verbose_name="witness of the wipe")),
            ("drives_kept", models.BooleanField(verbose_name="drives are kept", default=False)),
            ("drives_where", words(200, verbose_name="where the drives went")),
            (
                "destruction_reference",
                models.CharField(
                    verbose_name="certificate of destruction",
                    max_length=120,
                    blank=True,
                    default="",
                ),
            ),
            (
                "contents",
                models.TextField(
                    verbose_name="contents and quantity", max_length=1000, blank=True, default=""
                ),
            ),
            (
                "accessories_kept",
                models.BooleanField(verbose_name="accessories are kept here", default=False),
            ),
            (
                "antistatic_bag",
                models.BooleanField(verbose_name="in an antistatic bag", default=False),
            ),
            (
                "original_box",
                models.BooleanField(verbose_name="in the original box", default=False),
            ),
            (
                "weight_kg",
                models.DecimalField(
                    verbose_name="weight in kg", null=True, max_digits=6, decimal_places=2
                ),
            ),
            ("size_cm", words(40, verbose_name="size in cm")),
            ("label_outside", models.BooleanField(verbose_name="label outside", default=False)),
            ("rma_outside", models.BooleanField(verbose_name="RMA number outside", default=False)),
            (
                "copy_inside",
                models.BooleanField(verbose_name="copy of the form inside", default=False),
            ),
            ("carrier", words(80, verbose_name="carrier")),
            ("label_id", words(80, verbose_name="label")),
            ("label_expires_on", models.DateField(verbose_name="label expires on", null=True)),
            ("pickup_number", words(80, verbose_name="pickup number")),
            ("pickup_from", models.DateTimeField(verbose_name="pickup from", null=True)),
            ("pickup_until", models.DateTimeField(verbose_name="pickup until", null=True)),
            ("handed_over_by", words(120, verbose_name="handed over by")),
            ("handed_over_at", models.DateTimeField(verbose_name="handed over at", null=True)),
            ("tracking", words(80, verbose_name="tracking number")),
            ("delivered_on", models.DateField(verbose_name="delivered on", null=True)),
            ("ship_from", models.JSONField(default=dict)),
            ("ship_to", models.JSONField(default=dict)),
            ("customs", models.JSONField(default=dict)),
            ("site", owned("appliances.site", "returns")),
            ("appliance", owned("appliances.appliance", "returns")),
            ("replacement", owned("appliances.appliance", null=True)),
            ("physical", models.BooleanField(default=True)),
            ("reason", words(400)),
            ("job_id", models.UUIDField(null=True)),
            ("job_label", words(20)),
            ("led_by_job", models.BooleanField(default=False)),
            ("opened_by", person(null=True)),
            ("confirmed_by", person(null=True)),
            ("confirmed_at", models.DateTimeField(null=True)),
            ("wiped_by", person(null=True)),
            ("wiped_at", models.DateTimeField(null=True)),
            ("powered_off_at", models.DateTimeField(null=True)),
            ("waiver_asked_by", person(null=True)),
            ("waiver_asked_at", models.DateTimeField(null=True)),
            ("waiver_reason", words(400)),
            ("closed_at", models.DateTimeField(null=True)),
            (
                "state",
                moved(
                    "DRAFT",
                    [
                        ("DRAFT", "Draft"),
                        ("REQUESTED", "Requested"),
                        ("REFUSED", "Refused"),
                        ("AUTHORISED", "Authorised"),
                        ("REPLACED", "Replacement confirmed"),
                        ("WIPED", "Wiped"),
                        ("DELETED", "Deleted"),
                        ("POWERED_OFF", "Shut down"),
                        ("PACKED", "Packed"),
                        ("PICKUP_BOOKED", "Pickup booked"),
                        ("IN_TRANSIT", "In transit"),
                        ("LOST", "Lost on the way"),
                        ("RECEIVED", "Received"),
                        ("CLOSED", "Closed"),
                        ("CANCELLED", "Cancelled"),
                    ],
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(
                        ("state__in", ["REFUSED", "CLOSED", "CANCELLED"]), _negated=True
                    ),
                    fields=("appliance",),
                    name="one_open_return",
                )
            ],
        },
        bases=GUARDED,
    ),
]
WALLS = [
    Secure("HardwareReturn", app="SELECT, INSERT, UPDATE"),
]
