import uuid

from django.db import models


class OwnLetter(models.Model):
    """A mail to one person about their own sign-in: written with what changed, in nobody's ledger.

    The facts are kept, and the words made when it leaves. Times are real: nothing here runs on
    demo time. Every try has the same Message-ID.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey("portal.User", models.CASCADE, related_name="+")
    what = models.CharField(max_length=30)
    name = models.CharField(max_length=120, blank=True, default="")  # passkey’s or company’s
    message_id = models.CharField(max_length=120)
    happened_at = models.DateTimeField()
    again_at = models.DateTimeField()  # not tried, or tried again, before
    tries = models.SmallIntegerField(default=0)
    over_at = models.DateTimeField(null=True)  # it left, or was given up
    left = models.BooleanField(default=False)

    objects = models.Manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["again_at"],
                condition=models.Q(over_at__isnull=True),
                name="own_letters_due",
            )
        ]
