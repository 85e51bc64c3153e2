"""Changes for every customer: looked at and carried out by workers."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import migrations, models

from portal.migrations.first.making import GUARDED, customer, identity, moved, person, refers, words
from portal.rowsecurity import Platform, Secure

TABLES = [
    migrations.CreateModel(
        name="Settlement",
        fields=[
            identity(),
            (
                "what",
                models.CharField(
                    max_length=10,
                    choices=[
                        ("FREEZE", "a freeze for everybody"),
                        ("STANDING", "a freeze that stands"),
                        ("PACKAGE", "a package is withdrawn"),
                    ],
                ),
            ),
            ("title", models.CharField(max_length=120)),
            ("begin", words(16)),
            ("end", words(16)),
            ("release", refers("appliances.package", null=True)),
            ("package", refers("appliances.package", null=True)),
            (
                "freeze",
                models.ForeignKey(
                    on_delete=models.SET_NULL,
                    related_name="+",
                    to="upgrades.platformfreeze",
                    null=True,
                ),
            ),
            (
                "state",
                moved(
                    "LOOKING",
                    [
                        ("LOOKING", "Being looked at"),
                        ("SHOWN", "To be decided"),
                        ("SETTLING", "Being carried out"),
                        ("DONE", "Carried out"),
                        ("DROPPED", "Dropped"),
                    ],
                ),
            ),
            ("strategy", words(10)),
            ("of_all", models.PositiveIntegerField(default=0)),
            ("asked_by", person()),
            ("asked_at", models.DateTimeField()),
            ("confirmed_by", person(null=True)),
            ("confirmed_at", models.DateTimeField(null=True)),
            ("ended_at", models.DateTimeField(null=True)),
            ("retried_at", models.DateTimeField(null=True)),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("state__in", ["LOOKING", "SETTLING"])),
                    fields=["asked_at"],
                    name="settlements_to_work_at",
                )
            ],
        },
        bases=GUARDED,
    ),
    migrations.CreateModel(
        name="SettlementPart",
        fields=[
            identity(),
            customer(),
            (
                "settlement",
                models.ForeignKey(
                    on_delete=models.CASCADE, related_name="+", to="upgrades.settlement"
                ),
            ),
            ("digest", words(64)),
            (
                "shown",
                models.JSONField(default=list, encoder=DjangoJSONEncoder),
            ),
            ("hits", models.PositiveIntegerField(default=0)),
            ("looked_at", models.DateTimeField()),
            ("settled_at", models.DateTimeField(null=True)),
            ("why", words(600)),
            ("said", models.JSONField(null=True)),
            ("tries", models.PositiveSmallIntegerField(default=0)),
            ("failed_at", models.DateTimeField(null=True)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("settlement", "customer"), name="one_part_a_customer_of_a_settlement"
                )
            ],
        },
    ),
]
WALLS = [
    Platform("Settlement", app="SELECT, INSERT, UPDATE", staff="SELECT"),
    Secure("SettlementPart"),
]
