"""A living key with its person, in the one statement that every call of the API begins with.

Nothing of it is kept in the process: what is revoked, has expired or was disabled ends at once.
"""

from typing import Any

from portal import prepared
from portal.models import ApiKey, User


def _columns(model: Any) -> str:
    table = model._meta.db_table
    return ", ".join(f"{table}.{column.column}" for column in model._meta.concrete_fields)


ALIVE = (
    f"SELECT {_columns(ApiKey)}, {_columns(User)},"  # noqa: S608 (names of ours alone)
    " coalesce(last_used_at < clock_timestamp() - interval '1 minute', true)"
    " FROM portal_apikey JOIN portal_user ON portal_user.id = portal_apikey.user_id"
    " WHERE digest = %(digest)s AND revoked_at IS NULL AND expires_at > clock_timestamp()"
)
USED = (
    "UPDATE portal_apikey SET last_used_at = clock_timestamp() WHERE id = %(key)s"
    " AND (last_used_at IS NULL OR last_used_at < clock_timestamp() - interval '1 minute')"
)


def living(digest: bytes) -> tuple[ApiKey | None, bool]:
    """The key, `user` with it, and whether its use is to be noted; None if it opens nothing."""
    row: Any = prepared.run(ALIVE, {"digest": digest}).fetchone()
    if row is None:
        return None, False
    of_key, of_user = _names(ApiKey), _names(User)
    key: ApiKey = ApiKey.from_db("default", of_key, row[: len(of_key)])
    key.user = User.from_db("default", of_user, row[len(of_key) : -1])
    return key, row[-1]


def note_use(key: ApiKey) -> None:
    """At most once a minute, whoever else does so at the same time."""
    prepared.run(USED, {"key": key.pk})


def _names(model: Any) -> list[str]:
    return [column.attname for column in model._meta.concrete_fields]
