"""Clocks of sandboxes, and staff's reads over customers leave sandboxes out unless asked."""

from datetime import timedelta

from django.db import migrations, models

from portal.migrations.first.twins import APART
from portal.rowsecurity import APP, STAFF, door, own_clock

# A clock goes forward; and none but a sandbox's, whose id says so, ever differs.
FORWARD = """
ALTER TABLE portal_customer ADD CONSTRAINT own_clock_of_sandboxes CHECK (
    clock_ahead = '0' OR clock_ahead > '0' AND sandbox_shapes IS NOT NULL AND NOT rehearses
        AND substr(id::text, 15, 1) = '8');
CREATE FUNCTION portal_clock_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.clock_ahead < OLD.clock_ahead THEN
        RAISE EXCEPTION 'a clock is never put back' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clock_goes_forward BEFORE UPDATE OF clock_ahead ON portal_customer
    FOR EACH ROW EXECUTE FUNCTION portal_clock_goes_forward();
"""
BACK = """
DROP FUNCTION portal_clock_goes_forward CASCADE;
ALTER TABLE portal_customer DROP CONSTRAINT own_clock_of_sandboxes;
"""
OF_ONE = door(
    "door_clock_ahead(customer uuid) RETURNS interval",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT clock_ahead FROM portal_customer WHERE id = customer $$;",
    reads=("SELECT (id, clock_ahead, sandbox_shapes) ON portal_customer",),
)
AHEAD = door(
    "door_customers_ahead() RETURNS SETOF uuid",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT id FROM portal_customer WHERE clock_ahead > '0' ORDER BY id $$;",
)
# What staff's reads over customers leave out: twins always, sandboxes unless they are asked for.
LEFT_OUT = door(
    "door_left_out() RETURNS uuid[]",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT coalesce(array_agg(id), '{}') FROM portal_customer WHERE rehearses"
    " OR sandbox_shapes IS NOT NULL AND coalesce(current_setting('app.sandboxes', true), '')"
    " <> 'shown' $$;",
)
OF_TWINS, OF_BOTH = "(SELECT door_rehearsing())", "(SELECT door_left_out())"
OWN_TWINS = f"TO {STAFF}'\n            ' USING (NOT rehearses)'"
OWN_ROW = (
    "(NOT rehearses AND (sandbox_shapes IS NULL"
    " OR coalesce(current_setting(''app.sandboxes'', true), '''') = ''shown''))"
)
OWN_BOTH = f"TO {STAFF}'\n            ' USING {OWN_ROW}'"
assert OF_TWINS in APART
assert OWN_TWINS in APART
TOLD = APART.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
FROM_NOW_ON = TOLD.replace(OF_TWINS, OF_BOTH).replace(OWN_TWINS, OWN_BOTH)


def every_table(left_out: str, own_row: str) -> str:
    """The policy no_twin of every walled table there is says this from now on."""
    return f"""
DO $body$
DECLARE walled record;
BEGIN
    FOR walled IN SELECT p.tablename, EXISTS (
        SELECT FROM information_schema.columns c
        WHERE c.table_schema = 'public' AND c.table_name = p.tablename
          AND c.column_name = 'customer_id') AS owned
        FROM pg_policies p WHERE p.policyname = 'no_twin' AND p.schemaname = 'public'
    LOOP
        EXECUTE format('ALTER POLICY no_twin ON %I USING (%s)', walled.tablename,
            CASE WHEN walled.tablename = 'portal_customer' THEN '{own_row}'
            ELSE 'customer_id <> ALL ({left_out}::uuid[])' END);
    END LOOP;
END $body$;
"""  # noqa: S608 (our own text)


class Migration(migrations.Migration):
    dependencies = [("portal", "0017_own_letters")]

    operations = [
        migrations.AddField(
            "customer", "clock_ahead", models.DurationField(default=timedelta(), editable=False)
        ),
        migrations.AddIndex(
            "customer",
            models.Index(
                fields=["id"],
                condition=models.Q(clock_ahead__gt=timedelta()),
                name="customers_ahead",
            ),
        ),
        migrations.RunSQL(FORWARD, BACK),
        migrations.RunSQL(*OF_ONE),
        migrations.RunSQL(*AHEAD),
        migrations.RunSQL(*own_clock("portal_message")),
        migrations.RunSQL(*LEFT_OUT),
        migrations.RunSQL(
            f"GRANT EXECUTE ON FUNCTION door_left_out TO {STAFF};"
            f" REVOKE EXECUTE ON FUNCTION door_left_out FROM {APP}",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(FROM_NOW_ON, TOLD),
        migrations.RunSQL(every_table(OF_BOTH, OWN_ROW), every_table(OF_TWINS, "NOT rehearses")),
    ]
