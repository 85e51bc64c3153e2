"""Rehearsals: what was played on a twin, and what came of it."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

import portal.tenancy
from portal.rowsecurity import Secure, door

# A rehearsal whose process is gone is cleared away by whoever looks after time.
LOST = door(
    "door_customers_with_lost_rehearsals() RETURNS SETOF uuid",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT customer_id FROM upgrades_rehearsal
    WHERE state IN ('WAITING', 'RUNNING') AND lease_until < clock_timestamp() $$;""",
    reads=("SELECT (customer_id, state, lease_until) ON upgrades_rehearsal",),
)


class Migration(migrations.Migration):
    dependencies = [
        ("appliances", "0005_replacements_and_returns"),
        ("portal", "0004_rehearsing"),
        ("upgrades", "0007_interims"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Rehearsal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("procedure", models.CharField(max_length=60)),
                ("method", models.CharField(max_length=20)),
                (
                    "offline_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), null=True, size=None
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("faults", models.JSONField(default=list)),
                ("seed", models.BigIntegerField()),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("WAITING", "Waiting to begin"),
                            ("RUNNING", "Rehearsing"),
                            ("FINISHED", "Rehearsed"),
                            ("BROKEN_OFF", "Broken off"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        default="WAITING",
                        max_length=50,
                        protected=True,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("began_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("bells", models.SmallIntegerField(default=0)),
                ("twin_id", models.UUIDField(null=True)),
                ("steps_done", models.IntegerField(default=0)),
                ("steps_all", models.IntegerField(default=0)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ARRIVES", "arrives"),
                            ("HALTS", "would halt"),
                            ("HOLDS", "would wait for a decision"),
                            ("MISSES", "would miss its window"),
                            ("STANDS", "would stand still"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=400)),
                ("report", models.JSONField(default=dict)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.customer",
                    ),
                ),
                (
                    "site",
                    portal.tenancy.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rehearsals",
                        to="appliances.site",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appliances.package",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["site", "digest"], name="rehearsals_of_plan"),
                    models.Index(
                        condition=models.Q(("state__in", ["WAITING", "RUNNING"])),
                        fields=["lease_until"],
                        name="rehearsals_open",
                    ),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        Secure("Rehearsal", app="SELECT, INSERT, UPDATE"),
        migrations.RunSQL(*LOST),
    ]
