"""Mails to a person about their own sign-in: nobody's rows, read by nobody but what sends them."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.rowsecurity import Platform


class Migration(migrations.Migration):
    dependencies = [("portal", "0016_passkeys")]

    operations = [
        migrations.CreateModel(
            name="OwnLetter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("what", models.CharField(max_length=30)),
                ("name", models.CharField(blank=True, default="", max_length=60)),
                ("message_id", models.CharField(max_length=120)),
                ("happened_at", models.DateTimeField()),
                ("again_at", models.DateTimeField()),
                ("tries", models.SmallIntegerField(default=0)),
                ("over_at", models.DateTimeField(null=True)),
                ("left", models.BooleanField(default=False)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("over_at__isnull", True)),
                        fields=["again_at"],
                        name="own_letters_due",
                    )
                ],
            },
        ),
        Platform("OwnLetter", app="SELECT, INSERT, UPDATE, DELETE"),
    ]
