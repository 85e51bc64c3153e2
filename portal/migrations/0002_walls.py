"""The chained, partitioned audit trail; policies, grants and doors of the portal's tables."""

from django.db import migrations

from portal.rowsecurity import APP, STAFF, Platform, Secure, door

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

CREATE FUNCTION portal_unchangeable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is appended to, never changed' USING ERRCODE = '42501';
END $$;
CREATE TRIGGER unchangeable BEFORE UPDATE OR DELETE ON portal_auditevent
    FOR EACH ROW EXECUTE FUNCTION portal_unchangeable();
"""

CUSTOMER_OF_SLUG = door(
    "door_customer_of_slug(asked text) RETURNS uuid",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT id FROM portal_customer WHERE slug = asked $$;",
    reads=("SELECT (id, slug) ON portal_customer",),
)
CUSTOMERS_OF_PERSON = door(
    "door_customers_of_person(person uuid) RETURNS SETOF uuid",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT customer_id FROM portal_membership WHERE user_id = person $$;",
    reads=("SELECT (customer_id, user_id) ON portal_membership",),
)
EVERY_CUSTOMER = door(
    "door_every_customer() RETURNS SETOF uuid",
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS"
    " $$ SELECT id FROM portal_customer ORDER BY id $$;",
)
LEASE_MESSAGES = door(
    "door_lease_messages(at timestamptz, most integer) RETURNS TABLE (owner_id uuid, message uuid)",
    """LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    UPDATE portal_message SET lease_until = clock_timestamp() + interval '60 s'
    WHERE id IN (
        SELECT id FROM portal_message
        WHERE state IN ('QUEUED', 'FAILED') AND next_at <= at
          AND (again_at IS NULL OR again_at < clock_timestamp())
          AND (lease_until IS NULL OR lease_until < clock_timestamp())
        ORDER BY next_at LIMIT most FOR UPDATE SKIP LOCKED)
    RETURNING customer_id, id $$;""",
    reads=(
        "SELECT (id, customer_id, state, next_at, again_at, lease_until) ON portal_message",
        "UPDATE (lease_until) ON portal_message",
    ),
)
GRANTS = f"""
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO {APP};
GRANT SELECT ON django_migrations TO {APP};
GRANT SELECT ON django_content_type TO {APP}, {STAFF};
"""


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_initial"),
        ("sessions", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunSQL(
            EVENTS, "DROP TABLE portal_auditevent CASCADE; DROP FUNCTION portal_chain"
        ),
        Secure("Customer", column="id", app="SELECT, INSERT, UPDATE"),
        Secure("Contract"),
        Secure("Membership"),
        Secure("AuditEvent", app="SELECT, INSERT"),
        Secure("ChainHead", app="SELECT, INSERT, UPDATE"),
        Secure("EvidenceFile"),
        Secure("Message"),
        Secure("Delivery", app="SELECT, INSERT"),
        Platform("User", app="SELECT, INSERT, UPDATE", staff="SELECT"),
        Platform("ApiKey", app="SELECT, INSERT, UPDATE", staff="SELECT"),
        Platform("OneTimeLink", app="SELECT, INSERT, UPDATE"),
        Platform("SignInTry", app="SELECT, INSERT, UPDATE, DELETE"),
        Platform("Heartbeat", app="SELECT, INSERT, UPDATE", staff="SELECT"),
        Platform("Clock", app="SELECT, INSERT, UPDATE", staff="SELECT"),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
        migrations.RunSQL(*CUSTOMER_OF_SLUG),
        migrations.RunSQL(*CUSTOMERS_OF_PERSON),
        migrations.RunSQL(*EVERY_CUSTOMER),
        migrations.RunSQL(*LEASE_MESSAGES),
    ]
