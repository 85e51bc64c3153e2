"""The door that finds proposals which nobody has answered while their first window comes near."""

from django.db import migrations

from portal.rowsecurity import door

UNANSWERED = door(
    "door_customers_with_unanswered_jobs(at timestamptz) RETURNS SETOF uuid",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT b.customer_id FROM upgrades_booking b
    JOIN upgrades_upgradejob j ON j.id = b.job_id AND j.customer_id = b.customer_id
    WHERE j.state = 'PROPOSED' AND b.state IN ('HELD', 'BOOKED')
      AND lower(b.slot) > at AND lower(b.slot) <= at + interval '3 days' $$;""",
)


class Migration(migrations.Migration):
    dependencies = [
        ("upgrades", "0019_failures_are_answered"),
    ]

    operations = [migrations.RunSQL(*UNANSWERED)]
