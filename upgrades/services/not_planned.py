"""What a person typed cannot be right: it is not what the plan counts on."""

from portal.errors import Refused


class NotAsPlanned(Refused):
    """What was read on an appliance is not what the plan counts on."""

    code = "not-as-planned"
