"""Names of an erased customer in the platform's own trail, which every customer shares.

There the links stay: an event that is emptied keeps its hash, and `blanked` is the digest of what
is left of it, over that hash. The newest `customer.erased` seals all of them together.
"""

from django.db import migrations

from portal.rowsecurity import DOOR, STAFF, door

COLUMNS = f"""
ALTER TABLE portal_platformevent ADD COLUMN blanked bytea NULL;
CREATE INDEX portal_platformevent_erased ON portal_platformevent (about_customer)
    WHERE name = 'customer.erased';
CREATE FUNCTION portal_platform_unchangeable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_user = '{DOOR}' AND NEW.id = OLD.id AND NEW.at = OLD.at
        AND NEW.number = OLD.number AND NEW.name = OLD.name AND NEW.previous = OLD.previous
        AND NEW.hash = OLD.hash AND NEW.blanked IS NOT NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit trail is appended to, never changed' USING ERRCODE = '42501';
END $$;
DROP TRIGGER unchangeable ON portal_platformevent;
CREATE TRIGGER unchangeable BEFORE UPDATE OR DELETE ON portal_platformevent
    FOR EACH ROW EXECUTE FUNCTION portal_platform_unchangeable();
CREATE FUNCTION portal_blanked_digest(event portal_platformevent) RETURNS bytea
LANGUAGE plpgsql STABLE AS $$
BEGIN
    event.previous := event.hash;
    RETURN portal_platform_digest(event);
END $$;
GRANT SELECT, UPDATE ON portal_platformevent, portal_platformhead TO {DOOR};
GRANT EXECUTE ON FUNCTION portal_platform_digest, portal_blanked_digest TO {DOOR};
GRANT EXECUTE ON FUNCTION portal_blanked_digest TO {STAFF};
"""
# One erasure at a time: each waits at the chain's head for the one before, and seals that too.
BLANK = door(
    "door_erase_platform_names(erased uuid, aliases jsonb, words text[]) RETURNS text",
    """LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    event portal_platformevent;
    gone text[];
BEGIN
    IF NOT erased = ANY (door_erasing()) THEN
        RAISE EXCEPTION 'no names are erased there' USING ERRCODE = '42501';
    END IF;
    PERFORM FROM portal_platformhead WHERE id = 1 FOR UPDATE;
    SELECT coalesce(array_agg(person::text), '{}') INTO gone
        FROM portal_erasure, unnest(gone_ids) AS person WHERE customer_id = erased;
    FOR event IN SELECT * FROM portal_platformevent
        WHERE about_customer = erased OR actor_id::text = ANY (gone) OR subject_id = ANY (gone)
        ORDER BY number
    LOOP
        IF event.actor_id::text = ANY (gone) THEN
            event.actor_name := aliases -> event.actor_id::text ->> 'name';
            event.actor_id := (aliases -> event.actor_id::text ->> 'id')::uuid;
        END IF;
        IF event.subject_id = ANY (gone) THEN
            event.subject_id := aliases -> event.subject_id ->> 'id';
        END IF;
        event.data := portal_without_names(event.data, aliases, words);
        event.blanked := portal_blanked_digest(event);
        UPDATE portal_platformevent SET subject_id = event.subject_id, actor_id = event.actor_id,
            actor_name = event.actor_name, data = event.data, blanked = event.blanked
            WHERE id = event.id;
    END LOOP;
    RETURN (SELECT encode(sha256(coalesce(string_agg(blanked, '' ORDER BY number), '')), 'hex')
            FROM portal_platformevent WHERE blanked IS NOT NULL);
END $$;""",
)


class Migration(migrations.Migration):
    dependencies = [("portal", "0023_erased_people_and_names")]

    operations = [migrations.RunSQL(COLUMNS), migrations.RunSQL(*BLANK)]
