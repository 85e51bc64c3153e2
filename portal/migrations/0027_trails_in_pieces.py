"""Names of an erased customer's trail go in pieces, however long the trail is.

Up to `renamed` the chain is made anew and ends with `link`; from there on it is as it was, and its
first event still names `old_link`, which the last renamed one had. Who is whom in between stands in
`aliases` until the erasure is over.
"""

from django.db import migrations, models

from portal.rowsecurity import door

WHOLE = "door_erase_names(uuid, text[])"
ALIASES = door(
    "door_erase_aliases(erased uuid) RETURNS jsonb",
    """LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE aliases jsonb;
BEGIN
    IF NOT erased = ANY (door_erasing()) THEN
        RAISE EXCEPTION 'no names are erased there' USING ERRCODE = '42501';
    END IF;
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
    RETURN aliases;
END $$;""",
)
# Whoever acted since the aliases were given is told by none: that is nobody of the customer's.
PIECE = door(
    "door_erase_names(erased uuid, words text[], aliases jsonb, since bigint, link bytea,"
    " most bigint) RETURNS jsonb",
    """LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    head portal_chainhead;
    event portal_auditevent;
    last bytea := link;
    was bytea := NULL;
    upto bigint := since;
BEGIN
    IF NOT erased = ANY (door_erasing()) THEN
        RAISE EXCEPTION 'no names are erased there' USING ERRCODE = '42501';
    END IF;
    SELECT * INTO head FROM portal_chainhead WHERE customer_id = erased FOR UPDATE;
    FOR event IN SELECT * FROM portal_auditevent
        WHERE customer_id = erased AND number > since AND number <= since + most ORDER BY number
    LOOP
        was := event.hash;
        upto := event.number;
        IF aliases ? event.subject_id::text THEN
            event.subject_id := (aliases -> event.subject_id::text ->> 'id')::uuid;
        END IF;
        IF event.actor_id IS NOT NULL THEN
            event.actor_name := coalesce(aliases -> event.actor_id::text ->> 'name', '…');
            event.actor_id := coalesce(
                (aliases -> event.actor_id::text ->> 'id')::uuid, gen_random_uuid());
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
    IF upto = head.number THEN
        UPDATE portal_chainhead SET hash = last WHERE customer_id = erased;
    END IF;
    RETURN jsonb_build_object('events', upto, 'whole', upto = head.number,
        'old_head', encode(was, 'hex'), 'head', encode(last, 'hex'));
END $$;""",
)


class Migration(migrations.Migration):
    dependencies = [("portal", "0026_ends_of_sandboxes")]

    operations = [
        migrations.AddField("erasure", "aliases", models.JSONField(default=dict)),
        migrations.AddField("erasure", "renamed", models.BigIntegerField(default=0)),
        migrations.AddField("erasure", "link", models.BinaryField(null=True)),
        migrations.AddField("erasure", "old_link", models.BinaryField(null=True)),
        migrations.RunSQL(f"DROP FUNCTION {WHOLE}"),
        migrations.RunSQL(*ALIASES),
        migrations.RunSQL(*PIECE),
    ]
