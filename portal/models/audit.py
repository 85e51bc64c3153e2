import uuid
from typing import ClassVar

from django.db import models

from portal.tenancy import CustomerManager, CustomerOwned


class AuditEvent(CustomerOwned):
    """One fact, for ever: appended, never changed, chained by hash within its customer.

    The table is partitioned by month and its primary key is (at, id); Django knows it by `id`.
    A trigger gives `number` (the place in the customer's chain), `previous` and `hash`.
    """

    KEPT_WHEN_ERASED: ClassVar[str] = "the trail, its names replaced"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    number = models.BigIntegerField(default=0)
    name = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    job_id = models.UUIDField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=160)
    data = models.JSONField(default=dict)
    previous = models.BinaryField(default=b"")
    hash = models.BinaryField(default=b"")

    objects = CustomerManager()

    class Meta:
        managed = False
        db_table = "portal_auditevent"


class ChainHead(models.Model):
    """The newest link of a customer's chain; locked while a link is added."""

    customer = models.OneToOneField(
        "portal.Customer", models.PROTECT, primary_key=True, related_name="+"
    )
    number = models.BigIntegerField(default=0)
    hash = models.BinaryField(default=b"")

    objects = CustomerManager()
