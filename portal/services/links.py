"""Links that may be used once: a first password, a new one, the first administrator's.

Only the SHA-256 of a token (256 bits) is kept. Opening the page uses nothing up, since mail
scanners open links; sending its form does. Lives are real time, by the database's clock.
"""

import hashlib
import secrets
import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth import password_validation
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from portal import audit, egress
from portal.errors import Refused
from portal.models import OneTimeLink, User
from portal.services import breaches, own_letters, sessions

PASSWORD, INVITATION, FIRST_ADMINISTRATOR = "password", "invitation", "first-administrator"
MINUTES = {PASSWORD: 30, INVITATION: 30, FIRST_ADMINISTRATOR: 24 * 60}

ADD = (
    "INSERT INTO portal_onetimelink (id, digest, purpose, user_id, expires_at)"
    " VALUES (%s, %s, %s, %s, clock_timestamp() + make_interval(mins => %s))"
)
USE = (
    "UPDATE portal_onetimelink SET used_at = clock_timestamp()"
    " WHERE digest = %s AND used_at IS NULL AND expires_at > clock_timestamp() RETURNING id"
)
VOID = "UPDATE portal_onetimelink SET used_at = clock_timestamp() WHERE used_at IS NULL AND"


class LinkIsOver(Refused):
    code = "link-is-over"


class AddressTaken(Refused):
    code = "address-taken"


def issue(purpose: str, *, user: User | None) -> str:
    """Make a link and return its address; earlier ones of this person end with it.

    Without a person it is the first administrator's, who names themselves on its page.
    """
    token = secrets.token_urlsafe(32)
    with transaction.atomic(), connection.cursor() as cursor:
        if user is None:
            cursor.execute(f"{VOID} user_id IS NULL AND purpose = %s", [purpose])
        else:
            cursor.execute(f"{VOID} user_id = %s", [user.pk])
        person = user.pk if user else None
        row = [uuid.uuid4(), _digest(token), purpose, person, MINUTES[purpose]]
        cursor.execute(ADD, row)
    return settings.PUBLIC_URL + reverse("portal:one-time-link", args=[token])


def find(token: str) -> OneTimeLink:
    """The living link behind a token. Raises LinkIsOver."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now = cursor.fetchone()[0]
    alive = OneTimeLink.objects.select_related("user").filter(
        digest=_digest(token), used_at=None, expires_at__gt=now
    )
    link = alive.first()
    if link is None or (link.user is not None and not link.user.is_active):
        raise LinkIsOver(
            _("This link was used before, or its time is over."),
            remedy=_("Ask for a new one on the sign-in page."),
        )
    return link


@sensitive_variables("password", "token")
def use(
    token: str, *, name: str, email: str, password: str, guard: egress.Guard | None = None
) -> User:
    """Set a person's name and password with a link, which ends with it.

    `email` counts only for the first administrator. Raises LinkIsOver, and ValidationError for
    a weak password. The person's other sessions end, since their password changed, and a mail tells
    them.
    """
    find(token)
    breaches.demand_unknown(password, guard=guard)  # a call: before the transaction
    with transaction.atomic():
        link = find(token)
        user = link.user or _first_administrator(email)
        had_one = bool(user.password) and user.has_usable_password()
        user.name = name.strip()
        password_validation.validate_password(password, user)
        user.set_password(password)
        with connection.cursor() as cursor:
            cursor.execute(USE, [_digest(token)])
            if cursor.fetchone() is None:
                raise LinkIsOver(_("This link was used before, or its time is over."))
        first = link.user is None
        user.save()
        sessions.end_all(user)
        if had_one:
            own_letters.write(own_letters.PASSWORD_CHANGED, user)
        if first:
            audit.record_platform(
                "staff.made", user, by=user,
                data={"email": user.email, "role": str(user.staff_role), "first": True},
            )  # fmt: skip
    return user


def _first_administrator(email: str) -> User:
    address = email.strip().lower()
    user = User.objects.filter(email=address).first() or User(email=address)
    if user.pk and user.name and not user.is_staff:
        raise AddressTaken(_("This address belongs to a customer's person: take another."))
    user.staff_role = User.StaffRole.ADMINISTRATOR
    return user


def has_administrator() -> bool:
    """Whether an active member of staff can administer this installation."""
    administrators = User.objects.filter(
        staff_role=User.StaffRole.ADMINISTRATOR, is_active=True
    ).exclude(password="")
    return any(user.has_usable_password() for user in administrators)


def _digest(token: Any) -> bytes:
    return hashlib.sha256(str(token).encode()).digest()
