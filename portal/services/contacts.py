"""Contacts: whom the vendor tells at a customer. Somebody may be one without an account."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal import audit, permissions, tenancy, times
from portal.errors import Refused
from portal.models import Contact, Membership, User

FIELDS = frozenset({"name", "email", "phone", "language", "zone", "rank", "site_ids"})
LAST_RANK = 99
DECIDES = frozenset({Membership.Role.APPROVER, Membership.Role.ADMINISTRATOR})


class BadContact(Refused):
    code = "contact-not-possible"


def make(
    *, name: str, email: str = "", phone: str = "", language: str = "en", zone: str = "UTC",
    rank: int = 1, site_ids: list[uuid.UUID] | None = None, by: Any, at: datetime,
) -> Contact:  # fmt: skip
    """Write down a contact of the current customer. One whose address is a member's is that
    person: only then a link may decide (system.md §8). Raises BadContact."""
    _within_own_sites(by, site_ids)
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
    _within_own_sites(by, contact.site_ids, values.get("site_ids", contact.site_ids))
    before = _facts(contact)
    _fill(contact, **values)
    after = _facts(contact)
    if after != before:
        if after["email"] != before["email"]:
            contact.bounced_at = None
        contact.save()
        audit.record("contact.changed", contact, by=by, at=at, data={"before": before, **after})
    return contact


def end(contact: Contact, *, by: Any, at: datetime) -> Contact:
    """They are told of nothing any more; what was said to them stays in the ledger."""
    _within_own_sites(by, contact.site_ids)
    contact.ended_at = at
    contact.save()
    audit.record("contact.ended", contact, by=by, at=at, data=_facts(contact))
    return contact


def came_back(contact: Contact, *, at: datetime) -> None:
    """A mail to this address came back, or the server knows nobody there: the next is told."""
    contact.bounced_at = at
    contact.save(update_fields=["bounced_at"])
    audit.record("contact.bounced", contact, at=at, data={"email": contact.email})


def of_site(site_id: uuid.UUID, *, at: datetime) -> list[Contact]:
    """The site's contacts in the order in which they are told. A customer that has none at all is
    told through its approvers: they become its contacts."""
    known = Contact.objects.told().select_related("user").in_order()
    if not known.exists():
        _from_approvers(at)
    return [contact for contact in known.all() if contact.is_for(site_id)]


def seen(rows: Any, own: list[uuid.UUID] | None) -> Any:
    """Of some contacts those that whoever sees these sites alone may know (None: every site)."""
    return rows if own is None else rows.filter(Q(site_ids=None) | Q(site_ids__overlap=own))


def may_decide(contact: Contact, site_id: uuid.UUID) -> bool:
    """Whether a link may let this contact approve: their account may, at this site, and the mail
    goes to that account's own address."""
    user = contact.user
    return (
        user is not None
        and user.is_active
        and user.email == contact.email
        and not user.is_staff
        and permissions.may(user, "job.approve", site_id=site_id)
    )


def _from_approvers(at: datetime) -> None:
    members = Membership.objects.filter(role__in=DECIDES, gets_mail=True, user__is_active=True)
    for rank, member in enumerate(members.select_related("user").order_by("user__email"), start=1):
        user = member.user
        make(
            by=None, at=at, name=str(user), email=user.email, language=user.language,
            zone=user.zone, rank=min(rank, LAST_RANK), site_ids=member.site_ids,
        )  # fmt: skip


def _within_own_sites(by: Any, *given: list[uuid.UUID] | None) -> None:
    """Who sees some sites alone decides for nobody about others."""
    own = permissions.visible_sites(by) if isinstance(by, User) else None
    if own is not None and any(sites is None or not set(sites) <= set(own) for sites in given):
        raise BadContact(
            _("You see some sites alone, and decide for nobody about others."),
            remedy=_("Ask an administrator who sees every site."),
        )


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
