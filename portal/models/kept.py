import uuid
from typing import ClassVar

from django.db import models

from portal.tenancy import CustomerManager, CustomerOwned


class Kept(models.Model):
    """What was answered to one POST of one key, so that a repeat gets the same (Idempotency-Key).

    Written in the transaction of what it answers, `status` last: whoever sees the row sees an
    answer. `fingerprint` is of the whole request. Kept for a day of real time.
    """

    api_key = models.ForeignKey("portal.ApiKey", models.PROTECT, related_name="+")
    route = models.CharField(max_length=300)  # method and path
    word = models.CharField(max_length=255)  # the header's own
    fingerprint = models.BinaryField()
    status = models.SmallIntegerField(default=0)
    content = models.TextField(default="")  # JSON; empty: no body
    made_at = models.DateTimeField()

    class Meta:
        abstract = True


class KeptAnswer(Kept, CustomerOwned):
    """About a customer's rows: behind both walls, as those are."""

    FOR_STAFF_ALONE: ClassVar[dict[str, str]] = {}  # support's answers among them: all of it

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "api_key", "route", "word"], name="one_answer_a_request"
            )
        ]


class KeptPlatformAnswer(Kept):
    """Of an address that is of no customer; only support's keys for every customer have any."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["api_key", "route", "word"], name="one_platform_answer_a_request"
            )
        ]
