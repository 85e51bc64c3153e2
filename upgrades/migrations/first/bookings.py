"""A site's recurring times, and the slots that pieces of jobs have taken."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import migrations, models

from portal.migrations.first.making import GUARDED, customer, identity, moved, owned, words
from portal.rowsecurity import Secure

TABLES = [
    migrations.CreateModel(
        name="MaintenanceWindow",
        fields=[
            identity(),
            customer(),
            ("site", owned("appliances.site", "windows")),
            ("rule", models.CharField(max_length=200)),
            ("starts_on", models.DateField()),
            ("at", models.TimeField()),
            ("minutes", models.PositiveIntegerField()),
            ("title", words(80)),
        ],
    ),
    migrations.CreateModel(
        name="Booking",
        fields=[
            identity(),
            customer(),
            ("site", owned("appliances.site", "bookings")),
            ("job", owned("upgrades.upgradejob", "bookings")),
            ("window", models.IntegerField()),
            ("slot", DateTimeRangeField()),
            ("worst_minutes", models.IntegerField()),
            ("uid", models.CharField(max_length=80, unique=True)),
            ("revision", models.IntegerField(default=0)),
            ("told_offset", models.SmallIntegerField(null=True)),
            ("override", words(400)),
            (
                "state",
                moved(
                    "HELD",
                    [
                        ("HELD", "Held"),
                        ("BOOKED", "Booked"),
                        ("IN_USE", "In use"),
                        ("USED", "Used"),
                        ("MISSED", "Missed"),
                        ("LAPSED", "Lapsed"),
                        ("CANCELLED", "Cancelled"),
                    ],
                ),
            ),
        ],
        options={
            "constraints": [
                ExclusionConstraint(
                    condition=models.Q(("state__in", ["HELD", "BOOKED", "IN_USE"])),
                    expressions=[("site", "="), ("slot", "&&")],
                    name="bookings_of_a_site_never_overlap",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("state__in", ["CANCELLED", "LAPSED"]), _negated=True),
                    fields=("job", "window"),
                    name="one_booking_a_window",
                ),
            ],
        },
        bases=GUARDED,
    ),
]
WALLS = [
    Secure("MaintenanceWindow"),
    Secure("Booking", app="SELECT, INSERT, UPDATE"),
]
