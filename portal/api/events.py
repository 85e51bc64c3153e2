"""Facts of the audit trail, as lists and as a job's numbered events show them."""

from rest_framework import serializers

from portal.api.bases import Answer
from portal.api.fields import Instant
from portal.audit import Actor


class ActorAnswer(Answer):
    kind = serializers.ChoiceField([actor.value for actor in Actor], source="actor_kind")
    id = serializers.UUIDField(source="actor_id", allow_null=True)
    name = serializers.CharField(source="actor_name")


class EventAnswer(Answer):
    """One fact. `number` is its place in the customer's chain: it only grows."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    at = Instant()
    name = serializers.CharField(help_text="noun.past, such as job.approved")
    subject_type = serializers.CharField()
    subject_id = serializers.UUIDField()
    job_id = serializers.UUIDField(allow_null=True)
    actor = ActorAnswer(source="*")
    data = serializers.JSONField()
