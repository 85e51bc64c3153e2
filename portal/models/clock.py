from django.db import models


class Clock(models.Model):
    """The demo's clock: one row, read by portal.clock and by nobody else."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    began = models.DateTimeField()
    shown = models.DateTimeField()
    rate = models.FloatField()
    until = models.DateTimeField(null=True)
