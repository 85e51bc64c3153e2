"""Secret addresses of calendars; an index of messages that were given up."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.rowsecurity import Platform


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0008_contacts_links_and_calendars"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.BinaryField(unique=True)),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "sentence",
                    models.CharField(blank=True, default="", max_length=1000, verbose_name="sites"),
                ),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "DEAD")), fields=["next_at"], name="messages_given_up"
            ),
        ),
        migrations.AddField(
            model_name="calendarfeed",
            name="customer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portal.customer",
            ),
        ),
        migrations.AddField(
            model_name="calendarfeed",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        Platform("CalendarFeed", app="SELECT, INSERT, UPDATE", staff="SELECT"),
    ]
