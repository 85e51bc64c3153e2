"""Customers that rehearse: seen by no door and in no list over customers, erased whole. And for
what a customer is for life."""

from django.db import migrations

from portal.rowsecurity import DOOR, STAFF, door

REHEARSING = door(
    "door_rehearsing() RETURNS uuid[]",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT coalesce(array_agg(id), '{}') FROM portal_customer WHERE rehearses $$;",
    reads=("SELECT (rehearses) ON portal_customer",),
)
# A twin is one for life: otherwise a real customer's trail could be erased by making it one.
TWIN_FOR_LIFE = """
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
# Given to every walled table, by `Secure`.
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
"""  # noqa: S608 (our own text)
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

# For life: else a key of the one kind would open the data of the other.
SANDBOX_FOR_LIFE = """
CREATE FUNCTION portal_sandbox_for_life() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sandbox_shapes IS DISTINCT FROM OLD.sandbox_shapes THEN
        RAISE EXCEPTION 'whether a customer is a sandbox never changes' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sandbox_for_life BEFORE UPDATE ON portal_customer
    FOR EACH ROW EXECUTE FUNCTION portal_sandbox_for_life();
"""

# Before the first wall: `Secure` gives each table what keeps twins apart.
APART_FIRST = [
    migrations.RunSQL(*REHEARSING),
    migrations.RunSQL(
        f"GRANT EXECUTE ON FUNCTION door_rehearsing TO {STAFF}", migrations.RunSQL.noop
    ),
    migrations.RunSQL(APART, "DROP FUNCTION portal_keep_twins_apart"),
]
FOR_LIFE = [
    migrations.RunSQL(TWIN_FOR_LIFE, "DROP FUNCTION portal_rehearses_for_life CASCADE"),
    migrations.RunSQL(SANDBOX_FOR_LIFE, "DROP FUNCTION portal_sandbox_for_life CASCADE"),
    migrations.RunSQL(*ERASE),
]
