"""A replacement waits for a place; the old appliance goes back to the vendor."""

import django.db.models.deletion
import django_fsm
import portal.tenancy
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.rowsecurity import Secure, SecureKey


class Migration(migrations.Migration):
    dependencies = [
        ("appliances", "0004_readiness_and_drift"),
        ("portal", "0003_contacts_and_promises"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HardwareReturn",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("REPLACE", "return and replace"),
                            ("ADVANCE", "advance replacement"),
                            ("UPGRADE", "return after an upgrade of hardware"),
                            ("END_OF_LIFE", "end of life"),
                        ],
                        default="UPGRADE",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "case_number",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="vendor’s case"
                    ),
                ),
                (
                    "rma_number",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="RMA number"
                    ),
                ),
                ("severity", models.PositiveSmallIntegerField(null=True, verbose_name="severity")),
                ("opened_at", models.DateTimeField()),
                ("authorised_at", models.DateTimeField(null=True)),
                ("due_back_on", models.DateField(null=True, verbose_name="due back")),
                (
                    "exposure",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="charged if not returned",
                    ),
                ),
                (
                    "currency",
                    models.CharField(blank=True, default="", max_length=3, verbose_name="currency"),
                ),
                (
                    "model",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="model"),
                ),
                (
                    "serial",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="serial number"
                    ),
                ),
                (
                    "asset_tag",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="asset tag"
                    ),
                ),
                ("guid", models.CharField(blank=True, default="", max_length=32)),
                ("base_version", models.CharField(blank=True, default="", max_length=40)),
                ("product_version", models.CharField(blank=True, default="", max_length=40)),
                ("licences", models.PositiveIntegerField(null=True, verbose_name="licences")),
                (
                    "mac",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="MAC address"
                    ),
                ),
                (
                    "host",
                    models.CharField(
                        blank=True, default="", max_length=253, verbose_name="own host name"
                    ),
                ),
                (
                    "new_serial",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="serial of the new one"
                    ),
                ),
                (
                    "new_delivered_on",
                    models.DateField(null=True, verbose_name="new one delivered on"),
                ),
                (
                    "new_seal_intact",
                    models.BooleanField(null=True, verbose_name="seal of the new one intact"),
                ),
                (
                    "backup_verified",
                    models.BooleanField(default=False, verbose_name="backup verified"),
                ),
                (
                    "certificate_moved",
                    models.BooleanField(default=False, verbose_name="certificate moved"),
                ),
                (
                    "contract_moved",
                    models.BooleanField(default=False, verbose_name="licence and contract moved"),
                ),
                (
                    "left_pair",
                    models.BooleanField(default=False, verbose_name="taken out of pair or cluster"),
                ),
                (
                    "wipe_witness",
                    models.CharField(
                        blank=True, default="", max_length=120, verbose_name="witness of the wipe"
                    ),
                ),
                ("drives_kept", models.BooleanField(default=False, verbose_name="drives are kept")),
                (
                    "drives_where",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="where the drives went"
                    ),
                ),
                (
                    "destruction_reference",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=120,
                        verbose_name="certificate of destruction",
                    ),
                ),
                (
                    "contents",
                    models.TextField(
                        blank=True,
                        default="",
                        max_length=1000,
                        verbose_name="contents and quantity",
                    ),
                ),
                (
                    "accessories_kept",
                    models.BooleanField(default=False, verbose_name="accessories are kept here"),
                ),
                (
                    "antistatic_bag",
                    models.BooleanField(default=False, verbose_name="in an antistatic bag"),
                ),
                (
                    "original_box",
                    models.BooleanField(default=False, verbose_name="in the original box"),
                ),
                (
                    "weight_kg",
                    models.DecimalField(
                        decimal_places=2, max_digits=6, null=True, verbose_name="weight in kg"
                    ),
                ),
                (
                    "size_cm",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="size in cm"
                    ),
                ),
                ("label_outside", models.BooleanField(default=False, verbose_name="label outside")),
                (
                    "rma_outside",
                    models.BooleanField(default=False, verbose_name="RMA number outside"),
                ),
                (
                    "copy_inside",
                    models.BooleanField(default=False, verbose_name="copy of the form inside"),
                ),
                (
                    "carrier",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="carrier"),
                ),
                (
                    "label_id",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="label"),
                ),
                ("label_expires_on", models.DateField(null=True, verbose_name="label expires on")),
                (
                    "pickup_number",
                    models.CharField(
                        blank=True, default="", max_length=80, verbose_name="pickup number"
                    ),
                ),
                ("pickup_from", models.DateTimeField(null=True, verbose_name="pickup from")),
                ("pickup_until", models.DateTimeField(null=True, verbose_name="pickup until")),
                (
                    "handed_over_by",
                    models.CharField(
                        blank=True, default="", max_length=120, verbose_name="handed over by"
                    ),
                ),
                ("handed_over_at", models.DateTimeField(null=True, verbose_name="handed over at")),
                (
                    "tracking",
                    models.CharField(
                        blank=True, default="", max_length=80, verbose_name="tracking number"
                    ),
                ),
                ("delivered_on", models.DateField(null=True, verbose_name="delivered on")),
                ("ship_from", models.JSONField(default=dict)),
                ("ship_to", models.JSONField(default=dict)),
                ("customs", models.JSONField(default=dict)),
                ("physical", models.BooleanField(default=True)),
                ("reason", models.CharField(blank=True, default="", max_length=400)),
                ("job_id", models.UUIDField(null=True)),
                ("job_label", models.CharField(blank=True, default="", max_length=20)),
                ("led_by_job", models.BooleanField(default=False)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("wiped_at", models.DateTimeField(null=True)),
                ("powered_off_at", models.DateTimeField(null=True)),
                ("waiver_asked_at", models.DateTimeField(null=True)),
                ("waiver_reason", models.CharField(blank=True, default="", max_length=400)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
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
                        default="DRAFT",
                        max_length=50,
                        protected=True,
                    ),
                ),
            ],
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.RemoveConstraint(
            model_name="appliance",
            name="one_letter_a_site",
        ),
        migrations.AddField(
            model_name="appliance",
            name="place",
            field=django_fsm.FSMField(
                choices=[
                    ("IN_PLACE", "in place"),
                    ("WAITING", "waits to take a place"),
                    ("LEFT", "has left the site"),
                ],
                default="IN_PLACE",
                max_length=50,
                protected=True,
            ),
        ),
        migrations.AddField(
            model_name="appliance",
            name="place_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="appliance",
            name="replaces",
            field=portal.tenancy.OwnedForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replacements",
                to="appliances.appliance",
            ),
        ),
        migrations.AddConstraint(
            model_name="appliance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("place", "LEFT"), _negated=True),
                fields=("site", "letter"),
                name="one_letter_a_site",
            ),
        ),
        migrations.AddConstraint(
            model_name="appliance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("place", "WAITING")),
                fields=("replaces",),
                name="one_replacement_waits",
            ),
        ),
        migrations.AddField(
            model_name="hardwarereturn",
            name="appliance",
            field=portal.tenancy.OwnedForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="returns",
                to="appliances.appliance",
            ),
        ),
        migrations.AddField(
            model_name="hardwarereturn",
            name="confirmed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="hardwarereturn",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.customer"
            ),
        ),
        migrations.AddField(
            model_name="hardwarereturn",
            name="opened_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="hardwarereturn",
            name="replacement",
            field=portal.tenancy.OwnedForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appliances.appliance",
            ),
        ),
        migrations.AddField(
            model_name="hardwarereturn",
            name="site",
            field=portal.tenancy.OwnedForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="returns",
                to="appliances.site",
            ),
        ),
        migrations.AddField(
            model_name="hardwarereturn",
            name="waiver_asked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="hardwarereturn",
            name="wiped_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="hardwarereturn",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ["REFUSED", "CLOSED", "CANCELLED"]), _negated=True
                ),
                fields=("appliance",),
                name="one_open_return",
            ),
        ),
        SecureKey("Appliance", "replaces"),
        Secure("HardwareReturn", app="SELECT, INSERT, UPDATE"),
    ]
