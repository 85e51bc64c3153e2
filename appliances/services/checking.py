"""*Check now*: the readiness of a site, asked by a task and written down."""

import uuid
from typing import Any

from appliances.models import ReadinessCheck, Site
from appliances.services import readiness
from portal import tenancy
from portal.models import User


def check(customer_id: Any, site_id: Any, *, by_id: Any = None) -> list[ReadinessCheck]:
    """Read what we know, ask every appliance, write the answers. Opens its own transactions."""
    with tenancy.transaction(_id(customer_id)):
        site = Site.objects.get(pk=site_id)
        asked = readiness.question(site)
        by = User.objects.filter(pk=by_id).first() if by_id else None
    findings = readiness.ask(asked)
    with tenancy.transaction(_id(customer_id)):
        return readiness.record(site, findings, by=by)


def _id(value: Any) -> uuid.UUID:
    """Tasks carry ids as texts."""
    return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
