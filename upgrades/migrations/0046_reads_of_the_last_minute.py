"""The reads of the last minute are counted by their index: a function that gives another answer each
time it is asked, as clock_timestamp() does, finds nothing in one."""

from django.db import migrations

from portal.rowsecurity import door

READ = door(
    "door_claim_reads(at timestamptz, lease interval, most integer, a_minute integer)"
    " RETURNS TABLE (owner_id uuid, appliance uuid)",
    """LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    allowed integer;
BEGIN
    IF NOT pg_try_advisory_xact_lock(20261129, 1) THEN RETURN; END IF;
    SELECT least(most, a_minute - count(*)) INTO allowed FROM appliances_appliance
    WHERE read_begun_at > statement_timestamp() - interval '1 minute';
    IF allowed <= 0 THEN RETURN; END IF;
    RETURN QUERY UPDATE appliances_appliance a
    SET read_due_at = at + lease, read_begun_at = clock_timestamp()
    WHERE a.id IN (
        SELECT due.id FROM (
            SELECT x.id, x.read_due_at, row_number() OVER (
                PARTITION BY x.customer_id ORDER BY x.read_due_at NULLS FIRST, x.id) AS turn
            FROM appliances_appliance x
            JOIN appliances_site t ON t.id = x.site_id AND t.customer_id = x.customer_id
            WHERE (x.read_due_at IS NULL OR x.read_due_at <= at) AND x.place = 'IN_PLACE'
              AND x.dialect <> 'NO_API' AND x.secret_key_id <> '' AND t.closed_at IS NULL
              AND NOT EXISTS (
                SELECT FROM upgrades_jobstep s
                WHERE s.appliance_id = x.id AND s.customer_id = x.customer_id
                  AND (s.state IN ('CLAIMED', 'WATCHING', 'VERIFYING')
                       OR s.state = 'ASKING' AND s.effect = 'observed'))
        ) due ORDER BY due.turn, due.read_due_at NULLS FIRST LIMIT allowed)
    RETURNING a.customer_id, a.id;
END $$;""",
)


class Migration(migrations.Migration):
    dependencies = [
        ("appliances", "0018_due_by_an_index"),
        ("upgrades", "0045_steps_for_people"),
    ]

    operations = [migrations.RunSQL(READ[0], migrations.RunSQL.noop)]
