"""Rehearsals: what was played on a twin, and what came of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from portal.migrations.first.making import (
    GUARDED,
    customer,
    identity,
    moved,
    owned,
    person,
    refers,
    words,
)
from portal.rowsecurity import Secure, door

# A rehearsal whose process is gone is cleared away by whoever looks after time.
LOST = door(
    "door_customers_with_lost_rehearsals() RETURNS SETOF uuid",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT customer_id FROM upgrades_rehearsal
    WHERE state IN ('WAITING', 'RUNNING') AND lease_until < clock_timestamp() $$;""",
    reads=("SELECT (customer_id, state, lease_until) ON upgrades_rehearsal",),
)

TABLES = [
    migrations.CreateModel(
        name="Rehearsal",
        fields=[
            identity(),
            customer(),
            ("site", owned("appliances.site", "rehearsals")),
            ("target", refers("appliances.package")),
            ("procedure", models.CharField(max_length=60)),
            ("method", models.CharField(max_length=20)),
            ("offline_ids", ArrayField(models.UUIDField(), null=True)),
            ("replacement", owned("appliances.appliance", null=True)),
            ("repairs", owned("upgrades.upgradejob", null=True)),
            ("earliest", models.DateTimeField(null=True)),
            ("digest", models.CharField(max_length=64)),
            ("faults", models.JSONField(default=list)),
            ("seed", models.BigIntegerField()),
            (
                "state",
                moved(
                    "WAITING",
                    [
                        ("WAITING", "Waiting to begin"),
                        ("RUNNING", "Rehearsing"),
                        ("FINISHED", "Rehearsed"),
                        ("BROKEN_OFF", "Broken off"),
                        ("CANCELLED", "Cancelled"),
                    ],
                ),
            ),
            ("asked_by", person()),
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
                    max_length=10,
                    blank=True,
                    default="",
                    choices=[
                        ("ARRIVES", "arrives"),
                        ("HALTS", "would halt"),
                        ("HOLDS", "would wait for a decision"),
                        ("MISSES", "would miss its window"),
                        ("STANDS", "would stand still"),
                    ],
                ),
            ),
            ("reason", words(400)),
            ("report", models.JSONField(default=dict)),
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
        bases=GUARDED,
    ),
]
WALLS = [
    Secure("Rehearsal", app="SELECT, INSERT, UPDATE"),
    migrations.RunSQL(*LOST),
]
