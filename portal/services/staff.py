"""The vendor's staff: made, given another role, disabled. Each is told in the platform's chain."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.errors import NotNow, Refused
from portal.models import User
from portal.services import company_ties, customers, links, people


class IsAMember(Refused):
    code = "customers-person"


class IsStaff(Refused):
    code = "already-staff"


class LastStaffAdministrator(Refused):
    code = "last-staff-administrator"


class NotOneself(Refused):
    code = "not-oneself"


@transaction.atomic
def make(
    email: str, *, name: str, role: str, by: Any, at: datetime, password: str | None = None,
    **values: Any,
) -> User:  # fmt: skip
    """A member of staff with a role, who sets a password with a link (`links.issue`).

    Raises IsStaff; IsAMember for a customer's person: nobody is both.
    """
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is not None and user.is_staff:
        raise IsStaff(
            _("%(name)s belongs to staff already.") % {"name": user},
            fields={"email": _("This person belongs to staff already.")},
        )
    if user is not None and customers.ids_of_person(user.pk):
        raise IsAMember(
            _("%(name)s is a customer's person, and nobody is both.") % {"name": user},
            remedy=_("Use another address for their work here."),
            fields={"email": _("This is the address of a customer's person.")},
        )
    if user is None:
        user = people.create_user(email, name=name, password=password, **values)
    user.staff_role, user.is_active = role, True
    user.save(update_fields=["staff_role", "is_active"])
    audit.record_platform("staff.made", user, by=by, at=at, data=_who(user))
    return user


@transaction.atomic
def change_role(user: User, *, role: str, by: Any, at: datetime) -> User:
    """From the next page on they may what the new role may. Raises LastStaffAdministrator."""
    if role == user.staff_role:
        return user
    _leave_an_administrator(user)
    was, user.staff_role = user.staff_role, role
    user.save(update_fields=["staff_role"])
    audit.record_platform("staff.role_changed", user, by=by, at=at, data={"was": was, **_who(user)})
    return user


@transaction.atomic
def disable(user: User, *, by: Any, at: datetime) -> None:
    """They are out at once. Raises NotOneself, LastStaffAdministrator."""
    if user == by:
        raise NotOneself(
            _("Nobody disables themselves."), remedy=_("Ask another administrator to do it.")
        )
    _leave_an_administrator(user)
    people.disable(user, by=by, at=at)


@transaction.atomic
def enable(user: User, *, by: Any, at: datetime) -> None:
    """They may sign in again, in the role that they had."""
    people.enable(user, by=by, at=at)


@transaction.atomic
def new_link(user: User, *, by: Any, at: datetime) -> str:
    """A link with which they set a password. To be handed to them alone, by another way."""
    address = links.issue(links.PASSWORD, user=user)
    audit.record_platform("staff.link_made", user, by=by, at=at, data=_who(user))
    return address


@transaction.atomic
def untie(user: User, *, by: Any, at: datetime) -> None:
    """Their account of the staff's provider is theirs no more, and what it signed in ends. Raises
    NotNow."""
    if not company_ties.untie_staff(user, by=by, at=at):
        raise NotNow(_("No account is tied to %(name)s.") % {"name": user})


def _leave_an_administrator(user: User) -> None:
    """One administrator who may sign in is always left, also when two act at once."""
    if user.staff_role != User.StaffRole.ADMINISTRATOR:
        return
    administrators = User.objects.select_for_update().filter(
        staff_role=User.StaffRole.ADMINISTRATOR, is_active=True
    )
    if not {row.pk for row in administrators} - {user.pk}:
        raise LastStaffAdministrator(
            _("This is the last administrator of the portal."),
            remedy=_("Make somebody else an administrator first."),
        )


def _who(user: User) -> dict[str, Any]:
    return {"email": user.email, "role": str(user.staff_role)}
