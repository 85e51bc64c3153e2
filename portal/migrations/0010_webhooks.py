"""Webhooks: numbered events of a customer, endpoints, deliveries and tries; the outbox's door."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django_fsm
import uuid
from django.db import migrations, models

import portal.tenancy
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


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0009_calendar_feeds_and_dead_letters"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublishedEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("name", models.CharField(max_length=60)),
                ("subject_type", models.CharField(max_length=60)),
                ("subject_id", models.UUIDField()),
                ("job_id", models.UUIDField(null=True)),
                ("site_id", models.UUIDField(null=True)),
                ("state", models.CharField(blank=True, default="", max_length=30)),
                ("actor_kind", models.CharField(max_length=10)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.customer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("address", models.CharField(max_length=500, verbose_name="address")),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "site_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), blank=True, null=True, size=None
                    ),
                ),
                ("secret", models.BinaryField()),
                ("secret_key_id", models.CharField(max_length=40)),
                ("old_secret", models.BinaryField(null=True)),
                ("old_secret_key_id", models.CharField(blank=True, default="", max_length=40)),
                ("old_until", models.DateTimeField(null=True)),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("ACTIVE", "Active"),
                            ("DISABLED", "Disabled"),
                            ("ENDED", "Removed"),
                        ],
                        default="ACTIVE",
                        max_length=50,
                        protected=True,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("failures", models.IntegerField(default=0)),
                ("last_good_at", models.DateTimeField(null=True)),
                ("rests_until", models.DateTimeField(null=True)),
                ("disabled_at", models.DateTimeField(null=True)),
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
                "abstract": False,
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
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
                        choices=[
                            ("QUEUED", "Queued"),
                            ("SENT", "Taken"),
                            ("FAILED", "Failed, will be tried again"),
                            ("DEAD", "Given up"),
                        ],
                        default="QUEUED",
                        max_length=50,
                        protected=True,
                    ),
                ),
                ("tries", models.SmallIntegerField(default=0)),
                ("queued_at", models.DateTimeField()),
                ("next_at", models.DateTimeField()),
                ("lease_until", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.customer",
                    ),
                ),
                (
                    "event",
                    portal.tenancy.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.publishedevent",
                    ),
                ),
                (
                    "webhook",
                    portal.tenancy.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="portal.webhook",
                    ),
                ),
            ],
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name="WebhookTry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("status", models.SmallIntegerField(null=True)),
                ("outcome", models.CharField(max_length=20)),
                ("milliseconds", models.IntegerField()),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.customer",
                    ),
                ),
                (
                    "delivery",
                    portal.tenancy.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="portal.webhookdelivery",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="publishedevent",
            constraint=models.UniqueConstraint(
                fields=("customer", "number"), name="one_event_a_number"
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("state__in", ["QUEUED", "FAILED"])),
                fields=["customer", "webhook", "next_at"],
                name="webhook_deliveries_due",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                fields=["customer", "webhook", "queued_at"], name="webhook_deliveries_of"
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(fields=["customer", "event"], name="webhook_deliveries_event"),
        ),
        migrations.AddIndex(
            model_name="webhooktry",
            index=models.Index(fields=["customer", "delivery", "at"], name="webhook_tries_of"),
        ),
        Secure("PublishedEvent", app="SELECT, INSERT"),
        Secure("Webhook", app="SELECT, INSERT, UPDATE"),
        Secure("WebhookDelivery"),
        Secure("WebhookTry", app="SELECT, INSERT, DELETE"),
        migrations.RunSQL(*LEASE),
    ]
