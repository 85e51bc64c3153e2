"""A site's way to a target: the job, what is noted of it, and what it leaves for a time."""

from django.contrib.postgres.fields import ArrayField
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
        name="UpgradeJob",
        fields=[
            identity(),
            customer(),
            ("number", models.PositiveIntegerField()),
            ("site", owned("appliances.site", "jobs")),
            ("procedure", models.CharField(max_length=60)),
            ("method", models.CharField(max_length=20, default="automatic")),
            ("target", refers("appliances.package")),
            ("replacement", owned("appliances.appliance", null=True)),
            ("repairs", owned("upgrades.upgradejob", "repairs_of", null=True)),
            ("offline_ids", ArrayField(models.UUIDField(), null=True)),
            (
                "state",
                moved(
                    "DRAFT",
                    [
                        ("DRAFT", "Draft"),
                        ("PROPOSED", "Proposed"),
                        ("SCHEDULED", "Scheduled"),
                        ("MISSED", "Missed"),
                        ("RUNNING", "Running"),
                        ("PAUSED", "Paused"),
                        ("HALTED", "Halted"),
                        ("ABANDONED", "Abandoned"),
                        ("CANCELLED", "Cancelled"),
                        ("DONE", "Done"),
                    ],
                ),
            ),
            ("plan", models.JSONField(default=dict)),
            ("expected_minutes", models.IntegerField(default=0)),
            ("worst_minutes", models.IntegerField(default=0)),
            ("downtime_expected", models.IntegerField(default=0)),
            ("downtime_worst", models.IntegerField(default=0)),
            ("prepares_worst", models.IntegerField(default=0)),
            ("not_before", models.DateField(null=True)),
            ("not_after", models.DateField(null=True)),
            ("requested_by", person()),
            ("requested_at", models.DateTimeField(null=True)),
            ("approved_by", person(null=True)),
            ("approved_at", models.DateTimeField(null=True)),
            ("word_by", person(null=True)),
            ("word_at", models.DateTimeField(null=True)),
            ("holder", person(null=True)),
            ("made_at", models.DateTimeField()),
            ("started_at", models.DateTimeField(null=True)),
            ("ended_at", models.DateTimeField(null=True)),
            ("pause_asked_at", models.DateTimeField(null=True)),
            ("reason", words(400)),
            ("said", models.JSONField(null=True)),
            ("halted_at", models.DateTimeField(null=True)),
            ("base_problem", models.BooleanField(default=False)),
            ("left_behind", models.JSONField(default=list)),
            ("left_state", models.JSONField(default=dict)),
        ],
        options={
            "indexes": [
                models.Index(fields=["state", "site"], name="jobs_by_state"),
                models.Index(fields=["customer", "-made_at", "-id"], name="jobs_in_order"),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("customer", "number"), name="one_number_a_customer"
                ),
                models.UniqueConstraint(
                    condition=models.Q(("state__in", ["RUNNING", "PAUSED", "HALTED"])),
                    fields=("site",),
                    name="one_job_runs_on_a_site",
                ),
            ],
        },
        bases=GUARDED,
    ),
    migrations.CreateModel(
        name="JobNote",
        fields=[
            identity(),
            customer(),
            ("job", owned("upgrades.upgradejob", "notes")),
            ("text", models.TextField(verbose_name="note", max_length=2000)),
            (
                "audience",
                models.CharField(
                    max_length=10,
                    choices=[("STAFF", "for us"), ("CUSTOMER", "for the customer too")],
                ),
            ),
            ("written_by", person()),
            ("written_at", models.DateTimeField()),
        ],
    ),
    migrations.CreateModel(
        name="Look",
        fields=[
            identity(),
            customer(),
            ("job", owned("upgrades.upgradejob", "looks")),
            ("window", models.IntegerField()),
            ("revision", models.IntegerField(default=0)),
            (
                "kind",
                models.CharField(
                    max_length=12,
                    choices=[
                        ("DAY_BEFORE", "the day before"),
                        ("START", "at the start"),
                        ("END", "after the end"),
                        ("BASES", "are base versions read in time"),
                    ],
                ),
            ),
            ("due_at", models.DateTimeField()),
            ("begun_at", models.DateTimeField(null=True)),
            ("done_at", models.DateTimeField(null=True)),
            ("passed", models.BooleanField(default=False)),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("done_at__isnull", True)),
                    fields=["due_at"],
                    name="looks_due",
                )
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("job", "window", "revision", "kind"), name="one_look_of_a_kind"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Interim",
        fields=[
            identity(),
            customer(),
            ("site", owned("appliances.site", "interims")),
            ("job", owned("upgrades.upgradejob")),
            ("ended_by", owned("upgrades.upgradejob", null=True)),
            (
                "state",
                moved(
                    "OPEN",
                    [
                        ("OPEN", "Without failover"),
                        ("TOO_LONG", "Too long without failover"),
                        ("ENDED", "Ended"),
                    ],
                ),
            ),
            ("began_at", models.DateTimeField()),
            ("told_at", models.DateTimeField(null=True)),
            ("ended_at", models.DateTimeField(null=True)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("ended_at__isnull", True)),
                    fields=("site",),
                    name="one_interim_a_site",
                )
            ],
        },
        bases=GUARDED,
    ),
]
WALLS = [
    Secure("UpgradeJob", app="SELECT, INSERT, UPDATE"),
    Secure("JobNote", app="SELECT, INSERT"),
    Secure("Look", app="SELECT, INSERT, UPDATE"),
    Secure("Interim", app="SELECT, INSERT, UPDATE"),
]
