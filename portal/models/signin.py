import uuid

from django.db import models


class OneTimeLink(models.Model):
    """A link that may be used once: the first administrator's, a person's first password.

    Only the SHA-256 of its token is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.BinaryField(unique=True)
    purpose = models.CharField(max_length=40)
    user = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class SignInTry(models.Model):
    """Failed sign-ins, counted by address and by person, in PostgreSQL so that the limit holds
    for every web process and while Redis is away. Real time, by the database's clock."""

    key = models.CharField(max_length=120, primary_key=True)
    failures = models.IntegerField(default=0)
    since = models.DateTimeField()
