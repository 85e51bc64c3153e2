"""Customers that rehearse: seen by no door and in no list over customers, erased whole."""

from importlib import import_module

from django.db import migrations, models

from portal.rowsecurity import DOOR, STAFF, door

walls = import_module("portal.migrations.0002_walls")

REHEARSING = door(
    "door_rehearsing() RETURNS uuid[]",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT coalesce(array_agg(id), '{}') FROM portal_customer WHERE rehearses $$;",
    reads=("SELECT (rehearses) ON portal_customer",),
)
# A twin is one for life: otherwise a real customer's trail could be erased by making it one.
FOR_LIFE = """
CREATE FUNCTION portal_rehearses_for_life() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.rehearses IS DISTINCT FROM OLD.rehearses THEN
        RAISE EXCEPTION 'whether a customer rehearses never changes' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rehearses_for_life BEFORE UPDATE ON portal_customer
    FOR EACH ROW EXECUTE FUNCTION portal_rehearses_for_life();
"""
# Given to every walled table: to those that stand by the loop below, to later ones by `Secure`.
# A door sees no twin; told which twin a rehearsal plays (app.twin), it sees that one alone. The
# owner is a member of the door's role, so the policy asks who is acting.
APART = f"""
CREATE FUNCTION portal_keep_twins_apart(walled regclass) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE
    owned text := CASE WHEN walled = 'portal_customer'::regclass THEN 'id' ELSE 'customer_id' END;
    twins text := 'ARRAY(SELECT id FROM portal_customer WHERE rehearses)';
    played text := $$nullif(current_setting('app.twin', true), '')::uuid$$;
    is_twin text := format('%I = ANY (%s)', owned, twins);
BEGIN
    IF owned = 'id' THEN
        is_twin := 'rehearses';
        EXECUTE format('CREATE POLICY no_twin ON %s AS RESTRICTIVE FOR SELECT TO {STAFF}'
            ' USING (NOT rehearses)', walled);
    ELSE
        EXECUTE format('CREATE POLICY no_twin ON %s AS RESTRICTIVE FOR SELECT TO {STAFF}'
            ' USING (%I <> ALL ((SELECT door_rehearsing())::uuid[]))', walled, owned);
        EXECUTE format('CREATE POLICY no_twin_at_doors ON %s AS RESTRICTIVE FOR SELECT TO {DOOR}'
            ' USING ((SELECT current_user <> %L) OR CASE WHEN (SELECT %s) IS NULL'
            ' THEN %I <> ALL (%s) ELSE %I = (SELECT %s) END)',
            walled, '{DOOR}', played, owned, twins, owned, played);
    END IF;
    EXECUTE format('GRANT SELECT (%I), DELETE ON %s TO {DOOR}', owned, walled);
    EXECUTE format('CREATE POLICY twin_seen ON %s FOR SELECT TO {DOOR} USING (%s)',
        walled, is_twin);
    EXECUTE format('CREATE POLICY twin_erased ON %s FOR DELETE TO {DOOR} USING (%s)',
        walled, is_twin);
END $body$;
SELECT portal_keep_twins_apart(format('%I', tablename)::regclass) FROM pg_policies
    WHERE policyname = 'customer' AND schemaname = 'public';
"""  # noqa: S608 (our own text)
TOGETHER = """
DO $$
DECLARE policy record;
BEGIN
    FOR policy IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public'
        AND policyname IN ('twin_seen', 'twin_erased', 'no_twin', 'no_twin_at_doors')
    LOOP
        EXECUTE format('DROP POLICY %I ON %I', policy.policyname, policy.tablename);
    END LOOP;
END $$;
DROP FUNCTION portal_keep_twins_apart;
"""
ERASABLE = f"""
CREATE OR REPLACE FUNCTION portal_unchangeable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_user = '{DOOR}' AND OLD.customer_id = ANY (door_rehearsing())
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit trail is appended to, never changed' USING ERRCODE = '42501';
END $$;
"""
UNCHANGEABLE = """
CREATE OR REPLACE FUNCTION portal_unchangeable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is appended to, never changed' USING ERRCODE = '42501';
END $$;
"""
# The policies let the door delete nothing but twins, so that a wrong id erases nothing.
ERASE = door(
    "door_erase_twin(twin uuid) RETURNS bigint",
    """LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    walled name;
    gone bigint := 0;
    here bigint;
BEGIN
    IF NOT twin = ANY (door_rehearsing()) THEN
        RETURN 0;
    END IF;
    PERFORM set_config('app.twin', twin::text, true);
    SET CONSTRAINTS ALL DEFERRED;
    FOR walled IN SELECT tablename FROM pg_policies
        WHERE policyname = 'twin_erased' AND schemaname = 'public'
          AND tablename <> 'portal_customer' ORDER BY tablename
    LOOP
        EXECUTE format('DELETE FROM %I WHERE customer_id = $1', walled) USING twin;
        GET DIAGNOSTICS here = ROW_COUNT;
        gone := gone + here;
    END LOOP;
    DELETE FROM portal_customer WHERE id = twin AND rehearses;
    PERFORM set_config('app.twin', '', true);
    RETURN gone;
END $$;""",
)
# Customers' own rows are not hidden from doors by policy, since every other policy asks them.
CUSTOMER_OF_SLUG = door(
    "door_customer_of_slug(asked text) RETURNS uuid",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT id FROM portal_customer WHERE slug = asked AND NOT rehearses $$;",
)
EVERY_CUSTOMER = door(
    "door_every_customer() RETURNS SETOF uuid",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT id FROM portal_customer WHERE NOT rehearses ORDER BY id $$;",
)


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_contacts_and_promises")]

    operations = [
        migrations.AddField(
            "customer", "rehearses", models.BooleanField(default=False, editable=False)
        ),
        migrations.AddIndex(
            "customer",
            models.Index(
                fields=["id"], condition=models.Q(rehearses=True), name="customers_that_rehearse"
            ),
        ),
        migrations.RunSQL(*REHEARSING),
        migrations.RunSQL(
            f"GRANT EXECUTE ON FUNCTION door_rehearsing TO {STAFF}", migrations.RunSQL.noop
        ),
        migrations.RunSQL(FOR_LIFE, "DROP FUNCTION portal_rehearses_for_life CASCADE"),
        migrations.RunSQL(APART, TOGETHER),
        migrations.RunSQL(ERASABLE, UNCHANGEABLE),
        migrations.RunSQL(*ERASE),
        migrations.RunSQL(CUSTOMER_OF_SLUG[0], walls.CUSTOMER_OF_SLUG[0]),
        migrations.RunSQL(EVERY_CUSTOMER[0], walls.EVERY_CUSTOMER[0]),
    ]
