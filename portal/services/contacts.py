"""Contacts: whom the vendor tells at a customer. Somebody may be one without an account."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from portal import audit, tenancy, times
from portal.errors import Refused
from portal.models import Contact, Membership

FIELDS = frozenset({"name", "email", "phone", "language", "zone", "rank", "site_ids"})
LAST_RANK = 99


class BadContact(Refused):
    code = "contact-not-possible"


def make(
    *, name: str, email: str = "", phone: str = "", language: str = "en", zone: str = "UTC",
    rank: int = 1, site_ids: list[uuid.UUID] | None = None, by: Any, at: datetime,
) -> Contact:  # fmt: skip
    """Write down a contact of the current customer. One whose address is a member's is that
    person: only then a link may decide (system.md §8). Raises BadContact."""
    contact = Contact(customer_id=tenancy.current_customer_id())
    _fill(
        contact, name=name, email=email, phone=phone, language=language, zone=zone, rank=rank,
        site_ids=site_ids,
    )  # fmt: skip
    contact.save(force_insert=True)
    audit.record("contact.made", contact, by=by, at=at, data=_facts(contact))
    return contact


def change(contact: Contact, *, by: Any, at: datetime, **values: Any) -> Contact:
    """Change what is given. A new address has not bounced yet. Raises BadContact."""
    if strange := set(values) - FIELDS:
        raise TypeError(f"not to be changed here: {sorted(strange)}")
    before = _facts(contact)
    _fill(contact, **values)
    after = _facts(contact)
    if after != before:
        if after["email"] != before["email"]:
            contact.bounced_at = None
        contact.save()
        audit.record("contact.changed", contact, by=by, at=at, data={"before": before, **after})
    return contact


def _fill(contact: Contact, **values: Any) -> None:
    for name, value in values.items():
        setattr(contact, name, _plain(value) if isinstance(value, str) else value)
    contact.email = contact.email.lower()
    if found := _refusals(contact):
        raise BadContact(" ".join(map(str, found.values())), fields=found)
    contact.user_id = _member_of(contact.email)


def _refusals(contact: Contact) -> dict[str, object]:
    """What is wrong, by the name of the input."""
    found: dict[str, object] = {}
    if not contact.name or len(contact.name) > 120:
        found["name"] = _("A contact has a name of at most 120 characters.")
    if contact.email and not _is_address(contact.email):
        found["email"] = _("This is not an e-mail address.")
    if len(contact.phone) > 40:
        found["phone"] = _("A telephone number has at most 40 characters.")
    if contact.language not in dict(settings.LANGUAGES):
        found["language"] = _("Choose one of the portal’s languages: en, fr or tr.")
    if contact.zone not in times.zones():
        found["zone"] = _("Choose a time zone such as Europe/Istanbul.")
    if not 1 <= contact.rank <= LAST_RANK:
        found["rank"] = _("The place in the order is a number from 1 to 99.")
    return found


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def _member_of(email: str) -> uuid.UUID | None:
    """The member of the current customer who has this address."""
    if not email:
        return None
    member = Membership.objects.filter(user__email=email, user__is_active=True).first()
    return member.user_id if member else None


def _facts(contact: Contact) -> dict[str, Any]:
    sites = contact.site_ids
    return {
        "name": contact.name, "email": contact.email, "phone": contact.phone,
        "language": contact.language, "zone": contact.zone, "rank": contact.rank,
        "sites": None if sites is None else [str(site) for site in sites],
    }  # fmt: skip


def _plain(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable()).strip()
