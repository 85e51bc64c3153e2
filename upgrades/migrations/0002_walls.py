"""Policies, grants and doors of the upgrades' tables; the base hold's refusal."""

from django.db import migrations

from portal.rowsecurity import Platform, Secure, door

# G-PREP-12: while a base problem is open at a site, no attempt at it can even be written down.
REFUSAL = """
CREATE FUNCTION upgrades_no_attempt_under_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM appliances_basehold h
        JOIN appliances_appliance held ON held.id = h.appliance_id
        JOIN appliances_appliance mine ON mine.site_id = held.site_id
        WHERE h.released_at IS NULL AND mine.id = NEW.appliance_id
    ) THEN
        RAISE EXCEPTION 'a base problem is open at this site: nothing may change it'
            USING ERRCODE = '23514', CONSTRAINT = 'no_attempt_under_base_hold';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER no_attempt_under_base_hold BEFORE INSERT ON upgrades_attempt
    FOR EACH ROW EXECUTE FUNCTION upgrades_no_attempt_under_hold();
"""

# Only the row that is taken is locked: a worker's record must not wait for those who look at its
# row. The number tells whether the row is still what was looked at.
TAKE = """
            RETURN QUERY UPDATE upgrades_jobstep s SET
                state = CASE seen.state WHEN 'READY' THEN 'CLAIMED' ELSE seen.state END,
                token = s.token + 1,
                claims = s.claims + CASE seen.state WHEN 'READY' THEN 1 ELSE 0 END,
                lease_until = clock_timestamp() + lease,
                lease_owner = claimer
            WHERE s.id = (
                SELECT o.id FROM upgrades_jobstep o
                WHERE o.id = seen.id AND o.token = seen.token AND o.state = seen.state
                  AND o.lease_until IS NOT DISTINCT FROM seen.lease_until
                FOR UPDATE SKIP LOCKED)
            RETURNING s.customer_id, s.id, s.token, seen.state::text, s.claims::integer,
                seen.key, locked;
            IF FOUND THEN RETURN; END IF;
            IF locked THEN PERFORM pg_advisory_unlock(seen.key); END IF;
"""
CLAIM = door(
    "door_claim_step(at timestamptz, claimer text, lease interval)"
    " RETURNS TABLE (owner_id uuid, step uuid, fence bigint, was text, claimed_times integer,"
    " lock_key bigint, locked boolean)",
    f"""LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    -- Rows somebody holds come first: if their lock is free, their worker is dead. Without the
    -- lock they are taken only when the lease has been over for its own length (a lost host),
    -- and then only looked at.
    held CURSOR FOR
        SELECT s.id, s.state, s.token, s.lease_until,
               hashtextextended(coalesce(s.appliance_id, s.id)::text, 0) AS key
        FROM upgrades_jobstep s
        WHERE s.lease_until IS NOT NULL AND s.state NOT IN ('DONE', 'SKIPPED', 'CANCELLED')
        ORDER BY s.lease_until LIMIT 200;
    due CURSOR FOR
        SELECT s.id, s.state, s.token, s.lease_until,
               hashtextextended(coalesce(s.appliance_id, s.id)::text, 0) AS key
        FROM upgrades_jobstep s
        JOIN upgrades_upgradejob j ON j.id = s.job_id AND j.customer_id = s.customer_id
        WHERE s.next_at <= at AND s.lease_until IS NULL
          AND s.state IN ('READY', 'WATCHING', 'WAITING', 'VERIFYING', 'ASKING')
          AND (j.state = 'RUNNING' OR s.state IN ('WATCHING', 'VERIFYING'))
        ORDER BY s.next_at LIMIT 200;
BEGIN
    FOR seen IN held LOOP
        locked := pg_try_advisory_lock(seen.key);
        IF locked OR seen.lease_until + lease < clock_timestamp() THEN {TAKE}
        END IF;
    END LOOP;
    FOR seen IN due LOOP
        locked := pg_try_advisory_lock(seen.key);
        IF locked THEN {TAKE}
        END IF;
    END LOOP;
END $$;""",  # noqa: S608 (our own text twice)
    reads=(
        "SELECT (id, customer_id, job_id, appliance_id, state, next_at, lease_until, token, claims)"
        " ON upgrades_jobstep",
        "UPDATE (state, token, claims, lease_until, lease_owner) ON upgrades_jobstep",
        "SELECT (id, customer_id, state) ON upgrades_upgradejob",
    ),
)
DUE_WAITS = door(
    "door_customers_with_due_waits(at timestamptz) RETURNS SETOF uuid",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT customer_id FROM upgrades_jobstep
    WHERE state = 'WAITING' AND next_at <= at AND lease_until IS NULL $$;""",
)
DUE_BOOKINGS = door(
    "door_customers_with_due_jobs(at timestamptz) RETURNS SETOF uuid",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT b.customer_id FROM upgrades_booking b
    JOIN upgrades_upgradejob j ON j.id = b.job_id AND j.customer_id = b.customer_id
    WHERE j.state = 'SCHEDULED' AND b.state = 'BOOKED' AND lower(b.slot) <= at + interval '8 days'
    UNION
    SELECT customer_id FROM upgrades_jobstep WHERE state = 'ASKING' AND deadline_at < at $$;""",
    reads=(
        "SELECT (id, customer_id, job_id, state, slot) ON upgrades_booking",
        "SELECT (customer_id, state, deadline_at) ON upgrades_jobstep",
    ),
)
NEXT_EVENT = door(
    "door_next_event(at timestamptz, lead interval)"
    " RETURNS TABLE (busy boolean, due boolean, upcoming timestamptz)",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT coalesce(bool_or(open.busy), false), coalesce(bool_or(open.due), false),
           least(min(open.begins) FILTER (WHERE open.begins > at), (
               SELECT min(lower(b.slot)) - lead FROM upgrades_booking b
               JOIN upgrades_upgradejob w ON w.id = b.job_id AND w.customer_id = b.customer_id
               WHERE w.state = 'SCHEDULED' AND b.state = 'BOOKED'
                 AND lower(b.slot) - lead > at))
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
    reads=("SELECT (customer_id, job_id, state, slot) ON upgrades_booking",),
)


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0001_initial"), ("appliances", "0002_walls")]

    operations = [
        Secure("UpgradeJob", app="SELECT, INSERT, UPDATE"),
        Secure("JobStep"),
        Secure("Attempt", app="SELECT, INSERT, UPDATE"),
        Secure("MaintenanceWindow"),
        Secure("Booking", app="SELECT, INSERT, UPDATE"),
        Secure("JobNote", app="SELECT, INSERT"),
        Secure("AppliancePath"),
        Platform("PathEntry", app="SELECT, INSERT, UPDATE, DELETE", staff="SELECT"),
        migrations.RunSQL(REFUSAL, "DROP FUNCTION upgrades_no_attempt_under_hold CASCADE"),
        migrations.RunSQL(*CLAIM),
        migrations.RunSQL(*DUE_WAITS),
        migrations.RunSQL(*DUE_BOOKINGS),
        migrations.RunSQL(*NEXT_EVENT),
    ]
