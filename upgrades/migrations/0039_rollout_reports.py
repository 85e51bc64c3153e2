"""Reports of rollouts on paper: for the vendor's staff, who read across customers."""

from django.db import migrations, models

from portal.migrations.first.making import GUARDED, identity, moved, person, words
from portal.rowsecurity import Platform

STATES = [
    ("WAITING", "Waiting to be made"), ("MAKING", "Being made"), ("MADE", "Made"),
    ("FAILED", "Failed"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("upgrades", "0038_escalations")]

    operations = [
        migrations.CreateModel(
            name="RolloutReport",
            fields=[
                identity(),
                (
                    "rollout",
                    models.ForeignKey(
                        on_delete=models.PROTECT, related_name="reports", to="upgrades.rollout"
                    ),
                ),
                ("language", models.CharField(max_length=5)),
                ("paper", models.CharField(max_length=6)),
                ("by", person()),
                ("at", models.DateTimeField()),
                ("state", moved("WAITING", STATES)),
                ("tries", models.SmallIntegerField(default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("percent", models.SmallIntegerField(default=0)),
                ("read_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField(null=True)),
                ("facts", words(64)),
                ("sha256", words(64)),
                ("size", models.BigIntegerField(default=0)),
                ("stored_as", words(160)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["WAITING", "MAKING"])),
                        fields=["at"],
                        name="reports_to_make",
                    )
                ],
            },
            bases=GUARDED,
        ),
        Platform("RolloutReport", app="SELECT, INSERT, UPDATE", staff="SELECT"),
    ]
