"""What workers take, each by a door that gives it to one of them."""

from django.db import migrations

from portal.rowsecurity import door

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
# Due steps are looked at in the order of their index, one by one, until one can be had. The
# statement is planned once; the job's state is asked by a subquery, which no join can replace.
STEP = door(
    "door_claim_step(at timestamptz, claimer text, lease interval)"
    " RETURNS TABLE (owner_id uuid, step uuid, fence bigint, was text, claimed_times integer,"
    " lock_key bigint, locked boolean)",
    f"""LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
SET plan_cache_mode = force_generic_plan AS $$
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
        WHERE s.next_at <= at AND s.lease_until IS NULL
          AND s.state IN ('READY', 'WATCHING', 'WAITING', 'VERIFYING', 'ASKING')
          AND (s.state IN ('WATCHING', 'VERIFYING')
            OR (SELECT j.state FROM upgrades_upgradejob j
                WHERE j.id = s.job_id AND j.customer_id = s.customer_id) = 'RUNNING')
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
# One caller at a time, so that the limit a minute holds; fair: each customer's longest waiting
# first, then each one's second. An appliance that a step is busy with stays due.
READ = door(
    "door_claim_reads(at timestamptz, lease interval, most integer, a_minute integer)"
    " RETURNS TABLE (owner_id uuid, appliance uuid)",
    """LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
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
            WHERE (x.read_due_at IS NULL OR x.read_due_at <= at) AND x.place = 'IN_PLACE' AND x.dialect <> 'NO_API'
              AND x.secret_key_id <> '' AND t.closed_at IS NULL
              AND NOT EXISTS (
                SELECT FROM upgrades_jobstep s
                WHERE s.appliance_id = x.id AND s.customer_id = x.customer_id
                  AND (s.state IN ('CLAIMED', 'WATCHING', 'VERIFYING')
                       OR s.state = 'ASKING' AND s.effect = 'observed'))
        ) due ORDER BY due.turn, due.read_due_at NULLS FIRST LIMIT allowed)
    RETURNING a.customer_id, a.id;
END $$;""",
    reads=(
        "SELECT (id, customer_id, site_id, place, dialect, secret_key_id, read_due_at,"
        " read_begun_at) ON appliances_appliance",
        "UPDATE (read_due_at, read_begun_at) ON appliances_appliance",
        "SELECT (id, customer_id, closed_at) ON appliances_site",
        "SELECT (effect) ON upgrades_jobstep",
    ),
)
LOOK = door(
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
# Backups that are due by themselves (G-PREP-16), beside no job and no hold.
BACKUP = door(
    "door_claim_backup(at timestamptz, lease interval) RETURNS TABLE (owner_id uuid, appliance uuid)",
    """LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    UPDATE appliances_appliance a SET backup_due_at = at + lease WHERE a.id = (
        SELECT x.id FROM appliances_appliance x
        JOIN appliances_site t ON t.id = x.site_id AND t.customer_id = x.customer_id
        WHERE (x.backup_due_at IS NULL OR x.backup_due_at <= at)
          AND x.place = 'IN_PLACE' AND x.cluster_role <> 'TRAFFIC' AND x.dialect <> 'NO_API'
          AND x.secret_key_id <> '' AND x.last_seen_at IS NOT NULL
          AND t.closed_at IS NULL AND t.backup_days > 0
          AND NOT EXISTS (
            SELECT FROM upgrades_upgradejob j
            WHERE j.site_id = t.id AND j.customer_id = t.customer_id
              AND j.state IN ('RUNNING', 'PAUSED', 'HALTED'))
          AND NOT EXISTS (
            SELECT FROM appliances_basehold h
            WHERE h.appliance_id = x.id AND h.customer_id = x.customer_id
              AND h.released_at IS NULL)
        ORDER BY x.backup_due_at NULLS FIRST, x.id LIMIT 1 FOR UPDATE OF x SKIP LOCKED)
    RETURNING a.customer_id, a.id $$;""",
    reads=(
        "SELECT (id, customer_id, site_id, place, cluster_role, dialect, secret_key_id,"
        " last_seen_at, backup_due_at) ON appliances_appliance",
        "UPDATE (backup_due_at) ON appliances_appliance",
        "SELECT (id, customer_id, closed_at, backup_days) ON appliances_site",
        "SELECT (customer_id, site_id, state) ON upgrades_upgradejob",
        "SELECT (customer_id, appliance_id, released_at) ON appliances_basehold",
    ),
)

DOORS = [
    migrations.RunSQL(*STEP),
    migrations.RunSQL(*READ),
    migrations.RunSQL(*LOOK),
    migrations.RunSQL(*BACKUP),
]
