"""The door of every API with a token: the rate limit, the account, its permissions."""

from dataclasses import dataclass

from appliances.simulator import accounts, faults, oauth
from appliances.simulator.messages import Request, Response, as_json
from appliances.simulator.park import Park

DAY = 24 * 3600.0


@dataclass
class Caller:
    """Who calls: an account, or a user of the old way; and the rate headers of the answer."""

    account: dict | None
    user: dict | None
    headers: dict[str, str]


def enter(
    park: Park, request: Request, appliance: dict, *, old_until: str = ""
) -> Caller | Response:
    """A caller who may come in, or the answer that turns them away.

    `old_until` names the setting up to which username and password on the call are accepted.
    """
    if faults.take(appliance, "rate_limited", request.path) is not None:
        return oauth.too_many(park)
    fields = request.fields()
    if old_until and "username" in fields:
        bound = appliance["dialect"].get(old_until) or getattr(park.settings, old_until)
        user = accounts.user(park, appliance, fields, until=bound)
        return _counted(park, appliance, fields["username"], Caller(None, user, {}))
    if not oauth.speaks(park, appliance, "oauth_from"):
        return _counted(park, appliance, request.address, Caller(None, None, {}))
    try:
        authorization = request.headers.get("authorization", "")
        account = accounts.bearer(park, appliance, authorization, request.address)
    except accounts.NotAllowed as refusal:
        return as_json({"error": refusal.error, "message": refusal.message}, refusal.status)
    return _counted(park, appliance, account["client_id"], Caller(account, None, {}))


def _counted(park: Park, appliance: dict, who: str, caller: Caller) -> Caller | Response:
    key = (appliance["hostname"], who)
    allowed, caller.headers = park.limits.count(key, park.real_time(), park.settings)
    return caller if allowed else oauth.too_many(park)


def guid(appliance: dict, request: Request) -> str:
    """The GUID answered; a fault may put another one behind the public name."""
    if request.target == appliance["public_name"]:
        wrong = faults.take(appliance, "wrong_guid", request.path)
        if wrong is not None:
            return wrong if isinstance(wrong, str) else "f" * 32
    return appliance["guid"]


def own_time(park: Park, appliance: dict) -> float:
    """What the appliance's own clock shows."""
    skew = faults.peek(appliance, "clock_skew")
    return park.now(appliance) + appliance["clock_offset"] + float(skew or 0)


def last_sync(park: Park, appliance: dict) -> float | None:
    """When the data crossed last: by hand, or by the schedule that every pair has (once a day)."""
    at, stale = appliance["last_sync_at"], faults.peek(appliance, "stale_sync")
    if at is None:
        return None
    if stale is not None:
        return at - float(stale) * 3600
    days = max(0.0, park.now(appliance) - at) // DAY if _syncs_by_itself(park, appliance) else 0.0
    return at + days * DAY


def _syncs_by_itself(park: Park, appliance: dict) -> bool:
    """The peer stands, runs the same product, and the last sync went well."""
    peer = park.appliances.get(appliance["peer"] or "")
    level = peer is not None and peer["product"] == appliance["product"]
    return level and "completed" in appliance["last_sync_status"]


def role(park: Park, appliance: dict) -> str:
    """In the second half of a swap with a data sync both of a pair say backup."""
    operation = appliance["operation"] or {}
    if operation.get("kind") == "swap":
        half = (operation["begins_at"] + operation["ends_at"]) / 2
        return "backup" if park.real_time() >= half else appliance["failover_role"]
    return appliance["failover_role"]
