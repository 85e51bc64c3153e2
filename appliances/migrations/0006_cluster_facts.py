"""Which nodes accept, backup operations, and configurations that are to be left alone."""

import django.db.models.deletion
import portal.tenancy
import uuid
from django.db import migrations, models

from portal.rowsecurity import Secure


class Migration(migrations.Migration):
    dependencies = [
        ("appliances", "0005_replacements_and_returns"),
        ("portal", "0002_walls"),
    ]

    operations = [
        migrations.AddField(
            model_name="appliance",
            name="accepting",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="appliance",
            name="backup_operations",
            field=models.BooleanField(null=True),
        ),
        migrations.CreateModel(
            name="ConfigurationFreeze",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("job_id", models.UUIDField()),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "appliance",
                    portal.tenancy.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="freezes",
                        to="appliances.appliance",
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("appliance",),
                        name="one_freeze_an_appliance",
                    )
                ],
            },
        ),
        Secure("ConfigurationFreeze", app="SELECT, INSERT, UPDATE"),
    ]
