"""Plans whose goal is given: new hardware, and the repair of what a job left."""

from rest_framework import serializers

from portal.api.bases import Body
from portal.api.fields import Instant
from upgrades.procedures import METHODS


class FixedWish(Body):
    """How packages reach the appliances; where the site goes follows from what is asked."""

    method = serializers.ChoiceField(sorted(METHODS), default="automatic")


class FixedPreview(FixedWish):
    earliest = Instant(required=False, help_text="The windows lie after it.")
