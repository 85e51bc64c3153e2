"""Photographs taken at the rack, as evidence of a return."""

import django.db.models.deletion
import portal.tenancy
import uuid
from django.db import migrations, models

from portal.rowsecurity import Secure


class Migration(migrations.Migration):
    dependencies = [
        ("appliances", "0011_recurring_backups"),
        ("portal", "0012_notices_before_windows"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReturnPhotograph",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "shows",
                    models.CharField(
                        choices=[
                            ("SERIAL", "serial number on the box"),
                            ("RESET", "screen after the reset"),
                            ("DRIVES", "drives that are kept"),
                            ("PACKED", "packed box"),
                            ("LABEL", "label outside"),
                            ("RMA", "RMA number outside"),
                            ("RECEIPT", "receipt of the carrier"),
                            ("OTHER", "something else"),
                        ],
                        max_length=8,
                        verbose_name="what it shows",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.customer",
                    ),
                ),
                (
                    "file",
                    portal.tenancy.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.evidencefile",
                    ),
                ),
                (
                    "hardware_return",
                    portal.tenancy.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photographs",
                        to="appliances.hardwarereturn",
                    ),
                ),
            ],
        ),
        Secure("ReturnPhotograph", app="SELECT, INSERT"),
    ]
