"""Packages of the vendor's, and what must be there before each."""

from django.db import migrations, models

from portal.migrations.first.making import identity, words
from portal.rowsecurity import Platform

TABLES = [
    migrations.CreateModel(
        name="Package",
        fields=[
            identity(),
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
            ("version", models.CharField(max_length=40)),
            ("name", models.CharField(verbose_name="name", max_length=80)),
            ("build", words(80)),
            ("released_on", models.DateField(null=True)),
            ("date_precision", models.CharField(max_length=10, default="unknown")),
            (
                "provenance",
                models.CharField(
                    max_length=12,
                    choices=[
                        ("DOCUMENTED", "documented"),
                        ("INFERRED", "inferred"),
                        ("DEMO", "demo"),
                    ],
                ),
            ),
            ("source_note", words(300)),
            ("client_update", models.BooleanField(default=True)),
            ("dwell_hours", models.SmallIntegerField(default=24)),
            ("reboots", models.BooleanField(default=False)),
            ("min_minutes", models.SmallIntegerField(default=15)),
            ("max_minutes", models.SmallIntegerField(default=60)),
            ("is_major", models.BooleanField(default=False)),
            ("is_security_fix", models.BooleanField(default=False)),
            ("advisory", words(200)),
            ("changelog", models.URLField(max_length=300, blank=True, default="")),
            ("supported_until", models.DateField(null=True)),
            ("sha256", words(64)),
            ("withdrawn_at", models.DateTimeField(null=True)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("kind", "version"), name="one_package_a_version")
            ],
        },
    ),
    migrations.CreateModel(
        name="Requirement",
        fields=[
            (
                "id",
                models.BigAutoField(
                    verbose_name="ID", primary_key=True, serialize=False, auto_created=True
                ),
            ),
            (
                "package",
                models.ForeignKey(
                    on_delete=models.CASCADE, related_name="requirements", to="appliances.package"
                ),
            ),
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
            (
                "provenance",
                models.CharField(
                    max_length=12,
                    choices=[
                        ("DOCUMENTED", "documented"),
                        ("INFERRED", "inferred"),
                        ("DEMO", "demo"),
                    ],
                ),
            ),
            ("source_note", words(300)),
        ],
    ),
]
WALLS = [
    Platform("Package", app="SELECT, INSERT, UPDATE, DELETE", staff="SELECT"),
    Platform("Requirement", app="SELECT, INSERT, UPDATE, DELETE", staff="SELECT"),
]
