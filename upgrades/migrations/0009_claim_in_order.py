"""The claim looks at due steps in the order of their index, one by one, until it has one.

Joined with their jobs, all due steps were read and sorted to take the first; and the statement was
planned anew at each call, which took longer than the rest of the claim. The job's state is asked
by a subquery that cannot be turned into a join or a table kept aside.
"""

from importlib import import_module

from django.db import migrations

from portal.rowsecurity import door

walls = import_module("upgrades.migrations.0002_walls")

CLAIM = door(
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
        IF locked OR seen.lease_until + lease < clock_timestamp() THEN {walls.TAKE}
        END IF;
    END LOOP;
    FOR seen IN due LOOP
        locked := pg_try_advisory_lock(seen.key);
        IF locked THEN {walls.TAKE}
        END IF;
    END LOOP;
END $$;""",  # noqa: S608 (our own text twice)
)


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0008_rehearsals")]

    operations = [migrations.RunSQL(CLAIM[0], walls.CLAIM[0])]
