import uuid

from django.db import models


class ReadByStaff(models.Manager):  # type: ignore[type-arg]
    """Through the staff's SELECT-only role: the role that serves customers cannot read it."""

    def get_queryset(self) -> models.QuerySet["PlatformEvent"]:
        return super().get_queryset().using("staff")


class PlatformEvent(models.Model):
    """One fact about the platform itself, for ever: who made whom staff, who withdrew what, who of
    support opened which customer's pages. A chain of its own, linked as the customers' are.

    Written by `audit.record_platform` alone; a trigger gives number, previous and hash.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    number = models.BigIntegerField(default=0)
    name = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    about_customer = models.UUIDField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=160)
    data = models.JSONField(default=dict)

    objects = ReadByStaff()

    class Meta:
        managed = False
        db_table = "portal_platformevent"
