"""A step that kills its worker is counted in whichever state it does: also while the appliance is
only asked, where nothing was counted and every worker died at it in turn."""

from django.db import migrations

from portal.rowsecurity import door

# Rows somebody holds come first: if their lock is free, their worker is dead. A claimed one was
# counted when it was claimed.
TAKE = """
            RETURN QUERY UPDATE upgrades_jobstep s SET
                state = CASE seen.state WHEN 'READY' THEN 'CLAIMED' ELSE seen.state END,
                token = s.token + 1,
                claims = s.claims + CASE {counted} THEN 1 ELSE 0 END,
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
READY = "seen.state WHEN 'READY'"
LOST = "WHEN seen.state <> 'CLAIMED'"


def claim(held: str) -> tuple[str, str]:
    return door(
        "door_claim_step(at timestamptz, claimer text, lease interval)"
        " RETURNS TABLE (owner_id uuid, step uuid, fence bigint, was text, claimed_times integer,"
        " lock_key bigint, locked boolean)",
        f"""LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
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
        IF locked OR seen.lease_until + lease < clock_timestamp() THEN {TAKE.format(counted=held)}
        END IF;
    END LOOP;
    FOR seen IN due LOOP
        locked := pg_try_advisory_lock(seen.key);
        IF locked THEN {TAKE.format(counted=READY)}
        END IF;
    END LOOP;
END $$;""",  # noqa: S608 (our own text twice)
    )


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0046_reads_of_the_last_minute")]

    operations = [migrations.RunSQL(claim(LOST)[0], claim(READY)[0])]
