"""Photographs taken at the rack, as evidence of a return."""

from django.db import migrations, models

from portal.migrations.first.making import customer, identity, owned
from portal.rowsecurity import Secure

TABLES = [
    migrations.CreateModel(
        name="ReturnPhotograph",
        fields=[
            identity(),
            customer(),
            ("hardware_return", owned("appliances.hardwarereturn", "photographs")),
            ("file", owned("portal.evidencefile")),
            (
                "shows",
                models.CharField(
                    verbose_name="what it shows",
                    max_length=8,
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
                ),
            ),
        ],
    ),
]
WALLS = [Secure("ReturnPhotograph", app="SELECT, INSERT")]
