"""Answers kept for repeats of a request: a customer's behind its walls, the platform's apart."""

import uuid
from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from portal.rowsecurity import Platform, Secure


def kept() -> list[tuple[str, models.Field]]:
    return [
        (
            "id",
            models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
        ),
        ("route", models.CharField(max_length=300)),
        ("word", models.CharField(max_length=255)),
        ("fingerprint", models.BinaryField()),
        ("status", models.SmallIntegerField(default=0)),
        ("content", models.TextField(default="")),
        ("made_at", models.DateTimeField()),
        (
            "api_key",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.apikey"
            ),
        ),
    ]


OWNER = (
    "customer",
    models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.customer"
    ),
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("portal", "0005_platform_audit")]

    operations: ClassVar = [
        migrations.CreateModel(name="KeptAnswer", fields=[*kept(), OWNER]),
        migrations.CreateModel(name="KeptPlatformAnswer", fields=kept()),
        migrations.AddConstraint(
            model_name="keptanswer",
            constraint=models.UniqueConstraint(
                fields=("customer", "api_key", "route", "word"), name="one_answer_a_request"
            ),
        ),
        migrations.AddConstraint(
            model_name="keptplatformanswer",
            constraint=models.UniqueConstraint(
                fields=("api_key", "route", "word"), name="one_platform_answer_a_request"
            ),
        ),
        Secure("KeptAnswer"),
        Platform("KeptPlatformAnswer", app="SELECT, INSERT, UPDATE, DELETE"),
    ]
