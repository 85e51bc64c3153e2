"""Webhooks: numbered events of a customer, endpoints, deliveries and tries; the outbox's door."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from portal.migrations.first.making import GUARDED, customer, identity, moved, owned, words
from portal.rowsecurity import Secure, door

# A few of each endpoint, endpoints in no order, so that none is always last. Real time.
LEASE = door(
    "door_lease_webhooks(most integer) RETURNS TABLE (owner_id uuid, delivery uuid)",
    """LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    UPDATE portal_webhookdelivery SET lease_until = clock_timestamp() + interval '60 s'
    WHERE id = ANY (ARRAY(
        SELECT due.id
        FROM (SELECT id, customer_id FROM portal_webhook
               WHERE state = 'ACTIVE'
                 AND (rests_until IS NULL OR rests_until < clock_timestamp())
               ORDER BY random()) hook
        CROSS JOIN LATERAL (
            SELECT d.id FROM portal_webhookdelivery d
             WHERE d.customer_id = hook.customer_id AND d.webhook_id = hook.id
               AND d.state IN ('QUEUED', 'FAILED') AND d.next_at <= clock_timestamp()
               AND (d.lease_until IS NULL OR d.lease_until < clock_timestamp())
             ORDER BY d.next_at LIMIT 5 FOR UPDATE SKIP LOCKED) due
        LIMIT most))
    RETURNING customer_id, id $$;""",
    reads=(
        "SELECT (id, customer_id, state, rests_until) ON portal_webhook",
        "SELECT (id, customer_id, webhook_id, state, next_at, lease_until)"
        " ON portal_webhookdelivery",
        "UPDATE (lease_until) ON portal_webhookdelivery",
    ),
)

TABLES = [
    migrations.CreateModel(
        name="PublishedEvent",
        fields=[
            identity(),
            customer(),
            ("number", models.BigIntegerField()),
            ("at", models.DateTimeField()),
            ("name", models.CharField(max_length=60)),
            ("subject_type", models.CharField(max_length=60)),
            ("subject_id", models.UUIDField()),
            ("job_id", models.UUIDField(null=True)),
            ("site_id", models.UUIDField(null=True)),
            ("state", words(30)),
            ("actor_kind", models.CharField(max_length=10)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("customer", "number"), name="one_event_a_number")
            ],
        },
    ),
    migrations.CreateModel(
        name="Webhook",
        fields=[
            identity(),
            customer(),
            ("name", models.CharField(verbose_name="name", max_length=80)),
            ("address", models.CharField(verbose_name="address", max_length=500)),
            ("events", ArrayField(models.CharField(max_length=60), blank=True, default=list)),
            ("site_ids", ArrayField(models.UUIDField(), blank=True, null=True)),
            ("secret", models.BinaryField()),
            ("secret_key_id", models.CharField(max_length=40)),
            ("old_secret", models.BinaryField(null=True)),
            ("old_secret_key_id", words(40)),
            ("old_until", models.DateTimeField(null=True)),
            (
                "state",
                moved(
                    "ACTIVE", [("ACTIVE", "Active"), ("DISABLED", "Disabled"), ("ENDED", "Removed")]
                ),
            ),
            ("made_at", models.DateTimeField()),
            ("failures", models.IntegerField(default=0)),
            ("last_good_at", models.DateTimeField(null=True)),
            ("rests_until", models.DateTimeField(null=True)),
            ("disabled_at", models.DateTimeField(null=True)),
        ],
        bases=GUARDED,
    ),
    migrations.CreateModel(
        name="WebhookDelivery",
        fields=[
            identity(),
            customer(),
            ("webhook", owned("portal.webhook", "deliveries")),
            ("event", owned("portal.publishedevent")),
            (
                "state",
                moved(
                    "QUEUED",
                    [
                        ("QUEUED", "Queued"),
                        ("SENT", "Taken"),
                        ("FAILED", "Failed, will be tried again"),
                        ("DEAD", "Given up"),
                    ],
                ),
            ),
            ("tries", models.SmallIntegerField(default=0)),
            ("queued_at", models.DateTimeField()),
            ("next_at", models.DateTimeField()),
            ("lease_until", models.DateTimeField(null=True)),
            ("sent_at", models.DateTimeField(null=True)),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("state__in", ["QUEUED", "FAILED"])),
                    fields=["customer", "webhook", "next_at"],
                    name="webhook_deliveries_due",
                ),
                models.Index(
                    fields=["customer", "webhook", "queued_at"], name="webhook_deliveries_of"
                ),
                models.Index(fields=["customer", "event"], name="webhook_deliveries_event"),
            ],
        },
        bases=GUARDED,
    ),
    migrations.CreateModel(
        name="WebhookTry",
        fields=[
            identity(),
            customer(),
            ("delivery", owned("portal.webhookdelivery", "attempts")),
            ("at", models.DateTimeField()),
            ("status", models.SmallIntegerField(null=True)),
            ("outcome", models.CharField(max_length=20)),
            ("milliseconds", models.IntegerField()),
        ],
        options={
            "indexes": [
                models.Index(fields=["customer", "delivery", "at"], name="webhook_tries_of")
            ],
        },
    ),
]
WALLS = [
    Secure("PublishedEvent", app="SELECT, INSERT"),
    Secure("Webhook", app="SELECT, INSERT, UPDATE"),
    Secure("WebhookDelivery"),
    Secure("WebhookTry", app="SELECT, INSERT, DELETE"),
    migrations.RunSQL(*LEASE),
]
