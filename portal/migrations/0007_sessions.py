"""Sessions in a table that says whose each is. Who is signed in signs in once more after this."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.rowsecurity import APP, Platform

# Django's own table stays, empty and out of reach: its migration is one of Django's.
FORWARD = f"TRUNCATE django_session; REVOKE ALL ON django_session FROM {APP};"
BACKWARD = f"GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO {APP};"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("portal", "0006_kept_answers")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        verbose_name="session key",
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("began_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("browser", models.CharField(blank=True, default="", max_length=60)),
                ("address", models.CharField(blank=True, default="", max_length=60)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        Platform("Session", app="SELECT, INSERT, UPDATE, DELETE"),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
