"""The platform's seats name jobs, and reports of rollouts sites: of an erased customer no more."""

from django.db import migrations

from portal.rowsecurity import APP, door

FORGET = door(
    "door_forget_seats(erased uuid) RETURNS bigint",
    """LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE freed bigint;
BEGIN
    IF NOT erased = ANY (door_erasing()) THEN
        RAISE EXCEPTION 'nothing is erased there' USING ERRCODE = '42501';
    END IF;
    UPDATE upgrades_seat SET job_id = NULL, booking_id = NULL
        WHERE job_id IN (SELECT id FROM upgrades_upgradejob WHERE customer_id = erased);
    GET DIAGNOSTICS freed = ROW_COUNT;
    RETURN freed;
END $$;""",
    reads=("SELECT (id) ON upgrades_upgradejob",),
)


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0041_lists_in_order"), ("portal", "0022_erasures")]

    operations = [
        migrations.RunSQL(*FORGET),
        migrations.RunSQL(
            f"GRANT DELETE ON upgrades_rolloutreport TO {APP}",
            f"REVOKE DELETE ON upgrades_rolloutreport FROM {APP}",
        ),
    ]
