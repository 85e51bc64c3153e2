"""Of an erased customer: its people, and the names in its trail and in the platform's own."""

from django.db import migrations

from portal.rowsecurity import DOOR, door

# Whoever is a member elsewhere stays, and so does the name of somebody whom another customer's
# rows name; that name alone.
PERSON = door(
    "door_erase_person(erased uuid, person uuid) RETURNS text",
    """LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE role text;
BEGIN
    IF NOT EXISTS (SELECT FROM portal_erasure
        WHERE customer_id = erased AND state = 'ERASING' AND person = ANY (person_ids)) THEN
        RAISE EXCEPTION 'nobody is erased there' USING ERRCODE = '42501';
    END IF;
    SELECT staff_role INTO role FROM portal_user WHERE id = person FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'gone';
    ELSIF role <> '' THEN
        RETURN 'staff';
    ELSIF EXISTS (SELECT FROM portal_membership WHERE user_id = person) THEN
        RETURN 'member';
    END IF;
    DELETE FROM portal_session WHERE user_id = person;
    DELETE FROM portal_onetimelink WHERE user_id = person;
    DELETE FROM portal_ownletter WHERE user_id = person;
    DELETE FROM portal_passkeychallenge WHERE user_id = person;
    DELETE FROM portal_passkey WHERE user_id = person;
    DELETE FROM portal_recoverycode WHERE user_id = person;
    DELETE FROM portal_secondstep WHERE user_id = person;
    SET CONSTRAINTS ALL IMMEDIATE;
    BEGIN
        UPDATE portal_apikey SET maker_id = NULL
            WHERE maker_id IN (SELECT id FROM portal_apikey WHERE user_id = person);
        DELETE FROM portal_keptplatformanswer
            WHERE api_key_id IN (SELECT id FROM portal_apikey WHERE user_id = person);
        DELETE FROM portal_apikey WHERE user_id = person;
        DELETE FROM portal_calendarfeed WHERE user_id = person;
        DELETE FROM portal_user WHERE id = person;
        RETURN 'gone';
    EXCEPTION WHEN foreign_key_violation THEN
        UPDATE portal_apikey SET revoked_at = coalesce(revoked_at, clock_timestamp())
            WHERE user_id = person;
        UPDATE portal_user SET email = 'erased-' || person || '@erased.invalid', password = '!',
            is_active = false, last_login = NULL WHERE id = person;
        RETURN 'named';
    END;
END $$;""",
    reads=(
        "SELECT (id, staff_role) ON portal_user",
        "UPDATE (email, password, is_active, last_login) ON portal_user",
        *(
            grant
            for table in (
                "portal_session", "portal_onetimelink", "portal_ownletter", "portal_passkeychallenge",
                "portal_passkey", "portal_recoverycode", "portal_secondstep",
            )
            for grant in (f"SELECT (user_id) ON {table}", f"DELETE ON {table}")
        ),
        "DELETE ON portal_user",
    ),
)  # fmt: skip

# Only what cannot name anybody stays of an event's facts: numbers, yes and no, instants, versions,
# ids (a person's replaced), and the words that are codes of ours.
WITHOUT_NAMES = r"""
CREATE FUNCTION portal_without_names(value jsonb, aliases jsonb, words text[]) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE plain text;
BEGIN
    IF jsonb_typeof(value) = 'object' THEN
        RETURN coalesce((SELECT jsonb_object_agg(
            CASE WHEN key ~ '^[a-z][a-z_]{0,39}$' THEN key ELSE '…' END,
            portal_without_names(inner_value, aliases, words))
            FROM jsonb_each(value) AS each (key, inner_value)), '{}');
    ELSIF jsonb_typeof(value) = 'array' THEN
        RETURN coalesce((SELECT jsonb_agg(portal_without_names(item, aliases, words) ORDER BY place)
            FROM jsonb_array_elements(value) WITH ORDINALITY AS items (item, place)), '[]');
    ELSIF jsonb_typeof(value) <> 'string' THEN
        RETURN value;
    END IF;
    plain := value #>> '{}';
    IF aliases ? plain THEN
        RETURN aliases -> plain -> 'id';
    ELSIF plain = '' OR plain = ANY (words)
        OR plain ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        OR plain ~ '^\d{4}-\d\d-\d\d(T[0-9:.]+(Z|[+-]\d\d:\d\d)?)?$'
        OR plain ~ '^\d{1,3}(\.\d{1,3}){1,2}$' THEN
        RETURN value;
    END IF;
    RETURN '"…"';
END $$;
"""
UNCHANGEABLE = f"""
CREATE OR REPLACE FUNCTION portal_unchangeable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_user = '{DOOR}' AND OLD.customer_id = ANY (door_rehearsing())
    THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND current_user = '{DOOR}' AND NEW.id = OLD.id AND NEW.at = OLD.at
        AND NEW.customer_id = OLD.customer_id AND NEW.number = OLD.number AND NEW.name = OLD.name
        AND EXISTS (SELECT FROM portal_erasure
            WHERE customer_id = OLD.customer_id AND state = 'ERASING') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit trail is appended to, never changed' USING ERRCODE = '42501';
END $$;
CREATE POLICY erasing_seen ON portal_auditevent FOR SELECT TO {DOOR}
    USING (customer_id = ANY ((SELECT door_erasing())::uuid[]));
CREATE POLICY erasing_renamed ON portal_auditevent FOR UPDATE TO {DOOR}
    USING (customer_id = ANY ((SELECT door_erasing())::uuid[]))
    WITH CHECK (customer_id = ANY ((SELECT door_erasing())::uuid[]));
CREATE POLICY erasing_seen ON portal_chainhead FOR SELECT TO {DOOR}
    USING (customer_id = ANY ((SELECT door_erasing())::uuid[]));
CREATE POLICY erasing_renamed ON portal_chainhead FOR UPDATE TO {DOOR}
    USING (customer_id = ANY ((SELECT door_erasing())::uuid[]))
    WITH CHECK (customer_id = ANY ((SELECT door_erasing())::uuid[]));
GRANT SELECT, UPDATE ON portal_auditevent, portal_chainhead TO {DOOR};
GRANT EXECUTE ON FUNCTION portal_event_digest, portal_without_names TO {DOOR};
"""
# The chain is made anew, in one transaction, over events without names: whoever kept the old one
# whole can still prove it by its newest hash.
TRAIL = door(
    "door_erase_names(erased uuid, words text[]) RETURNS jsonb",
    """LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    aliases jsonb;
    head portal_chainhead;
    event portal_auditevent;
    last bytea := '';
BEGIN
    IF NOT erased = ANY (door_erasing()) THEN
        RAISE EXCEPTION 'no names are erased there' USING ERRCODE = '42501';
    END IF;
    SELECT * INTO head FROM portal_chainhead WHERE customer_id = erased FOR UPDATE;
    WITH acted AS (
        SELECT actor_id AS id, min(number) AS first, bool_or(actor_kind = 'key') AS is_key
        FROM portal_auditevent WHERE customer_id = erased AND actor_id IS NOT NULL GROUP BY 1
    ), known AS (
        SELECT id, first, CASE WHEN is_key THEN 'program' WHEN EXISTS (SELECT FROM portal_user u
            WHERE u.id = acted.id AND u.staff_role <> '') THEN 'support' ELSE 'person' END AS kind
        FROM acted
        UNION SELECT person, NULL, 'person' FROM portal_erasure, unnest(person_ids) AS person
        WHERE customer_id = erased AND NOT EXISTS (SELECT FROM acted WHERE acted.id = person)
    )
    SELECT coalesce(jsonb_object_agg(id, jsonb_build_object(
            'name', kind || ' ' || place,
            'id', CASE WHEN kind = 'support' THEN id ELSE gen_random_uuid() END)), '{}')
        INTO aliases
        FROM (SELECT *, row_number() OVER (PARTITION BY kind ORDER BY first, id) AS place
              FROM known) AS named;
    FOR event IN SELECT * FROM portal_auditevent WHERE customer_id = erased ORDER BY number LOOP
        IF aliases ? event.subject_id::text THEN
            event.subject_id := (aliases -> event.subject_id::text ->> 'id')::uuid;
        END IF;
        IF event.actor_id IS NOT NULL THEN
            event.actor_name := aliases -> event.actor_id::text ->> 'name';
            event.actor_id := (aliases -> event.actor_id::text ->> 'id')::uuid;
        END IF;
        event.data := portal_without_names(event.data, aliases, words);
        event.previous := last;
        event.hash := '';
        event.hash := portal_event_digest(event);
        last := event.hash;
        UPDATE portal_auditevent SET subject_id = event.subject_id, actor_id = event.actor_id,
            actor_name = event.actor_name, data = event.data, previous = event.previous,
            hash = event.hash
            WHERE at = event.at AND id = event.id;
    END LOOP;
    UPDATE portal_chainhead SET hash = last WHERE customer_id = erased;
    RETURN jsonb_build_object('events', head.number, 'old_head', encode(head.hash, 'hex'),
        'head', encode(last, 'hex'), 'aliases', aliases);
END $$;""",
    reads=(),
)


class Migration(migrations.Migration):
    dependencies = [("portal", "0022_erasures")]

    operations = [
        migrations.RunSQL(*PERSON),
        migrations.RunSQL(WITHOUT_NAMES, "DROP FUNCTION portal_without_names"),
        migrations.RunSQL(UNCHANGEABLE),
        migrations.RunSQL(*TRAIL),
    ]
