"""The outbox: messages are written in the transaction that caused them, and sent after commit."""

import hashlib
import uuid
from collections.abc import Collection
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings

from portal import own_clock, rehearsing, tenancy
from portal.background import enqueue
from portal.models import Contact, Membership, Message, User
from portal.services import customers, letters
from portal.services.delivery import FRESH_LINK, PURPOSES, late, send_due

__all__ = ["late", "people_of", "send_due", "support_people", "write", "write_all"]


def write(
    kind: str,
    *,
    to: User | Contact | str,
    about: Any,
    key: str,
    context: dict[str, Any],
    at: datetime,
    job: Any = None,
    send_at: datetime | None = None,
    link_id: uuid.UUID | None = None,
    calendars: Collection[str] = (),
    asks: tuple[uuid.UUID, str] | None = None,
) -> Message | None:
    """Write one message inside the current customer's transaction; None if it was written before.

    `kind` names the templates; `to` is a person, a contact with an address, or a bare address (then
    in the customer's language and zone); `key` names the fact (kind, key and recipient make the
    message unique); `context` holds plain values, instants and lengths of time, and `site_zone` if
    times of a site are told; `job` puts it in that job's ledger in place of `about`'s. It leaves at
    `send_at`. `link_id` is of the secret link that stands in for FRESH_LINK when it leaves;
    `calendars` are texts of iCalendar that are attached; `asks` is the row that decides whether it
    is still true when it leaves, and its mark (`still_true`). A rehearsal writes to nobody.
    """
    if rehearsing.twin():
        return None
    customer = customers.current()
    reader: Any = customer if isinstance(to, str) else to
    person = reader if isinstance(reader, User) else getattr(reader, "user", None)
    zone = reader.zone
    known = {"customer": customer.name, "slug": customer.slug, **context}
    if kind in PURPOSES or link_id:
        known["link"] = FRESH_LINK
    name = "" if isinstance(to, str) else to.name
    known |= {"name": name, "staff": bool(person and person.is_staff)}
    letter = letters.render(
        kind,
        language=reader.language,
        zone=zone,
        site_zone=str(context.get("site_zone") or zone),
        context=known,
    )
    ledger = job if job is not None else about
    return _keep(
        Message(
            customer_id=tenancy.current_customer_id(),
            kind=kind,
            dedupe_key=_unique(kind, key, to.lower() if isinstance(to, str) else str(to.pk)),
            recipient=person,
            contact=to if isinstance(to, Contact) else None,
            address=to if isinstance(to, str) else to.email,
            link_id=link_id,
            calendars=list(calendars),
            language=reader.language,
            zone=zone,
            subject=letter.subject,
            body_text=letter.text,
            body_html=letter.html,
            message_id=_message_id(),
            about_type=ledger._meta.label_lower,
            about_id=ledger.pk,
            asks_id=asks[0] if asks else None,
            asks_mark=asks[1] if asks else "",
            next_at=send_at or at,
            written_at=at,
        )
    )


def write_all(kind: str, *, to: Collection[User], **values: Any) -> list[Message]:
    """The same to several people, each in their own language; those written now."""
    return [message for user in to if (message := write(kind, to=user, **values))]


def _keep(message: Message) -> Message | None:
    """Insert unless this fact was told to this person already."""
    Message.objects.bulk_create([message], ignore_conflicts=True)
    if not Message.objects.filter(pk=message.pk).exists():
        return None
    enqueue("portal.send_due_mail")
    return message


def _unique(kind: str, key: str, recipient: str) -> str:
    plain = f"{kind}:{key}:{recipient}"
    return plain if len(plain) <= 200 else hashlib.sha256(plain.encode()).hexdigest()


def _message_id() -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{uuid.uuid4().hex}@{domain}>"


def people_of(site: Any = None, *, roles: Collection[str]) -> list[User]:
    """The current customer's people with one of these roles who get mail (and see the site)."""
    members = Membership.objects.filter(
        role__in=list(roles), gets_mail=True, user__is_active=True
    ).select_related("user")
    return [
        member.user
        for member in members.order_by("user__email")
        if site is None or member.sees_site(site.pk)
    ]


def support_people(roles: Collection[str] | None = None) -> list[User]:
    """The vendor's active staff: all, or those with one of these roles. Nobody, while this code
    acts for a sandbox: support attends none."""
    if tenancy.acting() and own_clock.may_differ(tenancy.current_customer_id()):
        return []
    wanted = list(roles or [role for role in User.StaffRole.values if role])
    return list(User.objects.filter(staff_role__in=wanted, is_active=True).order_by("email"))
