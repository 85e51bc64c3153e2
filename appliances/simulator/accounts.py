"""Who may call an appliance's APIs: API accounts with tokens, and users of the old way."""

import base64
import binascii
import hmac
import ipaddress
import secrets
import string

from appliances.simulator import faults, versions
from appliances.simulator.park import Park
from appliances.simulator.refusals import Unknown

LETTERS = string.ascii_letters + string.digits


class NotAllowed(Exception):
    """A token request or a call is turned away; `error` is the vendor's word for it."""

    def __init__(self, error: str, message: str, status: int = 401):
        super().__init__(message)
        self.error, self.message, self.status = error, message, status


def credentials(authorization: str) -> tuple[str, str]:
    """Client id and secret of a Basic header; empty when there is none that can be read."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        client_id, _, secret = base64.b64decode(rest, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return client_id, secret


def issue(park: Park, appliance: dict, client_id: str, secret: str, address: str) -> dict:
    """A token of 40 characters; the 31st kills the oldest. Raises NotAllowed."""
    account = next((row for row in appliance["accounts"] if row["client_id"] == client_id), None)
    if account is None or faults.take(appliance, "token_refused"):
        raise NotAllowed("invalid_client", "Client authentication failed")
    now = park.now(appliance)
    if (account["failed_login_expiration"] or 0) > now:
        raise NotAllowed("invalid_client", "The account is locked after failed attempts")
    if not _same(account["client_secret"], secret):
        account["failed_login_attempts"] += 1
        if account["failed_login_attempts"] >= park.settings.lockout_after:
            account["failed_login_expiration"] = now + park.settings.lockout_seconds
        park.touch(appliance)
        raise NotAllowed("invalid_client", "Client authentication failed")
    _usable(appliance, account, address, "unauthorized_client")
    account |= {"failed_login_attempts": 0, "failed_login_expiration": None}
    token = "".join(secrets.choice(LETTERS) for _ in range(40))
    real = park.real_time()
    kept = [row for row in appliance["tokens"].get(client_id, []) if row[1] > real]
    kept.append([token, real + park.settings.token_seconds])
    appliance["tokens"][client_id] = kept[-park.settings.token_cap :]
    park.touch(appliance)
    return {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": park.settings.token_seconds,
    }


def bearer(park: Park, appliance: dict, authorization: str, address: str) -> dict:
    """The account behind a bearer token. Raises NotAllowed (401, access_denied)."""
    scheme, _, given = authorization.partition(" ")
    real = park.real_time()
    if scheme.lower() == "bearer" and not faults.take(appliance, "unauthorized"):
        for client_id, rows in appliance["tokens"].items():
            if any(token == given.strip() and ends > real for token, ends in rows):
                account = next(r for r in appliance["accounts"] if r["client_id"] == client_id)
                _usable(appliance, account, address, "access_denied")
                return account
    raise NotAllowed("access_denied", "The resource owner or server denied the request.")


def _usable(appliance: dict, account: dict, address: str, error: str) -> None:
    if not account["enabled"] or faults.take(appliance, "account_disabled"):
        raise NotAllowed(error, "The account is disabled")
    networks = account["ip_addresses"].replace(",", " ").split()
    source = ipaddress.ip_address(address)
    if networks and not any(source in ipaddress.ip_network(n, strict=False) for n in networks):
        raise NotAllowed(error, "The account may not be used from this address")


def user(park: Park, appliance: dict, fields: dict, *, until: str) -> dict | None:
    """The user of the old way (username and password on each call), or None."""
    if not versions.up_to(appliance["product"], until):
        return None
    for row in appliance["users"]:
        same = _same(row["password"], fields.get("password", ""))
        if row["username"] == fields.get("username") and same and row["enabled"]:
            return row
    return None


def _same(kept: str, given: str) -> bool:
    return hmac.compare_digest(kept.encode(), given.encode())


def has(appliance: dict, account: dict, permission: str) -> object:
    """The permission's value; a fault may take it away."""
    if faults.peek(appliance, "permission_missing") in (True, permission):
        faults.take(appliance, "permission_missing")
        return "deny" if permission == "perm_command" else False
    return account[permission]


def regenerate(park: Park, appliance: dict, client_id: str) -> dict:
    """A new secret; every token of the account dies. The secret is shown this once."""
    rows = appliance["accounts"]
    account = next((row for row in rows if client_id in ("", row["client_id"])), None)
    if account is None:
        raise Unknown(f"There is no account {client_id!r}.")
    account["client_secret"] = base64.b64encode(secrets.token_bytes(32)).decode()
    appliance["tokens"].pop(account["client_id"], None)
    park.effect(appliance, "regenerate_secret", client_id=account["client_id"])
    return {"client_id": account["client_id"], "client_secret": account["client_secret"]}
