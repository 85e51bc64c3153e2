"""Support's capacity: teams, their shifts, and their seats hour by hour."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models

from portal.migrations.first.making import identity
from portal.rowsecurity import Platform

TABLES = [
    migrations.CreateModel(
        name="Team",
        fields=[
            identity(),
            ("name", models.CharField(verbose_name="name", max_length=80, unique=True)),
            ("skills", ArrayField(models.CharField(max_length=30), default=list)),
            ("zone", models.CharField(verbose_name="time zone", max_length=60, default="UTC")),
            ("active", models.BooleanField(verbose_name="active", default=True)),
        ],
    ),
    migrations.CreateModel(
        name="Shift",
        fields=[
            identity(),
            (
                "team",
                models.ForeignKey(
                    on_delete=models.CASCADE, related_name="shifts", to="upgrades.team"
                ),
            ),
            ("weekday", models.PositiveSmallIntegerField(verbose_name="day")),
            ("begins", models.PositiveSmallIntegerField(verbose_name="from")),
            ("until", models.PositiveSmallIntegerField(verbose_name="until")),
            (
                "seats",
                models.PositiveSmallIntegerField(
                    verbose_name="seats",
                    validators=[
                        MinValueValidator(1),
                        MaxValueValidator(200),
                    ],
                ),
            ),
        ],
        options={
            "ordering": ["weekday", "begins"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("begins__lt", models.F("until")), ("until__lte", 24), ("weekday__lte", 6)
                    ),
                    name="shift_lies_in_a_day",
                ),
                models.CheckConstraint(
                    condition=models.Q(("seats__range", (1, 200))), name="shift_has_seats"
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Seat",
        fields=[
            identity(),
            (
                "team",
                models.ForeignKey(on_delete=models.CASCADE, related_name="+", to="upgrades.team"),
            ),
            ("hour", models.DateTimeField()),
            ("number", models.PositiveSmallIntegerField()),
            ("job_id", models.UUIDField(null=True)),
            ("booking_id", models.UUIDField(null=True)),
            (
                "taken",
                models.GeneratedField(
                    db_persist=True,
                    expression=models.Q(("booking_id__isnull", False)),
                    output_field=models.BooleanField(),
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("taken", False)), fields=["hour", "team"], name="seats_free"
                )
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("team", "hour", "number"), name="one_seat_a_number"
                ),
                models.UniqueConstraint(fields=("job_id", "hour"), name="one_seat_an_hour"),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("booking_id__isnull", True), ("job_id__isnull", True)),
                        models.Q(("booking_id__isnull", False), ("job_id__isnull", False)),
                        _connector="OR",
                    ),
                    name="a_seat_is_taken_whole",
                ),
            ],
        },
    ),
]
WALLS = [
    Platform("Team", app="SELECT, INSERT, UPDATE", staff="SELECT"),
    Platform("Shift", app="SELECT, INSERT, UPDATE, DELETE", staff="SELECT"),
    Platform("Seat", app="SELECT (id, team_id, hour, number, taken)", staff="SELECT"),
]
