"""Whom an account of a company's provider lets in, and for how long that holds.

A session that was made with such an account holds, asked at every request, while its tie is there,
its provider enabled, and the person belongs to that one customer and not to the staff. Sandboxes
do not count as customers here: what is in them is invented.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import connection

from portal import audit
from portal.models import CompanyTie, Session, StaffTie, User
from portal.services import customers, own_letters, sessions


def homes_of(user_id: uuid.UUID) -> list[uuid.UUID]:
    """The customers a person belongs to, without sandboxes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_homes_of_person(%s)", [user_id])
        return [row[0] for row in cursor.fetchall()]


def hold(request: Any) -> bool:
    """Whether the session of a signed-in person may go on. One that was made with a company's
    account is bound to its customer (`request.bound_to`): it opens no other's pages."""
    request.bound_to = None
    tie = sessions.tie_of(request)
    if tie is None:
        return True
    if request.user.is_staff:
        issuer = settings.STAFF_OIDC_ISSUER
        return StaffTie.objects.filter(pk=tie, user=request.user, issuer=issuer).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_company_tie_holds(%s, %s)", [tie, request.user.pk])
        request.bound_to = cursor.fetchone()[0]
    return request.bound_to is not None


def end(ties: Iterable[CompanyTie], *, by: Any, at: Any) -> int:
    """Take ties of the current customer away, and the sessions made with them. Returns how many."""
    gone = list(ties)
    people = User.objects.in_bulk([tie.user_id for tie in gone])
    name = customers.current().name if gone else ""
    for tie in gone:
        audit.record("company_tie.ended", tie, by=by, at=at, data={"person": str(tie.user_id)})
        own_letters.write(own_letters.COMPANY_UNTIED, people[tie.user_id], name=name)
    end_sessions(gone)
    CompanyTie.objects.filter(pk__in=[tie.pk for tie in gone]).delete()
    return len(gone)


def end_of_person(user_id: uuid.UUID, *, by: Any, at: Any) -> None:
    """With a membership of the current customer goes what signed it in."""
    end(CompanyTie.objects.filter(user_id=user_id), by=by, at=at)


def end_sessions(ties: Iterable[CompanyTie]) -> int:
    """Sign out whoever signed in with these. Returns how many sessions ended."""
    return Session.objects.filter(tie_id__in=[tie.pk for tie in ties]).delete()[0]


def untie_staff(user: User, *, by: Any, at: Any) -> bool:
    """A member of staff may come with another account of the provider. Returns whether one was
    tied. In a transaction."""
    gone = list(StaffTie.objects.filter(user=user))
    if gone:
        Session.objects.filter(tie_id__in=[tie.pk for tie in gone]).delete()
        StaffTie.objects.filter(user=user).delete()
        own_letters.write(own_letters.COMPANY_UNTIED, user)
        audit.record_platform("staff.untied", user, by=by, at=at, data={"email": user.email})
    return bool(gone)
