"""Contacts that are told no more; whom a message is for, its secret link, its entries."""

import django.contrib.postgres.fields
import django.db.models.deletion
import portal.tenancy
from django.db import migrations, models

from portal.rowsecurity import SecureKey


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0007_sessions"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="ended_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="calendars",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="contact",
            field=portal.tenancy.OwnedForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portal.contact",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="link_id",
            field=models.UUIDField(null=True),
        ),
        SecureKey("Message", "contact"),
    ]
