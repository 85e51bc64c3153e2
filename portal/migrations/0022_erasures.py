"""A customer's data may go for good: who asked, the closed door, and the doors that erase."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django_fsm
from django.db import migrations, models

from portal.rowsecurity import DOOR, STAFF, Secure, door, own_clock

# Nobody enters a closed customer by its name, and no sweep visits it.
CUSTOMER_OF_SLUG = door(
    "door_customer_of_slug(asked text) RETURNS uuid",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT id FROM portal_customer"
    " WHERE slug = asked AND NOT rehearses AND closed_at IS NULL $$;",
    reads=("SELECT (closed_at) ON portal_customer",),
)
EVERY_CUSTOMER = door(
    "door_every_customer() RETURNS SETOF uuid",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT id FROM portal_customer WHERE NOT rehearses AND closed_at IS NULL ORDER BY id $$;",
)
UNSEEN = f"""
CREATE POLICY closed_unseen ON portal_customer AS RESTRICTIVE FOR SELECT TO {STAFF}
    USING (closed_at IS NULL)
"""
SEEN = "DROP POLICY closed_unseen ON portal_customer"

ERASING = door(
    "door_erasing() RETURNS uuid[]",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT coalesce(array_agg(customer_id), '{}') FROM portal_erasure"
    " WHERE state = 'ERASING' $$;",
    reads=("SELECT (customer_id, state, due_at, person_ids, gone_ids) ON portal_erasure",),
)
DUE = door(
    "door_erasures_due(at timestamptz) RETURNS SETOF uuid",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT customer_id FROM portal_erasure"
    " WHERE state = 'ERASING' OR state = 'CONFIRMED' AND due_at <= at ORDER BY due_at $$;",
)
# Beside what keeps twins apart, and given to every walled table like it. What stays of an erased
# customer (its row, its trail, its receipt) no door deletes.
ERASABLE = f"""
CREATE FUNCTION portal_key_of(asked regclass) RETURNS name LANGUAGE sql STABLE AS $$
    SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid
        AND a.attnum = i.indkey[0] WHERE i.indrelid = asked AND i.indisprimary
$$;
GRANT EXECUTE ON FUNCTION portal_key_of TO {DOOR};
CREATE FUNCTION portal_let_erase(walled regclass) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE being_erased text := 'customer_id = ANY ((SELECT door_erasing())::uuid[])';
BEGIN
    IF walled IN ('portal_customer'::regclass, 'portal_chainhead'::regclass,
                  'portal_auditevent'::regclass, 'portal_erasure'::regclass) THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE POLICY erasing_seen ON %s FOR SELECT TO {DOOR} USING (%s)',
        walled, being_erased);
    EXECUTE format('CREATE POLICY erasing_erased ON %s FOR DELETE TO {DOOR} USING (%s)',
        walled, being_erased);
    EXECUTE format('GRANT SELECT (%I) ON %s TO {DOOR}', portal_key_of(walled), walled);
END $body$;
ALTER FUNCTION portal_keep_twins_apart RENAME TO portal_keep_twins_alone;
CREATE FUNCTION portal_keep_twins_apart(walled regclass) RETURNS void LANGUAGE sql AS $$
    SELECT portal_keep_twins_alone(walled); SELECT portal_let_erase(walled);
$$;
DO $$
DECLARE walled name;
BEGIN
    FOR walled IN SELECT tablename FROM pg_policies
        WHERE policyname = 'twin_erased' AND schemaname = 'public'
    LOOP
        PERFORM portal_let_erase(walled::regclass);
    END LOOP;
END $$;
"""  # noqa: S608 (our own text)
ROWS = door(
    "door_erase_rows(erased uuid, walled text, most bigint) RETURNS bigint",
    """LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE gone bigint;
BEGIN
    IF NOT erased = ANY (door_erasing()) OR NOT EXISTS (SELECT FROM pg_policies
        WHERE schemaname = 'public' AND tablename = walled AND policyname = 'erasing_erased')
    THEN
        RAISE EXCEPTION 'nothing is erased there' USING ERRCODE = '42501';
    END IF;
    SET CONSTRAINTS ALL DEFERRED;
    EXECUTE format('DELETE FROM %1$I WHERE %2$I = ANY (ARRAY('
        'SELECT %2$I FROM %1$I WHERE customer_id = $1 LIMIT $2))',
        walled, portal_key_of(walled::regclass)) USING erased, most;
    GET DIAGNOSTICS gone = ROW_COUNT;
    SET CONSTRAINTS ALL IMMEDIATE;
    RETURN gone;
END $$;""",
)
WAYS_IN = door(
    "door_erase_ways_in(erased uuid) RETURNS TABLE (keys bigint, feeds bigint)",
    """LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT erased = ANY (door_erasing()) THEN
        RAISE EXCEPTION 'nothing is erased there' USING ERRCODE = '42501';
    END IF;
    UPDATE portal_apikey SET maker_id = NULL
        WHERE maker_id IN (SELECT id FROM portal_apikey WHERE customer_id = erased);
    DELETE FROM portal_keptplatformanswer
        WHERE api_key_id IN (SELECT id FROM portal_apikey WHERE customer_id = erased);
    DELETE FROM portal_apikey WHERE customer_id = erased;
    GET DIAGNOSTICS keys = ROW_COUNT;
    DELETE FROM portal_calendarfeed WHERE customer_id = erased;
    GET DIAGNOSTICS feeds = ROW_COUNT;
    RETURN NEXT;
END $$;""",
    reads=(
        "SELECT (id, customer_id, user_id, maker_id, revoked_at) ON portal_apikey",
        "UPDATE (maker_id, revoked_at) ON portal_apikey",
        "DELETE ON portal_apikey",
        "SELECT (api_key_id) ON portal_keptplatformanswer",
        "DELETE ON portal_keptplatformanswer",
        "SELECT (customer_id, user_id) ON portal_calendarfeed",
        "DELETE ON portal_calendarfeed",
    ),
)
STATES = [
    ("ASKED", "Asked for"),
    ("CONFIRMED", "Confirmed"),
    ("ERASING", "Being erased"),
    ("ERASED", "Erased"),
    ("TAKEN_BACK", "Taken back"),
]
STAGES = [
    ("ROWS", "rows and files"),
    ("LETTERS", "the last mails"),
    ("PEOPLE", "people"),
    ("TRAIL", "names in the trail"),
]


def ids() -> models.Field:
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.UUIDField(), blank=True, default=list, size=None
    )


def name(longest: int) -> models.Field:
    return models.CharField(blank=True, default="", max_length=longest)


class Migration(migrations.Migration):
    dependencies = [("portal", "0021_withdrawn_messages")]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="closed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=STATES, default="ASKED", max_length=50, protected=True
                    ),
                ),
                ("customer_name", models.CharField(max_length=120)),
                ("reason", name(400)),
                ("asked_by_id", models.UUIDField(null=True)),
                ("asked_by_name", models.CharField(max_length=160)),
                ("asked_by_staff", models.BooleanField()),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("confirmed_by_id", models.UUIDField(null=True)),
                ("confirmed_by_name", name(160)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("taken_back_by_name", name(160)),
                ("taken_back_at", models.DateTimeField(null=True)),
                ("begun_at", models.DateTimeField(null=True)),
                (
                    "stage",
                    models.CharField(blank=True, choices=STAGES, default="", max_length=10),
                ),
                ("told_ids", ids()),
                ("told_at", models.DateTimeField(null=True)),
                ("person_ids", ids()),
                ("gone_ids", ids()),
                ("counts", models.JSONField(default=dict)),
                ("files", models.IntegerField(default=0)),
                ("people", models.JSONField(default=dict)),
                ("events", models.BigIntegerField(null=True)),
                ("old_head", models.BinaryField(null=True)),
                ("head", models.BinaryField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.customer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "TAKEN_BACK"), _negated=True),
                        fields=("customer",),
                        name="one_erasure_a_customer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by_id__isnull", True),
                            models.Q(("confirmed_by_id", models.F("asked_by_id")), _negated=True),
                            _connector="OR",
                        ),
                        name="erasure_asks_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["CONFIRMED", "ERASING", "ERASED"]), _negated=True
                            ),
                            ("confirmed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="erasure_is_confirmed_first",
                    ),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        Secure("Erasure", app="SELECT, INSERT, UPDATE"),
        migrations.RunSQL(*CUSTOMER_OF_SLUG),
        migrations.RunSQL(*EVERY_CUSTOMER),
        migrations.RunSQL(UNSEEN, SEEN),
        migrations.RunSQL(*ERASING),
        migrations.RunSQL(*DUE),
        migrations.RunSQL(*own_clock("portal_erasure")),
        migrations.RunSQL(ERASABLE),
        migrations.RunSQL(*ROWS),
        migrations.RunSQL(*WAYS_IN),
    ]
