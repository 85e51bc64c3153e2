"""Everything of a customer as a file: who asked, whose turn it is, until when it is kept."""

from django.db import migrations, models

from portal.migrations.first.making import GUARDED, customer, identity, moved, person, words
from portal.rowsecurity import Secure

STATES = [
    ("WAITING", "Waiting to be made"), ("MAKING", "Being made"), ("MADE", "Ready"),
    ("FAILED", "Failed"), ("EXPIRED", "Deleted"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("portal", "0024_names_in_the_platforms_trail")]

    operations = [
        migrations.CreateModel(
            name="DataExport",
            fields=[
                identity(),
                ("at", models.DateTimeField()),
                ("state", moved("WAITING", STATES)),
                ("tries", models.SmallIntegerField(default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("sha256", words(64)),
                ("size", models.BigIntegerField(default=0)),
                ("stored_as", words(160)),
                ("key_id", words(40)),
                ("by", person()),
                customer(),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["WAITING", "MAKING", "MADE"])),
                        fields=["at"],
                        name="data_exports_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["WAITING", "MAKING"])),
                        fields=("customer",),
                        name="one_data_export_at_a_time",
                    )
                ],
            },
            bases=GUARDED,
        ),
        Secure("DataExport"),
    ]
