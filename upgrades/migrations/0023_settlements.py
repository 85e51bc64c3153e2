"""Changes for every customer: looked at and carried out by workers."""

import django.core.serializers.json
import django.db.models.deletion
import django_fsm
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.rowsecurity import Platform, Secure


class Migration(migrations.Migration):
    dependencies = [
        ("appliances", "0009_key_check"),
        ("portal", "0009_calendar_feeds_and_dead_letters"),
        ("upgrades", "0022_lists_in_order"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Settlement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("FREEZE", "a freeze for everybody"),
                            ("STANDING", "a freeze that stands"),
                            ("PACKAGE", "a package is withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("begin", models.CharField(blank=True, default="", max_length=16)),
                ("end", models.CharField(blank=True, default="", max_length=16)),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("LOOKING", "Being looked at"),
                            ("SHOWN", "To be decided"),
                            ("SETTLING", "Being carried out"),
                            ("DONE", "Carried out"),
                            ("DROPPED", "Dropped"),
                        ],
                        default="LOOKING",
                        max_length=50,
                        protected=True,
                    ),
                ),
                ("strategy", models.CharField(blank=True, default="", max_length=10)),
                ("of_all", models.PositiveIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "freeze",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="upgrades.platformfreeze",
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appliances.package",
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appliances.package",
                    ),
                ),
            ],
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name="SettlementPart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                (
                    "shown",
                    models.JSONField(
                        default=list, encoder=django.core.serializers.json.DjangoJSONEncoder
                    ),
                ),
                ("hits", models.PositiveIntegerField(default=0)),
                ("looked_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("why", models.CharField(blank=True, default="", max_length=600)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.customer",
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="upgrades.settlement",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="settlement",
            index=models.Index(
                condition=models.Q(("state__in", ["LOOKING", "SETTLING"])),
                fields=["asked_at"],
                name="settlements_to_work_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlementpart",
            constraint=models.UniqueConstraint(
                fields=("settlement", "customer"), name="one_part_a_customer_of_a_settlement"
            ),
        ),
        Platform("Settlement", app="SELECT, INSERT, UPDATE", staff="SELECT"),
        Secure("SettlementPart"),
    ]
