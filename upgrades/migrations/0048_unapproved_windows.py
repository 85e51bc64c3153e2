"""Whose proposals nobody approved before their first window was to begin: a door names the
customers."""

from django.db import migrations

from portal.rowsecurity import door

UNAPPROVED = door(
    "door_customers_with_unapproved_windows(at timestamptz) RETURNS SETOF uuid",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT b.customer_id FROM upgrades_booking b
    JOIN upgrades_upgradejob j ON j.id = b.job_id AND j.customer_id = b.customer_id
    WHERE j.state = 'PROPOSED' AND b.state = 'HELD' AND lower(b.slot) < at $$;""",
)


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0047_lost_workers_counted")]

    operations = [migrations.RunSQL(*UNAPPROVED)]
