import uuid

from django.db import models


class Passkey(models.Model):
    """A key pair of a person's device or password manager (WebAuthn, level 3); the public half.

    `handle` stands for the person on their devices: random, the same for all their passkeys.
    `sign_count` only grows; 0 for authenticators that do not count.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey("portal.User", models.PROTECT, related_name="passkeys")
    handle = models.BinaryField()
    credential_id = models.BinaryField(unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    name = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class PasskeyChallenge(models.Model):
    """What one ceremony must sign, kept until it is answered or over. `user`: the only person who
    may answer; null: whoever signs in. `handle`: of the passkey that is being registered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    challenge = models.BinaryField()
    purpose = models.CharField(max_length=120)
    user = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    handle = models.BinaryField(null=True)
    expires_at = models.DateTimeField()
