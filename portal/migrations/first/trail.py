"""The audit trails, chained by triggers: customers' and the platform's own; evidence."""

from django.db import migrations, models

from portal.migrations.first.making import customer, identity, person, words
from portal.rowsecurity import APP, DOOR, STAFF, Secure

# Nobody changes a trail; a twin's goes with the twin, erased by its door.
UNCHANGEABLE = f"""
CREATE FUNCTION portal_unchangeable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_user = '{DOOR}' AND OLD.customer_id = ANY (door_rehearsing())
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit trail is appended to, never changed' USING ERRCODE = '42501';
END $$;
"""
EVENTS = """
CREATE TABLE portal_auditevent (
    id uuid NOT NULL,
    customer_id uuid NOT NULL REFERENCES portal_customer (id),
    at timestamptz NOT NULL,
    number bigint NOT NULL,
    name varchar(60) NOT NULL,
    subject_type varchar(60) NOT NULL,
    subject_id uuid NOT NULL,
    job_id uuid NULL,
    actor_kind varchar(10) NOT NULL,
    actor_id uuid NULL,
    actor_name varchar(160) NOT NULL,
    data jsonb NOT NULL DEFAULT '{}',
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
CREATE TABLE portal_auditevent_rest PARTITION OF portal_auditevent DEFAULT;
CREATE INDEX portal_event_number ON portal_auditevent (customer_id, number);
CREATE INDEX portal_event_job ON portal_auditevent (customer_id, job_id, number)
    WHERE job_id IS NOT NULL;
CREATE INDEX portal_event_subject ON portal_auditevent (customer_id, subject_id, number);

CREATE FUNCTION portal_event_digest(event portal_auditevent) RETURNS bytea
LANGUAGE sql STABLE AS $$
    SELECT sha256(event.previous || convert_to(jsonb_build_array(
        event.number, event.customer_id, extract(epoch FROM event.at)::text, event.name,
        event.subject_type, event.subject_id, event.job_id, event.actor_kind, event.actor_id,
        event.actor_name, event.data)::text, 'UTF8'))
$$;

CREATE FUNCTION portal_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE head record;
BEGIN
    SELECT number, hash INTO head FROM portal_chainhead
        WHERE customer_id = NEW.customer_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'customer % has no audit chain', NEW.customer_id;
    END IF;
    NEW.number := head.number + 1;
    NEW.previous := head.hash;
    NEW.hash := '';
    NEW.hash := portal_event_digest(NEW);
    UPDATE portal_chainhead SET number = NEW.number, hash = NEW.hash
        WHERE customer_id = NEW.customer_id;
    RETURN NEW;
END $$;
CREATE TRIGGER chain BEFORE INSERT ON portal_auditevent
    FOR EACH ROW EXECUTE FUNCTION portal_chain();

CREATE TRIGGER unchangeable BEFORE UPDATE OR DELETE ON portal_auditevent
    FOR EACH ROW EXECUTE FUNCTION portal_unchangeable();
"""
# As the customers' chains: a trigger links, another refuses every change. There is no
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

TABLES = [
    migrations.CreateModel(
        name="AuditEvent",
        fields=[
            customer(),
            identity(),
            ("at", models.DateTimeField()),
            ("number", models.BigIntegerField(default=0)),
            ("name", models.CharField(max_length=60)),
            ("subject_type", models.CharField(max_length=60)),
            ("subject_id", models.UUIDField()),
            ("job_id", models.UUIDField(null=True)),
            ("actor_kind", models.CharField(max_length=10)),
            ("actor_id", models.UUIDField(null=True)),
            ("actor_name", models.CharField(max_length=160)),
            ("data", models.JSONField(default=dict)),
            ("previous", models.BinaryField(default=b"")),
            ("hash", models.BinaryField(default=b"")),
        ],
        options={
            "db_table": "portal_auditevent",
            "managed": False,
        },
    ),
    migrations.CreateModel(
        name="ChainHead",
        fields=[
            (
                "customer",
                models.OneToOneField(
                    on_delete=models.PROTECT,
                    related_name="+",
                    to="portal.customer",
                    primary_key=True,
                    serialize=False,
                ),
            ),
            ("number", models.BigIntegerField(default=0)),
            ("hash", models.BinaryField(default=b"")),
        ],
    ),
    migrations.CreateModel(
        name="PlatformEvent",
        fields=[
            identity(),
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
        options={
            "db_table": "portal_platformevent",
            "managed": False,
        },
    ),
    migrations.CreateModel(
        name="EvidenceFile",
        fields=[
            identity(),
            customer(),
            (
                "kind",
                models.CharField(
                    max_length=20,
                    choices=[
                        ("PICTURE", "picture"),
                        ("BACKUP", "backup of an appliance"),
                        ("DOCUMENT", "document"),
                    ],
                ),
            ),
            ("name", models.CharField(verbose_name="name", max_length=160)),
            ("content_type", models.CharField(max_length=80)),
            ("size", models.BigIntegerField()),
            ("sha256", models.CharField(max_length=64)),
            ("stored_as", models.CharField(max_length=160)),
            ("key_id", words(40)),
            ("subject_type", models.CharField(max_length=60)),
            ("subject_id", models.UUIDField()),
            ("site_id", models.UUIDField(null=True)),
            ("added_by", person(null=True)),
            ("added_at", models.DateTimeField()),
        ],
        options={
            "indexes": [
                models.Index(fields=["customer", "subject_id"], name="evidence_of_subject")
            ],
        },
    ),
]
WALLS = [
    migrations.RunSQL(UNCHANGEABLE, "DROP FUNCTION portal_unchangeable CASCADE"),
    migrations.RunSQL(EVENTS, "DROP TABLE portal_auditevent CASCADE; DROP FUNCTION portal_chain"),
    migrations.RunSQL(CHAIN, DOWN),
    Secure("AuditEvent", app="SELECT, INSERT"),
    Secure("ChainHead", app="SELECT, INSERT, UPDATE"),
    Secure("EvidenceFile"),
]
