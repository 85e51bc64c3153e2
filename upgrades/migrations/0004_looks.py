"""Looks at sites round their windows, and the hourly read: due in PostgreSQL, claimed by doors."""

import django.db.models.deletion
import portal.tenancy
import uuid
from django.db import migrations, models

from portal.rowsecurity import Secure, door

READS_BODY = """LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    allowed integer;
BEGIN
    IF NOT pg_try_advisory_xact_lock(20261129, 1) THEN RETURN; END IF;
    SELECT least(most, a_minute - count(*)) INTO allowed FROM appliances_appliance
    WHERE read_begun_at > clock_timestamp() - interval '1 minute';
    IF allowed <= 0 THEN RETURN; END IF;
    RETURN QUERY UPDATE appliances_appliance a
    SET read_due_at = at + lease, read_begun_at = clock_timestamp()
    WHERE a.id IN (
        SELECT due.id FROM (
            SELECT x.id, x.read_due_at, row_number() OVER (
                PARTITION BY x.customer_id ORDER BY x.read_due_at NULLS FIRST, x.id) AS turn
            FROM appliances_appliance x
            JOIN appliances_site t ON t.id = x.site_id AND t.customer_id = x.customer_id
            WHERE (x.read_due_at IS NULL OR x.read_due_at <= at) AND x.dialect <> 'NO_API'
              AND x.secret_key_id <> '' AND t.closed_at IS NULL
              AND NOT EXISTS (
                SELECT FROM upgrades_jobstep s
                WHERE s.appliance_id = x.id AND s.customer_id = x.customer_id
                  AND (s.state IN ('CLAIMED', 'WATCHING', 'VERIFYING')
                       OR s.state = 'ASKING' AND s.effect = 'observed'))
        ) due ORDER BY due.turn, due.read_due_at NULLS FIRST LIMIT allowed)
    RETURNING a.customer_id, a.id;
END $$;"""
# One caller at a time, so that the limit a minute holds; fair: each customer's longest waiting first,
# then each one's second. An appliance that a step is busy with stays due.
READS = door(
    "door_claim_reads(at timestamptz, lease interval, most integer, a_minute integer)"
    " RETURNS TABLE (owner_id uuid, appliance uuid)",
    READS_BODY,
    reads=(
        "SELECT (id, customer_id, site_id, dialect, secret_key_id, read_due_at, read_begun_at)"
        " ON appliances_appliance",
        "UPDATE (read_due_at, read_begun_at) ON appliances_appliance",
        "SELECT (id, customer_id, closed_at) ON appliances_site",
        "SELECT (effect) ON upgrades_jobstep",
    ),
)
LOOKS = door(
    "door_claim_look(at timestamptz, lease interval) RETURNS TABLE (owner_id uuid, look uuid)",
    """LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    UPDATE upgrades_look l SET begun_at = clock_timestamp() WHERE l.id = (
        SELECT o.id FROM upgrades_look o
        WHERE o.done_at IS NULL AND o.due_at <= at AND o.kind <> 'START'
          AND (o.begun_at IS NULL OR o.begun_at < clock_timestamp() - lease)
        ORDER BY o.due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING l.customer_id, l.id $$;""",
    reads=(
        "SELECT (id, customer_id, kind, due_at, done_at, begun_at) ON upgrades_look",
        "UPDATE (begun_at) ON upgrades_look",
    ),
)


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0003_contacts_and_promises"),
        ("upgrades", "0003_rollouts_and_freezes"),
        ("appliances", "0004_readiness_and_drift"),
    ]

    operations = [
        migrations.CreateModel(
            name="Look",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("window", models.IntegerField()),
                ("revision", models.IntegerField(default=0)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("DAY_BEFORE", "the day before"),
                            ("START", "at the start"),
                            ("END", "after the end"),
                        ],
                        max_length=12,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("begun_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("passed", models.BooleanField(default=False)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.customer",
                    ),
                ),
                (
                    "job",
                    portal.tenancy.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="looks",
                        to="upgrades.upgradejob",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["due_at"],
                        name="looks_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("job", "window", "revision", "kind"), name="one_look_of_a_kind"
                    )
                ],
            },
        ),
        Secure("Look", app="SELECT, INSERT, UPDATE"),
        migrations.RunSQL(*READS),
        migrations.RunSQL(*LOOKS),
    ]
