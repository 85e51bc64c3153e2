import uuid

from django.db import models


class ShownProof(models.Model):
    """That a person has shown anew, at their company's sign-in or with a passkey, that it is them:
    good for one act of one purpose, in the session that it was shown in, for some minutes. Real
    time. `session`: the handle, which opens nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person_id = models.UUIDField()
    session = models.CharField(max_length=32)
    purpose = models.CharField(max_length=100)
    expires_at = models.DateTimeField()

    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "session", "purpose"], name="one_proof_a_purpose"
            )
        ]
