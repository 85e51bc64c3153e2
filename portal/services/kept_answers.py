"""Answers that are kept for repeats of the same request: a day of real time, by the database's
clock. Inside the transaction of the request: what is undone is not kept."""

import uuid
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from portal import tenancy
from portal.errors import NotNow, Refused
from portal.models import KeptAnswer, KeptPlatformAnswer
from portal.services import customers

HOURS = 24
ADD = (
    "INSERT INTO {table} (id, {owner} api_key_id, route, word, fingerprint, status, content,"
    " made_at) VALUES (%(id)s, {customer} %(key)s, %(route)s, %(word)s, %(fingerprint)s, 0, '',"
    " clock_timestamp()) ON CONFLICT DO NOTHING"
)
OVER = "made_at < clock_timestamp() - make_interval(hours => %(hours)s)"
SWEEP = "DELETE FROM {table} WHERE {over}"
FORGET = "DELETE FROM {table} WHERE api_key_id = %(key)s AND {over}"


class AnotherRequest(Refused):
    """The same Idempotency-Key came before with something else: neither is done again."""

    code = "idempotency-key-reused"


def begin(
    key: Any, *, route: str, word: str, fingerprint: bytes
) -> tuple[Any, KeptAnswer | KeptPlatformAnswer | None]:
    """A place for the answer that is to come, or the answer that was given: (id, None) or
    (id, answer). While the first of several is at it, the others wait here until it is done; if it
    failed, and so changed nothing, the next one is the first.

    Raises AnotherRequest if the same word was sent with something else.
    """
    model: Any = KeptAnswer if tenancy.acting() else KeptPlatformAnswer
    given = {
        "id": uuid.uuid4(), "key": key.pk, "route": route, "word": word,
        "fingerprint": fingerprint, "hours": HOURS,
        "customer": tenancy.current_customer_id() if tenancy.acting() else None,
    }  # fmt: skip
    if _took_place(model, given):
        return given["id"], None
    found = model.objects.filter(api_key=key, route=route, word=word).first()
    if found is None:  # swept at this very moment
        raise NotNow(_("The answer that was kept is gone."), remedy=_("Send the request again."))
    if bytes(found.fingerprint) != fingerprint:
        raise AnotherRequest(
            _("This Idempotency-Key was sent before, with another request."),
            remedy=_("Give every request a key of its own, and repeat it as it was."),
        )
    return found.pk, found


def keep(pk: Any, *, status: int, content: str) -> None:
    model: Any = KeptAnswer if tenancy.acting() else KeptPlatformAnswer
    model.objects.filter(pk=pk).update(status=status, content=content)


def forget_old() -> int:
    """Every customer's answers that are older than a day; returns how many."""
    gone = 0
    for customer_id in customers.every_id():
        with tenancy.transaction(customer_id):
            gone += _forget(KeptAnswer)
    return gone + _forget(KeptPlatformAnswer)


def _forget(model: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(SWEEP.format(table=model._meta.db_table, over=OVER), {"hours": HOURS})
        return cursor.rowcount


def _took_place(model: Any, given: dict[str, Any]) -> bool:
    table, owned = model._meta.db_table, model is KeptAnswer
    add = ADD.format(table=table, owner="customer_id," * owned, customer="%(customer)s," * owned)
    with connection.cursor() as cursor:
        cursor.execute(FORGET.format(table=table, over=OVER), given)
        cursor.execute(add, given)
        return cursor.rowcount == 1
