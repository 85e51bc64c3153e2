"""API accounts of appliances: stored sealed, used by remote.py, never shown again."""

from typing import Any

from django.utils.translation import gettext as _

from appliances.events import Event
from appliances.models import Appliance
from portal import audit, secrets
from portal.errors import Refused


class NoSecret(Refused):
    code = "no-secret"


def store(appliance: Appliance, *, account: str, secret: str, auth: str, by: Any) -> Appliance:
    """Keep an API account (its client id and secret), or user name and password of the old way."""
    if not account.strip() or not secret:
        raise NoSecret(
            _("An API account has an identifier and a secret: both are needed."),
            fields={"account": account.strip() and "" or _("Missing.")},
        )
    context = secrets.context_of(appliance, "secret")
    appliance.client_id, appliance.auth = account.strip(), auth
    appliance.secret, appliance.secret_key_id = secrets.seal(secret, context=context)
    appliance.save(update_fields=["client_id", "auth", "secret", "secret_key_id"])
    data = {"account": appliance.client_id, "auth": auth}
    audit.record(Event.CREDENTIALS_STORED, appliance, by=by, data=data)
    return appliance


def remove(appliance: Appliance, *, by: Any) -> Appliance:
    """Forget the account; the portal cannot ask this appliance any more."""
    appliance.client_id, appliance.secret, appliance.secret_key_id = "", None, ""
    appliance.save(update_fields=["client_id", "secret", "secret_key_id"])
    audit.record(Event.CREDENTIALS_REMOVED, appliance, by=by)
    return appliance
