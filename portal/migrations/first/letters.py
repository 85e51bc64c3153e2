"""Who is told, what they are told, and what was promised to them."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from portal.migrations.first.making import GUARDED, customer, identity, moved, owned, person, words
from portal.rowsecurity import Secure, door

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

TABLES = [
    migrations.CreateModel(
        name="Contact",
        fields=[
            identity(),
            customer(),
            ("name", models.CharField(verbose_name="name", max_length=120)),
            (
                "email",
                models.EmailField(verbose_name="e-mail", max_length=254, blank=True, default=""),
            ),
            ("phone", words(40, verbose_name="telephone")),
            ("language", models.CharField(verbose_name="language", max_length=5, default="en")),
            ("zone", models.CharField(verbose_name="time zone", max_length=60, default="UTC")),
            (
                "rank",
                models.PositiveSmallIntegerField(verbose_name="place in the order", default=1),
            ),
            ("site_ids", ArrayField(models.UUIDField(), blank=True, null=True)),
            ("user", person(null=True)),
            ("bounced_at", models.DateTimeField(null=True)),
            ("ended_at", models.DateTimeField(null=True)),
        ],
        options={
            "indexes": [models.Index(fields=["customer", "rank"], name="contacts_in_order")],
        },
    ),
    migrations.CreateModel(
        name="Message",
        fields=[
            identity(),
            customer(),
            ("kind", models.CharField(max_length=60)),
            ("dedupe_key", models.CharField(max_length=200)),
            ("recipient", person(null=True)),
            ("address", models.EmailField(max_length=254)),
            ("language", models.CharField(max_length=5)),
            ("zone", models.CharField(max_length=60)),
            ("subject", models.CharField(max_length=200)),
            ("body_text", models.TextField()),
            ("body_html", models.TextField(blank=True, default="")),
            ("message_id", models.CharField(max_length=120)),
            ("contact", owned("portal.contact", null=True)),
            ("link_id", models.UUIDField(null=True)),
            ("calendars", ArrayField(models.TextField(), blank=True, default=list)),
            ("about_type", words(60)),
            ("about_id", models.UUIDField(null=True)),
            (
                "state",
                moved(
                    "QUEUED",
                    [
                        ("QUEUED", "Queued"),
                        ("SENT", "Sent"),
                        ("FAILED", "Failed, will be tried again"),
                        ("BOUNCED", "Came back"),
                        ("DEAD", "Given up"),
                    ],
                ),
            ),
            ("tries", models.SmallIntegerField(default=0)),
            ("next_at", models.DateTimeField()),
            ("again_at", models.DateTimeField(null=True)),
            ("lease_until", models.DateTimeField(null=True)),
            ("written_at", models.DateTimeField()),
            ("sent_at", models.DateTimeField(null=True)),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("state__in", ["QUEUED", "FAILED"])),
                    fields=["next_at"],
                    name="messages_due",
                ),
                models.Index(
                    condition=models.Q(("state", "DEAD")),
                    fields=["next_at"],
                    name="messages_given_up",
                ),
                models.Index(
                    condition=models.Q(("kind", "upgrade_before")),
                    fields=["about_id"],
                    name="messages_before_windows",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("customer", "dedupe_key"), name="one_message_a_fact"
                )
            ],
        },
        bases=GUARDED,
    ),
    migrations.CreateModel(
        name="Delivery",
        fields=[
            identity(),
            customer(),
            ("message_id", models.UUIDField()),
            ("at", models.DateTimeField()),
            ("good", models.BooleanField()),
            ("detail", words(300)),
        ],
        options={
            "indexes": [models.Index(fields=["message_id", "at"], name="deliveries_of_message")],
        },
    ),
    migrations.CreateModel(
        name="Promise",
        fields=[
            identity(),
            customer(),
            (
                "kind",
                models.CharField(
                    verbose_name="about",
                    max_length=10,
                    choices=[
                        ("NOTICE", "notice before an upgrade"),
                        ("ANSWER", "time to answer a readiness alert"),
                    ],
                ),
            ),
            ("days", models.PositiveSmallIntegerField(verbose_name="days")),
            ("agreed_on", models.DateField(verbose_name="agreed on")),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("customer", "kind"), name="one_promise_a_kind"),
                models.CheckConstraint(
                    condition=models.Q(("days__gte", 1)), name="promise_has_days"
                ),
            ],
        },
    ),
]
WALLS = [
    Secure("Contact"),
    Secure("Message"),
    Secure("Delivery", app="SELECT, INSERT"),
    Secure("Promise"),
    migrations.RunSQL(*LEASE_MESSAGES),
]
