"""The doors to due work pass twins over; a rehearsal claims through a door of its own."""

from importlib import import_module

from django.db import migrations

from portal.rowsecurity import door

walls = import_module("upgrades.migrations.0002_walls")

TWINS = "ALL ((SELECT door_rehearsing())::uuid[])"
CLAIMED = (
    " RETURNS TABLE (owner_id uuid, step uuid, fence bigint, was text, claimed_times integer,"
    " lock_key bigint, locked boolean)"
)


def claim(signature: str, whose: str) -> tuple[str, str]:
    """The door that claims a step, among the steps of those customers that `whose` names."""
    return door(
        signature + CLAIMED,
        f"""LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    twins uuid[] := door_rehearsing();
    -- Rows somebody holds come first: if their lock is free, their worker is dead. Without the
    -- lock they are taken only when the lease has been over for its own length (a lost host),
    -- and then only looked at.
    held CURSOR FOR
        SELECT s.id, s.state, s.token, s.lease_until,
               hashtextextended(coalesce(s.appliance_id, s.id)::text, 0) AS key
        FROM upgrades_jobstep s
        WHERE s.lease_until IS NOT NULL AND s.state NOT IN ('DONE', 'SKIPPED', 'CANCELLED')
          AND {whose}
        ORDER BY s.lease_until LIMIT 200;
    due CURSOR FOR
        SELECT s.id, s.state, s.token, s.lease_until,
               hashtextextended(coalesce(s.appliance_id, s.id)::text, 0) AS key
        FROM upgrades_jobstep s
        JOIN upgrades_upgradejob j ON j.id = s.job_id AND j.customer_id = s.customer_id
        WHERE s.next_at <= at AND s.lease_until IS NULL
          AND s.state IN ('READY', 'WATCHING', 'WAITING', 'VERIFYING', 'ASKING')
          AND (j.state = 'RUNNING' OR s.state IN ('WATCHING', 'VERIFYING'))
          AND {whose}
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
END $$;""",  # noqa: S608 (our own text)
    )


CLAIM = claim(
    "door_claim_step(at timestamptz, claimer text, lease interval)", "s.customer_id <> ALL (twins)"
)
# Of one twin only: never of a customer that does not rehearse.
CLAIM_OF_TWIN = claim(
    "door_claim_step_of_twin(twin uuid, at timestamptz, claimer text, lease interval)",
    "s.customer_id = twin AND twin = ANY (twins)",
)
DUE_WAITS = door(
    "door_customers_with_due_waits(at timestamptz) RETURNS SETOF uuid",
    f"""LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT customer_id FROM upgrades_jobstep
    WHERE state = 'WAITING' AND next_at <= at AND lease_until IS NULL
      AND customer_id <> {TWINS} $$;""",  # noqa: S608 (our own text)
)
DUE_BOOKINGS = door(
    "door_customers_with_due_jobs(at timestamptz) RETURNS SETOF uuid",
    f"""LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT b.customer_id FROM upgrades_booking b
    JOIN upgrades_upgradejob j ON j.id = b.job_id AND j.customer_id = b.customer_id
    WHERE j.state = 'SCHEDULED' AND b.state = 'BOOKED' AND lower(b.slot) <= at + interval '8 days'
      AND b.customer_id <> {TWINS}
    UNION
    SELECT customer_id FROM upgrades_jobstep WHERE state = 'ASKING' AND deadline_at < at
      AND customer_id <> {TWINS} $$;""",  # noqa: S608 (our own text)
)
NEXT_EVENT = door(
    "door_next_event(at timestamptz, lead interval)"
    " RETURNS TABLE (busy boolean, due boolean, upcoming timestamptz)",
    f"""LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT coalesce(bool_or(open.busy), false), coalesce(bool_or(open.due), false),
           least(min(open.begins) FILTER (WHERE open.begins > at), (
               SELECT min(lower(b.slot)) - lead FROM upgrades_booking b
               JOIN upgrades_upgradejob w ON w.id = b.job_id AND w.customer_id = b.customer_id
               WHERE w.state = 'SCHEDULED' AND b.state = 'BOOKED'
                 AND lower(b.slot) - lead > at AND b.customer_id <> {TWINS}))
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
          AND s.customer_id <> {TWINS}
    ) AS open $$;""",  # noqa: S608 (our own text)
)


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0002_walls"), ("portal", "0003_rehearsing")]

    operations = [
        migrations.RunSQL(CLAIM[0], walls.CLAIM[0]),
        migrations.RunSQL(*CLAIM_OF_TWIN),
        migrations.RunSQL(DUE_WAITS[0], walls.DUE_WAITS[0]),
        migrations.RunSQL(DUE_BOOKINGS[0], walls.DUE_BOOKINGS[0]),
        migrations.RunSQL(NEXT_EVENT[0], walls.NEXT_EVENT[0]),
    ]
