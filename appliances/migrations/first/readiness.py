"""Questions before a window, what was changed behind the portal's back, and what is overlooked."""

from django.db import migrations, models

from portal.migrations.first.making import customer, identity, owned, person, words
from portal.rowsecurity import Platform, Secure

TABLES = [
    migrations.CreateModel(
        name="Waiver",
        fields=[
            identity(),
            customer(),
            ("site", owned("appliances.site", "waivers")),
            ("appliance", owned("appliances.appliance", "waivers", null=True)),
            ("job_id", models.UUIDField(null=True)),
            ("check_name", models.CharField(max_length=30)),
            ("reason", models.CharField(verbose_name="reason", max_length=400)),
            ("given_by", person()),
            ("given_at", models.DateTimeField()),
            ("expires_at", models.DateTimeField(verbose_name="counts until")),
            ("withdrawn_by", person(null=True)),
            ("withdrawn_at", models.DateTimeField(null=True)),
        ],
        options={
            "indexes": [models.Index(fields=["site", "expires_at"], name="waivers_of_site")],
        },
    ),
    migrations.CreateModel(
        name="ReadinessCheck",
        fields=[
            identity(),
            customer(),
            ("site", owned("appliances.site", "readiness")),
            ("appliance", owned("appliances.appliance", "readiness", null=True)),
            ("job_id", models.UUIDField(null=True)),
            ("window", models.IntegerField(default=0)),
            (
                "name",
                models.CharField(
                    max_length=30,
                    choices=[
                        ("REACHABILITY", "It can be reached"),
                        ("HEALTH", "It reports good health"),
                        ("IDENTITY", "It is the appliance we expect"),
                        ("BASE_HOLD", "No base problem is open"),
                        ("DRIFT", "Nothing was changed behind the portal’s back"),
                        ("CLOCK", "Its clock is right"),
                        ("VERSION_KNOWN", "It runs the recorded product"),
                        ("BASE_VERSION", "The base version was read lately"),
                        ("RETIRED_VERSION", "Its release is still looked after"),
                        ("ACCOUNT", "Our account may do what is needed"),
                        ("BACKUP", "A fresh backup exists"),
                        ("BACKUP_SANE", "The backup is about as large as the last one"),
                        ("CERTIFICATE_SAVED", "The certificates were exported lately"),
                        ("CERTIFICATE_ENDS", "The certificate does not end soon"),
                        ("PAIR_ROLES", "One is primary, one is backup"),
                        ("PAIR_VERSIONS", "Both run the same version and build"),
                        ("KEYS", "Both have the same inter-appliance key"),
                        ("SYNC_FRESH", "The data was synchronised lately"),
                        ("INTERIM", "The time without failover is not too long"),
                        ("CLUSTER_FLAGS", "The nodes accept connections as expected"),
                        ("CLUSTER_VERSIONS", "All nodes run the same version"),
                        ("DRAINED", "Nobody is connected to the nodes out of service"),
                        ("JUMP_CLIENTS", "The Jump Clients have followed the last release"),
                        ("JUMPOINTS", "The Jumpoints are connected"),
                        ("REPS", "No representative is signed in"),
                        ("PATH", "The path is complete"),
                        ("WINDOW_FITS", "The worst case fits into its window"),
                        ("TESTED", "The release is confirmed on the test site"),
                        ("DIFFERENCE", "What the last window changed is acknowledged"),
                        ("CONTRACT", "Maintenance covers the date"),
                        ("LICENCE", "The licence does not end before"),
                    ],
                ),
            ),
            (
                "status",
                models.CharField(
                    max_length=10,
                    choices=[
                        ("GOOD", "good"),
                        ("WARNING", "to watch"),
                        ("BAD", "bad"),
                        ("UNKNOWN", "could not be asked"),
                    ],
                ),
            ),
            ("blocks", models.BooleanField(default=False)),
            ("waiver", owned("appliances.waiver", null=True)),
            ("observed", words(300)),
            ("reason", words(400)),
            ("taken_at", models.DateTimeField()),
            ("valid_until", models.DateTimeField()),
        ],
        options={
            "indexes": [models.Index(fields=["site", "-taken_at"], name="readiness_of_site")],
        },
    ),
    migrations.CreateModel(
        name="Drift",
        fields=[
            identity(),
            customer(),
            ("site", owned("appliances.site", "drifts")),
            ("appliance", owned("appliances.appliance", "drifts")),
            (
                "fact",
                models.CharField(
                    max_length=20,
                    choices=[
                        ("PRODUCT", "Product version"),
                        ("BUILD", "Build of the product"),
                        ("FAILOVER_ROLE", "Failover role"),
                        ("CLUSTER_ROLE", "Cluster role"),
                        ("ACCEPTING", "Accepts new connections"),
                        ("CONFIGURATION", "Configuration changed while it was frozen"),
                    ],
                ),
            ),
            ("expected", models.CharField(max_length=200)),
            ("found", models.CharField(max_length=200)),
            ("first_seen_at", models.DateTimeField()),
            ("last_seen_at", models.DateTimeField()),
            (
                "ended",
                models.CharField(
                    max_length=10,
                    blank=True,
                    default="",
                    choices=[("ACCEPTED", "accepted"), ("GONE", "as recorded again")],
                ),
            ),
            ("ended_at", models.DateTimeField(null=True)),
            ("ended_by", person(null=True)),
            ("remark", words(400)),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("ended_at__isnull", True)),
                    fields=["site"],
                    name="drifts_open",
                )
            ],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("ended_at__isnull", True)),
                    fields=("appliance", "fact"),
                    name="one_open_drift_a_fact",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Difference",
        fields=[
            identity(),
            customer(),
            ("appliance", owned("appliances.appliance", "differences")),
            ("job_id", models.UUIDField()),
            ("window", models.IntegerField()),
            ("key", models.CharField(max_length=120)),
            ("before", models.JSONField(null=True)),
            ("after", models.JSONField(null=True)),
            ("expected", models.BooleanField(default=False)),
            ("tolerance", models.IntegerField(null=True)),
            ("beyond", models.BooleanField(default=False)),
            ("found_at", models.DateTimeField()),
            ("acknowledged_at", models.DateTimeField(null=True)),
            ("acknowledged_by", person(null=True)),
            ("remark", words(400)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("job_id", "window", "appliance", "key"), name="one_difference_a_value"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Threshold",
        fields=[
            identity(),
            customer(),
            ("key", models.CharField(max_length=60)),
            ("value", models.IntegerField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("customer", "key"), name="one_value_a_key")
            ],
        },
    ),
    migrations.CreateModel(
        name="InstallationThreshold",
        fields=[
            identity(),
            ("key", models.CharField(max_length=60)),
            ("value", models.IntegerField(null=True)),
            ("set_at", models.DateTimeField()),
            ("set_by", person(null=True)),
        ],
        options={
            "indexes": [models.Index(fields=["key", "-set_at"], name="thresholds_newest")],
        },
    ),
]
WALLS = [
    Secure("Waiver", app="SELECT, INSERT, UPDATE"),
    Secure("ReadinessCheck"),
    Secure("Drift", app="SELECT, INSERT, UPDATE"),
    Secure("Difference", app="SELECT, INSERT, UPDATE"),
    Secure("Threshold"),
    Platform("InstallationThreshold", app="SELECT, INSERT", staff="SELECT"),
]
