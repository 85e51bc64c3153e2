"""*Back up now*: what a person asks for and a task does."""

import uuid
from typing import Any

from appliances.events import Event
from appliances.models import Appliance, Backup
from appliances.services import backups, remote
from portal import audit, tenancy
from portal.models import User


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
