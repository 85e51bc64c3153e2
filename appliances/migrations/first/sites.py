"""What is looked after: sites, their appliances and licences."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from portal.migrations.first.making import GUARDED, customer, identity, moved, owned, person, words
from portal.rowsecurity import Secure

TABLES = [
    migrations.CreateModel(
        name="Site",
        fields=[
            identity(),
            customer(),
            ("name", models.CharField(verbose_name="name", max_length=120)),
            ("public_name", models.CharField(verbose_name="public host name", max_length=253)),
            (
                "shape",
                models.CharField(
                    verbose_name="shape",
                    max_length=30,
                    choices=[
                        ("SINGLE", "single appliance"),
                        ("PAIR", "failover pair"),
                        ("CLUSTER", "Atlas cluster"),
                        ("CLUSTER_WITH_FAILOVER", "Atlas cluster with failover"),
                    ],
                ),
            ),
            ("zone", models.CharField(verbose_name="time zone", max_length=60)),
            (
                "swing",
                models.CharField(
                    max_length=20,
                    default="DNS",
                    choices=[("SHARED_IP", "shared IP"), ("DNS", "DNS"), ("NAT", "NAT")],
                ),
            ),
            ("has_msi_consoles", models.BooleanField(null=True)),
            ("has_extractable_console", models.BooleanField(null=True)),
            ("has_integration_clients", models.BooleanField(null=True)),
            ("integration_by_ip", models.BooleanField(null=True)),
            ("interim_days", models.PositiveSmallIntegerField(default=7)),
            ("backup_days", models.PositiveSmallIntegerField(default=7)),
            ("backup_kept_days", models.PositiveSmallIntegerField(default=180)),
            ("integration_kept_by", words(120)),
            ("restricted_network", models.BooleanField(default=False)),
            ("simulated", models.BooleanField(default=False)),
            ("region", words(60, verbose_name="region")),
            ("tags", ArrayField(models.CharField(max_length=40), blank=True, default=list)),
            ("test_of", owned("appliances.site", "test_sites", null=True)),
            ("closed_at", models.DateTimeField(null=True)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("customer", "public_name"), name="one_site_a_name")
            ],
        },
    ),
    migrations.CreateModel(
        name="Appliance",
        fields=[
            identity(),
            customer(),
            ("site", owned("appliances.site", "appliances")),
            ("letter", models.CharField(verbose_name="letter", max_length=6)),
            ("name", models.CharField(verbose_name="name", max_length=80)),
            ("host", models.CharField(verbose_name="own host name", max_length=253)),
            ("guid", words(32)),
            ("physical", models.BooleanField(default=True)),
            ("model", words(60)),
            ("serial", words(60)),
            ("region", words(60)),
            ("data_gb", models.IntegerField(default=0)),
            (
                "cluster_role",
                models.CharField(
                    max_length=10,
                    default="SINGLE",
                    choices=[
                        ("SINGLE", "single"),
                        ("MASTER", "master node"),
                        ("TRAFFIC", "traffic node"),
                    ],
                ),
            ),
            (
                "failover_role",
                models.CharField(
                    max_length=10,
                    default="NONE",
                    choices=[("NONE", "none"), ("PRIMARY", "primary"), ("BACKUP", "backup")],
                ),
            ),
            ("accepting", models.BooleanField(null=True)),
            ("backup_operations", models.BooleanField(null=True)),
            ("in_production", models.BooleanField(null=True)),
            ("shared_ips", ArrayField(models.CharField(max_length=64), default=list)),
            ("product_version", words(40)),
            ("product_build", words(80)),
            ("product_at", models.DateTimeField(null=True)),
            ("base_version", words(40)),
            ("base_at", models.DateTimeField(null=True)),
            ("last_seen_at", models.DateTimeField(null=True)),
            ("read_due_at", models.DateTimeField(null=True)),
            ("read_begun_at", models.DateTimeField(null=True)),
            ("backup_due_at", models.DateTimeField(null=True)),
            ("backup_trouble", words(200)),
            (
                "dialect",
                models.CharField(
                    max_length=10,
                    default="XML",
                    choices=[
                        ("XML", "XML command API"),
                        ("JSON", "JSON command API v2"),
                        ("NO_API", "no API: everything is a person's"),
                    ],
                ),
            ),
            (
                "auth",
                models.CharField(
                    max_length=10,
                    default="OAUTH",
                    choices=[
                        ("OAUTH", "API account (OAuth2)"),
                        ("OLD", "user name and password (old)"),
                    ],
                ),
            ),
            ("client_id", words(80)),
            ("secret", models.BinaryField(null=True)),
            ("secret_key_id", words(40)),
            ("certificate_pin", words(64)),
            ("private_address", models.BooleanField(default=False)),
            ("simulated", models.BooleanField(default=False)),
            (
                "place",
                moved(
                    "IN_PLACE",
                    [
                        ("IN_PLACE", "in place"),
                        ("WAITING", "waits to take a place"),
                        ("LEFT", "has left the site"),
                    ],
                ),
            ),
            ("replaces", owned("appliances.appliance", "replacements", null=True)),
            ("place_since", models.DateTimeField(null=True)),
        ],
        options={
            "indexes": [
                models.Index(fields=["customer", "name", "id"], name="appliances_in_order")
            ],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("place", "LEFT"), _negated=True),
                    fields=("site", "letter"),
                    name="one_letter_a_site",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("place", "WAITING")),
                    fields=("replaces",),
                    name="one_replacement_waits",
                ),
            ],
        },
        bases=GUARDED,
    ),
    migrations.CreateModel(
        name="Licence",
        fields=[
            identity(),
            customer(),
            ("site", owned("appliances.site", "licences")),
            ("number", models.PositiveIntegerField(verbose_name="licences")),
            ("expires_on", models.DateField(verbose_name="expires on", null=True)),
            ("read_at", models.DateTimeField()),
            ("read_by", person(null=True)),
        ],
    ),
]
WALLS = [
    Secure("Site"),
    Secure("Appliance"),
    Secure("Licence"),
]
