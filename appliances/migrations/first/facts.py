"""What is known of an appliance, and what must not be done to it."""

from django.db import migrations, models

from portal.migrations.first.making import (
    GUARDED,
    customer,
    identity,
    moved,
    owned,
    person,
    refers,
    words,
)
from portal.rowsecurity import Secure

TABLES = [
    migrations.CreateModel(
        name="VersionReading",
        fields=[
            identity(),
            customer(),
            ("appliance", owned("appliances.appliance", "readings")),
            (
                "kind",
                models.CharField(max_length=10, choices=[("BASE", "base"), ("PRODUCT", "product")]),
            ),
            ("version", models.CharField(max_length=40)),
            ("build", words(80)),
            (
                "source",
                models.CharField(
                    max_length=10,
                    choices=[
                        ("API", "read by the portal"),
                        ("PERSON", "typed by a person"),
                        ("STEP", "proven by a step"),
                        ("SUPPORT", "recorded by support"),
                    ],
                ),
            ),
            ("read_at", models.DateTimeField()),
            ("read_by", person(null=True)),
            ("picture", owned("portal.evidencefile", null=True)),
        ],
    ),
    migrations.CreateModel(
        name="Backup",
        fields=[
            identity(),
            customer(),
            ("appliance", owned("appliances.appliance", "backups")),
            ("file", owned("portal.evidencefile", null=True)),
            ("step_id", models.UUIDField(null=True)),
            ("taken_at", models.DateTimeField()),
            ("size", models.BigIntegerField(default=0)),
            ("sha256", words(64)),
            ("kept_where", words(200, verbose_name="where it is kept")),
        ],
    ),
    migrations.CreateModel(
        name="CertificateCopy",
        fields=[
            identity(),
            customer(),
            ("appliance", owned("appliances.appliance", "certificate_copies")),
            ("fingerprint", models.CharField(verbose_name="SHA-256 fingerprint", max_length=95)),
            ("expires_on", models.DateField(verbose_name="expires on")),
            ("kept_where", models.CharField(verbose_name="where the copy lies", max_length=200)),
            ("noted_at", models.DateTimeField()),
            ("noted_by", person(null=True)),
        ],
    ),
    migrations.CreateModel(
        name="Snapshot",
        fields=[
            identity(),
            customer(),
            ("appliance", owned("appliances.appliance", "snapshots")),
            ("job_id", models.UUIDField(null=True)),
            ("window", models.IntegerField(default=0)),
            (
                "moment",
                models.CharField(
                    max_length=10,
                    blank=True,
                    default="",
                    choices=[
                        ("", "on request"),
                        ("BEFORE", "before the window"),
                        ("AFTER", "after the window"),
                    ],
                ),
            ),
            ("taken_at", models.DateTimeField()),
            ("data", models.JSONField(default=dict)),
        ],
        options={
            "indexes": [
                models.Index(fields=["job_id", "window"], name="snapshots_of_window"),
                models.Index(fields=["customer", "taken_at", "id"], name="snapshots_in_order"),
            ],
        },
    ),
    migrations.CreateModel(
        name="BaseHold",
        fields=[
            identity(),
            customer(),
            ("appliance", owned("appliances.appliance", "base_holds")),
            ("step_id", models.UUIDField()),
            ("job_id", models.UUIDField()),
            ("opened_at", models.DateTimeField()),
            ("reason", models.CharField(max_length=400)),
            ("ticket", words(60)),
            ("asked_by", person(null=True)),
            ("asked_at", models.DateTimeField(null=True)),
            ("released_by", person(null=True)),
            ("released_at", models.DateTimeField(null=True)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("released_at__isnull", True)),
                    fields=("appliance",),
                    name="one_open_hold",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="SupportQuestion",
        fields=[
            identity(),
            customer(),
            ("site", owned("appliances.site", "questions")),
            ("appliance", owned("appliances.appliance", "questions")),
            ("picture", owned("portal.evidencefile", null=True)),
            ("text", models.TextField(verbose_name="what is unclear", max_length=2000)),
            ("target", words(40)),
            ("asked_by", person()),
            ("asked_at", models.DateTimeField()),
            (
                "answer",
                models.TextField(verbose_name="answer", max_length=4000, blank=True, default=""),
            ),
            ("answered_by", person(null=True)),
            ("answered_at", models.DateTimeField(null=True)),
            (
                "state",
                moved(
                    "ASKED",
                    [("ASKED", "Asked"), ("ANSWERED", "Answered"), ("WITHDRAWN", "Withdrawn")],
                ),
            ),
        ],
        bases=GUARDED,
    ),
    migrations.CreateModel(
        name="RecordedWord",
        fields=[
            identity(),
            customer(),
            ("appliance", owned("appliances.appliance", "words")),
            ("question", owned("appliances.supportquestion", "words", null=True)),
            ("package", refers("appliances.package")),
            (
                "kind",
                models.CharField(
                    max_length=10,
                    choices=[
                        ("BASE", "base software"),
                        ("PRODUCT", "product software"),
                        ("LICENCE", "licence add-on"),
                    ],
                ),
            ),
            ("above", models.BooleanField(default=False)),
            ("version", models.CharField(max_length=40)),
            ("said", words(300, verbose_name="its words")),
            ("recorded_at", models.DateTimeField()),
            ("recorded_by", person()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("appliance", "package", "kind"), name="one_word_a_package"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="ConfigurationFreeze",
        fields=[
            identity(),
            customer(),
            ("appliance", owned("appliances.appliance", "freezes")),
            ("job_id", models.UUIDField()),
            ("began_at", models.DateTimeField()),
            ("ended_at", models.DateTimeField(null=True)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("ended_at__isnull", True)),
                    fields=("appliance",),
                    name="one_freeze_an_appliance",
                )
            ],
        },
    ),
]
WALLS = [
    Secure("VersionReading", app="SELECT, INSERT"),
    Secure("Backup"),
    Secure("CertificateCopy"),
    Secure("Snapshot"),
    Secure("BaseHold", app="SELECT, INSERT, UPDATE"),
    Secure("SupportQuestion", app="SELECT, INSERT, UPDATE"),
    Secure("RecordedWord"),
    Secure("ConfigurationFreeze", app="SELECT, INSERT, UPDATE"),
]
