"""A site's Jump Clients after a release: looks at them, decisions, and large exported lists."""

from django.db import migrations, models

from portal.migrations.first.making import GUARDED, customer, identity, moved, owned, person, words
from portal.rowsecurity import Secure, door

WAITING = door(
    "door_waiting_exports() RETURNS TABLE (owner_id uuid, export uuid)",
    """LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT e.customer_id, e.id FROM upgrades_clientexport e
    WHERE e.state IN ('WAITING', 'READING')
      AND (e.lease_until IS NULL OR e.lease_until < clock_timestamp()) LIMIT 50 $$;""",
    reads=("SELECT (id, customer_id, state, lease_until) ON upgrades_clientexport",),
)

TABLES = [
    migrations.CreateModel(
        name="ClientLook",
        fields=[
            identity(),
            customer(),
            ("job", owned("upgrades.upgradejob", "client_looks", db_index=False)),
            ("hop", models.IntegerField()),
            ("appliance", owned("appliances.appliance", null=True, db_index=False)),
            (
                "source",
                models.CharField(
                    max_length=10,
                    choices=[("API", "read by the portal"), ("EXPORT", "uploaded export")],
                ),
            ),
            ("release_at", models.DateTimeField(null=True)),
            ("began_at", models.DateTimeField()),
            ("ended_at", models.DateTimeField(null=True)),
            ("by", person(null=True, db_index=False)),
            ("file_name", words(160)),
            ("counts", models.JSONField(default=dict)),
        ],
        options={
            "indexes": [models.Index(fields=["job", "hop"], name="looks_of_job")],
        },
    ),
    migrations.CreateModel(
        name="ClientRow",
        fields=[
            identity(),
            customer(),
            ("look", owned("upgrades.clientlook", "rows", db_index=False)),
            ("number", models.BigIntegerField()),
            ("key", models.CharField(max_length=250)),
            ("name", models.CharField(max_length=120)),
            ("hostname", words(120)),
            ("jump_group", words(120)),
            (
                "kind",
                models.CharField(
                    max_length=10,
                    choices=[
                        ("PENDING", "can be reached, still needs it"),
                        ("OFF_LINE", "off line"),
                        ("LOST", "lost"),
                        ("FOLLOWED", "followed"),
                        ("GONE", "uninstalled"),
                    ],
                ),
            ),
            ("passive", models.BooleanField(default=False)),
            ("status", words(160)),
            ("seen_at", models.DateTimeField(null=True)),
        ],
        options={
            "indexes": [
                models.Index(fields=["look", "name", "id"], name="clients_by_name"),
                models.Index(fields=["look", "kind"], name="clients_by_kind"),
            ],
        },
    ),
    migrations.CreateModel(
        name="ClientDecision",
        fields=[
            identity(),
            customer(),
            ("job", owned("upgrades.upgradejob", db_index=False)),
            ("hop", models.IntegerField()),
            ("key", models.CharField(max_length=250)),
            (
                "choice",
                models.CharField(
                    max_length=10,
                    choices=[
                        ("WAIT", "wait for it"),
                        ("REDEPLOY", "redeploy by hand"),
                        ("LET_GO", "let it go"),
                    ],
                ),
            ),
            ("reason", words(400)),
            ("by", person(db_index=False)),
            ("at", models.DateTimeField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("job", "hop", "key"), name="one_decision_a_client")
            ],
        },
    ),
    migrations.CreateModel(
        name="ClientExport",
        fields=[
            identity(),
            customer(),
            ("job", owned("upgrades.upgradejob", "client_exports")),
            ("step", owned("upgrades.jobstep")),
            ("by", person()),
            ("at", models.DateTimeField()),
            ("file_name", models.CharField(max_length=160)),
            ("stored_as", words(160)),
            ("key_id", words(40)),
            ("size", models.BigIntegerField()),
            ("order", words(3)),
            ("zone", words(60)),
            ("release_at", models.DateTimeField(null=True)),
            (
                "state",
                moved(
                    "WAITING",
                    [
                        ("WAITING", "Waiting to be read"),
                        ("READING", "Being read"),
                        ("READ", "Read"),
                        ("REFUSED", "Refused"),
                    ],
                ),
            ),
            ("tries", models.SmallIntegerField(default=0)),
            ("lease_until", models.DateTimeField(null=True)),
            ("percent", models.SmallIntegerField(default=0)),
            ("half_id", models.UUIDField(null=True)),
            ("code", words(60)),
            ("reason", models.TextField(blank=True, default="")),
            ("remedy", models.TextField(blank=True, default="")),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("state__in", ["WAITING", "READING"])),
                    fields=["lease_until"],
                    name="exports_open",
                )
            ],
        },
        bases=GUARDED,
    ),
]
WALLS = [
    Secure("ClientLook"),
    Secure("ClientRow"),
    Secure("ClientDecision"),
    Secure("ClientExport", app="SELECT, INSERT, UPDATE"),
    migrations.RunSQL(*WAITING),
]
