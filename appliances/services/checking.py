"""*Check now* and *Back up now*: what a person asks for and a task does."""

import uuid
from typing import Any

from appliances.events import Event
from appliances.models import Appliance, Backup, ReadinessCheck, Site
from appliances.services import backups, readiness, remote
from portal import audit, tenancy
from portal.models import User


def check(customer_id: Any, site_id: Any, *, by_id: Any = None) -> list[ReadinessCheck]:
    """Read what we know, ask every appliance, write the answers. Opens its own transactions."""
    with tenancy.transaction(_id(customer_id)):
        site, by = Site.objects.get(pk=site_id), _person(by_id)
        asked = readiness.question(site)
    findings = readiness.ask(asked)
    with tenancy.transaction(_id(customer_id)):
        return readiness.record(site, findings, by=by)


def back_up(customer_id: Any, appliance_id: Any, *, by_id: Any = None) -> Backup | None:
    """Fetch a backup; trouble with the appliance is written to the audit trail, not raised."""
    with tenancy.transaction(_id(customer_id)):
        box, by = Appliance.objects.get(pk=appliance_id), _person(by_id)
    try:
        return backups.fetch(box, _id(customer_id), by=by)
    except remote.Trouble as trouble:
        with tenancy.transaction(_id(customer_id)):
            audit.record(Event.BACKUP_FAILED, box, by=by, data={"detail": trouble.detail})
        return None


def _person(by_id: Any) -> User | None:
    return User.objects.filter(pk=by_id).first() if by_id else None


def _id(value: Any) -> uuid.UUID:
    """Tasks carry ids as texts."""
    return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
