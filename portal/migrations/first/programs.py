"""Keys of programs and their kept answers, secret addresses, the clock, and signs of life."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from portal.migrations.first.making import customer, identity, person, refers, words
from portal.rowsecurity import Platform, Secure

TABLES = [
    migrations.CreateModel(
        name="ApiKey",
        fields=[
            identity(),
            ("prefix", models.CharField(max_length=24, unique=True)),
            ("digest", models.BinaryField(unique=True)),
            ("name", models.CharField(verbose_name="name", max_length=80)),
            ("user", person()),
            ("customer", refers("portal.customer", null=True)),
            (
                "scope",
                models.CharField(
                    max_length=12,
                    default="READ",
                    choices=[
                        ("READ", "read"),
                        ("ACT", "read and act"),
                        ("ADMINISTER", "read, act and administer"),
                    ],
                ),
            ),
            ("site_ids", ArrayField(models.UUIDField(), blank=True, null=True)),
            ("networks", ArrayField(models.CharField(max_length=43), blank=True, default=list)),
            ("made_at", models.DateTimeField()),
            ("expires_at", models.DateTimeField()),
            ("revoked_at", models.DateTimeField(null=True)),
            ("last_used_at", models.DateTimeField(null=True)),
        ],
    ),
    migrations.CreateModel(
        name="KeptAnswer",
        fields=[
            identity(),
            customer(),
            ("api_key", refers("portal.apikey")),
            ("route", models.CharField(max_length=300)),
            ("word", models.CharField(max_length=255)),
            ("fingerprint", models.BinaryField()),
            ("status", models.SmallIntegerField(default=0)),
            ("content", models.TextField(default="")),
            ("made_at", models.DateTimeField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("customer", "api_key", "route", "word"), name="one_answer_a_request"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="KeptPlatformAnswer",
        fields=[
            ("api_key", refers("portal.apikey")),
            ("route", models.CharField(max_length=300)),
            ("word", models.CharField(max_length=255)),
            ("fingerprint", models.BinaryField()),
            ("status", models.SmallIntegerField(default=0)),
            ("content", models.TextField(default="")),
            ("made_at", models.DateTimeField()),
            identity(),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("api_key", "route", "word"), name="one_platform_answer_a_request"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="CalendarFeed",
        fields=[
            identity(),
            ("digest", models.BinaryField(unique=True)),
            ("name", models.CharField(verbose_name="name", max_length=80)),
            ("user", person()),
            ("customer", refers("portal.customer", null=True)),
            ("sentence", words(1000, verbose_name="sites")),
            ("made_at", models.DateTimeField()),
            ("ended_at", models.DateTimeField(null=True)),
        ],
    ),
    migrations.CreateModel(
        name="Clock",
        fields=[
            ("id", models.SmallIntegerField(primary_key=True, default=1, serialize=False)),
            ("began", models.DateTimeField()),
            ("shown", models.DateTimeField()),
            ("rate", models.FloatField()),
            ("until", models.DateTimeField(null=True)),
        ],
    ),
    migrations.CreateModel(
        name="Heartbeat",
        fields=[
            ("part", models.CharField(primary_key=True, max_length=40, serialize=False)),
            ("at", models.DateTimeField()),
            ("detail", words(200)),
        ],
    ),
]
WALLS = [
    Platform("ApiKey", app="SELECT, INSERT, UPDATE", staff="SELECT"),
    Secure("KeptAnswer"),
    Platform("KeptPlatformAnswer", app="SELECT, INSERT, UPDATE, DELETE"),
    Platform("CalendarFeed", app="SELECT, INSERT, UPDATE", staff="SELECT"),
    Platform("Clock", app="SELECT, INSERT, UPDATE", staff="SELECT"),
    Platform("Heartbeat", app="SELECT, INSERT, UPDATE", staff="SELECT"),
]
