from django.db import models


class Heartbeat(models.Model):
    """The last sign of life of one part of the installation, by the database's own clock."""

    part = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    detail = models.CharField(max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return self.part
