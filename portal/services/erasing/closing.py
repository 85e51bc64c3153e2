"""The end of an erasure: names out of the trails, the customer's row a shell, the receipt written.

The customer's chain is made anew over events without names, some thousand in a transaction, and its
old newest hash is kept. The last of them, the platform's own trail, which seals both, and the rest
are one transaction (portal/migrations/0024, 0027).
"""

import json
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection

from portal import audit
from portal.models import Customer, Erasure
from portal.services import customers

NOBODY = "…"


def close(erasure: Erasure, at: datetime) -> None:
    """What is left once no name stands in the trail: the platform's own, the customer's shell, and
    the receipt. The erasure is over."""
    aliases = erasure.aliases
    seal = _names_of_platform(erasure, aliases, codes())
    erasure.events, erasure.head, erasure.old_head = (
        erasure.renamed, erasure.link, erasure.old_link,
    )  # fmt: skip
    shell = _make_shell()
    erasure.finish(at=at)
    for row in [erasure, *Erasure.objects.exclude(pk=erasure.pk)]:
        _take_names(row, shell, aliases)
        row.save()
    seals = {
        "events": erasure.events, "old_head": bytes(erasure.old_head or b"").hex(),
        "head": bytes(erasure.head or b"").hex(),
    }  # fmt: skip
    audit.record("customer.erased", erasure, at=at, data=seals)
    audit.record_platform(
        "customer.erased", erasure, at=at, data={**seals, "seal": seal},
        about_customer=erasure.customer_id,
    )  # fmt: skip


def codes() -> list[str]:
    """The words that are codes of ours, and so name nobody: states, kinds, roles, languages."""
    known = {code for code, _name in settings.LANGUAGES}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            known |= {str(code) for code, _name in field.flatchoices or ()}
    return sorted(known - {""})


def replace_names(erasure: Erasure, *, most: int) -> bool:
    """The names of the next `most` events of the trail, whose chain is made anew over what is left;
    whether that was all. New events come after, also meanwhile."""
    if not erasure.renamed:
        erasure.aliases = _asked("SELECT door_erase_aliases(%s)", [erasure.customer_id])
    found = _asked(
        "SELECT door_erase_names(%s, %s, %s, %s, %s, %s)",
        [
            erasure.customer_id, codes(), json.dumps(erasure.aliases), erasure.renamed,
            erasure.link or b"", most,
        ],
    )  # fmt: skip
    if found["events"] > erasure.renamed:
        erasure.renamed, erasure.link = found["events"], bytes.fromhex(found["head"])
        erasure.old_link = bytes.fromhex(found["old_head"])
    return bool(found["whole"])


def _asked(statement: str, values: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchone()[0]
    return json.loads(found) if isinstance(found, str) else found


def _names_of_platform(erasure: Erasure, aliases: dict[str, Any], words: list[str]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT door_erase_platform_names(%s, %s, %s)",
            [erasure.customer_id, json.dumps(aliases), words],
        )
        seal: str = cursor.fetchone()[0]
    return seal


def _make_shell() -> str:
    """What stays of the customer's own row: an id that trail and receipt refer to. Its new name."""
    customer = customers.current()
    name = f"erased-{customer.pk.hex[:8]}"
    Customer.objects.filter(pk=customer.pk).update(
        name=name, slug=f"erased-{customer.pk.hex}", tags=[], account_manager=None, language="en",
        zone="UTC",
    )  # fmt: skip
    return name


def _take_names(row: Erasure, shell: str, aliases: dict[str, Any]) -> None:
    """The people of the customer stand in the receipt as the trail now names them."""
    row.customer_name, row.reason = shell, ""
    for who in ("asked_by", "confirmed_by"):
        if alias := aliases.get(str(getattr(row, f"{who}_id"))):
            setattr(row, f"{who}_name", alias["name"])
            if not alias["name"].startswith("support "):
                setattr(row, f"{who}_id", None)
        elif getattr(row, f"{who}_id"):
            setattr(row, f"{who}_name", NOBODY)
    if row.taken_back_by_name:
        row.taken_back_by_name = NOBODY
    row.told_ids, row.person_ids, row.gone_ids, row.aliases = [], [], [], {}
    row.link = row.old_link = None
