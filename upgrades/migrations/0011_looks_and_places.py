"""Who has a window within a day that was not looked at; hourly reads only of appliances in place."""

from importlib import import_module

from django.db import migrations

from portal.rowsecurity import door

before = import_module("upgrades.migrations.0004_looks")

SOON = door(
    "door_customers_with_windows_soon(at timestamptz) RETURNS SETOF uuid",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT b.customer_id FROM upgrades_booking b
    JOIN upgrades_upgradejob j ON j.id = b.job_id AND j.customer_id = b.customer_id
    WHERE b.state = 'BOOKED' AND j.state IN ('SCHEDULED', 'RUNNING')
      AND lower(b.slot) > at AND lower(b.slot) <= at + interval '24 hours'
      AND NOT EXISTS (
        SELECT FROM upgrades_look l
        WHERE l.customer_id = b.customer_id AND l.job_id = b.job_id AND l."window" = b."window"
          AND l.revision = b.revision AND l.kind = 'DAY_BEFORE') $$;""",
    reads=(
        'SELECT ("window", revision) ON upgrades_booking',
        'SELECT (job_id, "window", revision) ON upgrades_look',
    ),
)
READS = door(
    "door_claim_reads(at timestamptz, lease interval, most integer, a_minute integer)"
    " RETURNS TABLE (owner_id uuid, appliance uuid)",
    before.READS_BODY.replace(
        "x.dialect <> 'NO_API'", "x.place = 'IN_PLACE' AND x.dialect <> 'NO_API'"
    ),
    reads=("SELECT (place) ON appliances_appliance",),
)


class Migration(migrations.Migration):
    dependencies = [
        ("upgrades", "0010_paths_follow_their_entries"),
        ("appliances", "0006_cluster_facts"),
    ]

    operations = [
        migrations.RunSQL(*SOON),
        migrations.RunSQL(READS[0], before.READS[0]),
    ]
