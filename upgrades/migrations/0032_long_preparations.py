"""A job begins as long before its first window as its preparation may take, twelve hours at least;
the later windows of a running job are told of too."""

from django.db import migrations, models

from portal.rowsecurity import door

DUE_JOBS = door(
    "door_customers_with_due_jobs(at timestamptz) RETURNS SETOF uuid",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT b.customer_id FROM upgrades_booking b
    JOIN upgrades_upgradejob j ON j.id = b.job_id AND j.customer_id = b.customer_id
    WHERE b.state = 'BOOKED' AND (
        j.state = 'SCHEDULED' AND lower(b.slot)
            <= at + greatest(interval '8 days', j.prepares_worst * interval '1 minute')
        OR j.state = 'RUNNING' AND lower(b.slot) > at AND lower(b.slot) <= at + interval '1 day')
    UNION
    SELECT customer_id FROM upgrades_jobstep WHERE state = 'ASKING' AND deadline_at < at $$;""",
    reads=("SELECT (prepares_worst) ON upgrades_upgradejob",),
)
NEXT_EVENT = door(
    "door_next_event(at timestamptz, lead interval)"
    " RETURNS TABLE (busy boolean, due boolean, upcoming timestamptz)",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT coalesce(bool_or(open.busy), false), coalesce(bool_or(open.due), false),
           least(min(open.begins) FILTER (WHERE open.begins > at), (
               SELECT min(starts.begins) FROM (
                   SELECT lower(b.slot) - greatest(lead, w.prepares_worst * interval '1 minute')
                       AS begins
                   FROM upgrades_booking b
                   JOIN upgrades_upgradejob w ON w.id = b.job_id AND w.customer_id = b.customer_id
                   WHERE w.state = 'SCHEDULED' AND b.state = 'BOOKED') AS starts
               WHERE starts.begins > at))
    FROM (
        SELECT s.lease_until IS NOT NULL OR s.state NOT IN ('READY', 'WAITING')
                   OR s.next_at <= at AS busy,
               s.next_at <= at AND s.lease_until IS NULL
                   AND s.state NOT IN ('CLAIMED', 'HELD') AS due,
               CASE WHEN s.state IN ('READY', 'WAITING') THEN s.next_at END AS begins
        FROM upgrades_jobstep s
        JOIN upgrades_upgradejob j ON j.id = s.job_id AND j.customer_id = s.customer_id
        WHERE s.state NOT IN ('PLANNED', 'DONE', 'SKIPPED', 'CANCELLED')
          AND (j.state = 'RUNNING' OR s.state IN ('WATCHING', 'VERIFYING'))
    ) AS open $$;""",
)


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0031_progress_of_steps")]

    operations = [
        migrations.AddField("upgradejob", "prepares_worst", models.IntegerField(default=0)),
        migrations.RunSQL(DUE_JOBS[0], migrations.RunSQL.noop),
        migrations.RunSQL(NEXT_EVENT[0], migrations.RunSQL.noop),
    ]
