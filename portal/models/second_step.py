import uuid

from django.db import models


class SecondStep(models.Model):
    """The key of a person's authenticator app (TOTP, RFC 6238), sealed. It counts from
    `confirmed_at` on; `last_used` is the time step of the last code, which is good once only."""

    SEALED = {"secret": "secret_key_id"}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField("portal.User", models.PROTECT, related_name="second_step")
    secret = models.BinaryField()
    secret_key_id = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_used = models.BigIntegerField(default=0)


class RecoveryCode(models.Model):
    """For whoever has no telephone at hand: one sign-in each. Only the SHA-256 is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey("portal.User", models.PROTECT, related_name="recovery_codes")
    digest = models.BinaryField(unique=True)
    used_at = models.DateTimeField(null=True)
