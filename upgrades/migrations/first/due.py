"""Whose time has come: doors that name customers, and the next thing that happens."""

from django.db import migrations

from portal.rowsecurity import door

DUE_WAITS = door(
    "door_customers_with_due_waits(at timestamptz) RETURNS SETOF uuid",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT customer_id FROM upgrades_jobstep
    WHERE state = 'WAITING' AND next_at <= at AND lease_until IS NULL $$;""",
)
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
    reads=(
        "SELECT (id, customer_id, job_id, state, slot) ON upgrades_booking",
        "SELECT (customer_id, state, deadline_at) ON upgrades_jobstep",
        "SELECT (prepares_worst) ON upgrades_upgradejob",
    ),
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
LONG_INTERIMS = door(
    "door_customers_with_long_interims(at timestamptz) RETURNS SETOF uuid",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT i.customer_id FROM upgrades_interim i
    JOIN appliances_site t ON t.id = i.site_id AND t.customer_id = i.customer_id
    WHERE i.state = 'OPEN' AND i.began_at + t.interim_days * interval '1 day' <= at $$;""",
    reads=(
        "SELECT (customer_id, site_id, state, began_at) ON upgrades_interim",
        "SELECT (id, customer_id, interim_days) ON appliances_site",
    ),
)
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
UNANSWERED = door(
    "door_customers_with_unanswered_jobs(at timestamptz) RETURNS SETOF uuid",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT b.customer_id FROM upgrades_booking b
    JOIN upgrades_upgradejob j ON j.id = b.job_id AND j.customer_id = b.customer_id
    WHERE j.state = 'PROPOSED' AND b.state IN ('HELD', 'BOOKED')
      AND lower(b.slot) > at AND lower(b.slot) <= at + interval '3 days' $$;""",
)
AHEAD = door(
    "door_customers_with_bases_to_read(at timestamptz, ahead interval) RETURNS SETOF uuid",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT b.customer_id FROM upgrades_booking b
    JOIN upgrades_upgradejob j ON j.id = b.job_id AND j.customer_id = b.customer_id
    WHERE b.state = 'BOOKED' AND j.state IN ('SCHEDULED', 'RUNNING')
      AND lower(b.slot) > at AND lower(b.slot) <= at + ahead
      AND NOT EXISTS (
        SELECT FROM upgrades_look l
        WHERE l.customer_id = b.customer_id AND l.job_id = b.job_id AND l."window" = b."window"
          AND l.revision = b.revision AND l.kind = 'BASES') $$;""",
)

DOORS = [
    migrations.RunSQL(*DUE_WAITS),
    migrations.RunSQL(*DUE_JOBS),
    migrations.RunSQL(*NEXT_EVENT),
    migrations.RunSQL(*LONG_INTERIMS),
    migrations.RunSQL(*SOON),
    migrations.RunSQL(*UNANSWERED),
    migrations.RunSQL(*AHEAD),
]
