"""The platform's own audit chain: what is done to no customer, or by support to one."""

from typing import ClassVar

from django.db import migrations, models

from portal.rowsecurity import APP, STAFF

# As the customers' chains (0002_walls): a trigger links, another refuses every change. There is no
# grant to read it for the role that serves customers: only staff's reads.
CHAIN = f"""
CREATE TABLE portal_platformevent (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    number bigint NOT NULL UNIQUE,
    name varchar(60) NOT NULL,
    subject_type varchar(60) NOT NULL,
    subject_id varchar(60) NOT NULL,
    about_customer uuid NULL,
    actor_kind varchar(10) NOT NULL,
    actor_id uuid NULL,
    actor_name varchar(160) NOT NULL,
    data jsonb NOT NULL DEFAULT '{{}}',
    previous bytea NOT NULL,
    hash bytea NOT NULL
);
CREATE INDEX portal_platformevent_at ON portal_platformevent (at, number, id);
CREATE TABLE portal_platformhead (
    id smallint PRIMARY KEY CHECK (id = 1),
    number bigint NOT NULL,
    hash bytea NOT NULL
);

CREATE FUNCTION portal_platform_digest(event portal_platformevent) RETURNS bytea
LANGUAGE sql STABLE AS $$
    SELECT sha256(event.previous || convert_to(jsonb_build_array(
        event.number, extract(epoch FROM event.at)::text, event.name, event.subject_type,
        event.subject_id, event.about_customer, event.actor_kind, event.actor_id,
        event.actor_name, event.data)::text, 'UTF8'))
$$;

CREATE FUNCTION portal_platform_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE head record;
BEGIN
    INSERT INTO portal_platformhead VALUES (1, 0, '') ON CONFLICT DO NOTHING;
    SELECT number, hash INTO head FROM portal_platformhead WHERE id = 1 FOR UPDATE;
    NEW.number := head.number + 1;
    NEW.previous := head.hash;
    NEW.hash := '';
    NEW.hash := portal_platform_digest(NEW);
    UPDATE portal_platformhead SET number = NEW.number, hash = NEW.hash WHERE id = 1;
    RETURN NEW;
END $$;
CREATE TRIGGER chain BEFORE INSERT ON portal_platformevent
    FOR EACH ROW EXECUTE FUNCTION portal_platform_chain();
CREATE TRIGGER unchangeable BEFORE UPDATE OR DELETE ON portal_platformevent
    FOR EACH ROW EXECUTE FUNCTION portal_unchangeable();

REVOKE ALL ON portal_platformevent, portal_platformhead FROM {APP}, {STAFF};
GRANT INSERT ON portal_platformevent TO {APP};
GRANT SELECT, INSERT, UPDATE ON portal_platformhead TO {APP};
GRANT SELECT ON portal_platformevent, portal_platformhead TO {STAFF};
GRANT EXECUTE ON FUNCTION portal_platform_digest TO {STAFF};
"""  # noqa: S608 (our own text)
DOWN = (
    "DROP TABLE portal_platformevent, portal_platformhead CASCADE;"
    " DROP FUNCTION portal_platform_chain"
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("portal", "0004_rehearsing")]

    operations: ClassVar = [
        migrations.RunSQL(CHAIN, DOWN),
        migrations.CreateModel(
            name="PlatformEvent",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("number", models.BigIntegerField(default=0)),
                ("name", models.CharField(max_length=60)),
                ("subject_type", models.CharField(max_length=60)),
                ("subject_id", models.CharField(max_length=60)),
                ("about_customer", models.UUIDField(null=True)),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.UUIDField(null=True)),
                ("actor_name", models.CharField(max_length=160)),
                ("data", models.JSONField(default=dict)),
            ],
            options={"db_table": "portal_platformevent", "managed": False},
        ),
    ]
