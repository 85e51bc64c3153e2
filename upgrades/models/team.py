import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models.platform import ReadByStaff

HOUR = timedelta(hours=1)


class Team(models.Model):
    """People of support who attend upgrades together. Platform data.

    `skills` are the shapes of sites it may attend. While no team is active, nothing is bounded.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    skills = ArrayField(models.CharField(max_length=30), default=list)
    zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    active = models.BooleanField(_("active"), default=True)

    objects = models.Manager()

    def __str__(self) -> str:
        return self.name


class Shift(models.Model):
    """So many seats of a team, on one weekday of its zone, from one hour to another.

    `weekday`: Monday is 0. `until` 24 is midnight; a shift over midnight is two.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, models.CASCADE, related_name="shifts")
    weekday = models.PositiveSmallIntegerField(_("day"))
    begins = models.PositiveSmallIntegerField(_("from"))
    until = models.PositiveSmallIntegerField(_("until"))
    seats = models.PositiveSmallIntegerField(
        _("seats"), validators=[MinValueValidator(1), MaxValueValidator(200)]
    )

    objects = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weekday__lte=6, until__lte=24, begins__lt=models.F("until")),
                name="shift_lies_in_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(seats__range=(1, 200)), name="shift_has_seats"
            ),
        ]
        ordering: ClassVar = ["weekday", "begins"]


class Seat(models.Model):
    """One upgrade that one team can attend in one hour: the row is the seat, so that nothing can
    be overbooked. Taken and given back through a door alone.

    Whose booking has it, the role that serves customers cannot read: it sees `taken` and no more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    hour = models.DateTimeField()  # its beginning
    number = models.PositiveSmallIntegerField()
    job_id = models.UUIDField(null=True)
    booking_id = models.UUIDField(null=True)
    taken = models.GeneratedField(
        expression=models.Q(booking_id__isnull=False),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    objects = ReadByStaff()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "hour", "number"], name="one_seat_a_number"),
            models.UniqueConstraint(fields=["job_id", "hour"], name="one_seat_an_hour"),
            models.CheckConstraint(
                condition=models.Q(job_id__isnull=True, booking_id__isnull=True)
                | models.Q(job_id__isnull=False, booking_id__isnull=False),
                name="a_seat_is_taken_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["hour", "team"], condition=models.Q(taken=False), name="seats_free"
            )
        ]

    @property
    def ends(self) -> datetime:
        return self.hour + HOUR
