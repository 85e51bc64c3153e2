"""People: the vendor's staff, and customers' people by membership with a role."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import audit, permissions, tenancy
from portal.errors import Refused
from portal.models import ApiKey, Membership, User
from portal.services import company_ties, feeds, sessions


class LastAdministrator(Refused):
    code = "last-administrator"


class AlreadyMember(Refused):
    code = "already-a-member"


class OnlyOwnSites(Refused):
    code = "only-own-sites"


class StaffAreNoMembers(Refused):
    code = "staff-are-no-members"


def active(email: str) -> User | None:
    """Who may sign in with this address, however it is typed; None: nobody."""
    return User.objects.filter(email=email.strip().lower(), is_active=True).first()


def create_user(email: str, *, name: str, password: str | None = None, **values: Any) -> User:
    """A person without any role yet. `values`: language, zone, theme."""
    return User.objects.create_user(email, password, name=name, **values)


def add_member(
    user: User,
    *,
    role: str,
    by: Any,
    at: datetime,
    site_ids: list[uuid.UUID] | None = None,
    gets_mail: bool = True,
) -> Membership:
    """Give a person a role at the current customer, perhaps at some of its sites only. By somebody
    who sees some alone, at those."""
    if site_ids is None and isinstance(by, User):
        site_ids = permissions.visible_sites(by)
    within_own_sites(by, site_ids)
    if user.is_staff:
        raise StaffAreNoMembers(_("Staff of the vendor need no membership."))
    if Membership.objects.filter(user=user).exists():
        raise AlreadyMember(_("%(name)s is a member already.") % {"name": user})
    member = Membership.objects.create(
        customer_id=tenancy.current_customer_id(),
        user=user,
        role=role,
        site_ids=site_ids,
        gets_mail=gets_mail,
    )
    audit.record("member.added", member, by=by, at=at, data=_facts(member))
    return member


def change_role(
    member: Membership,
    *,
    role: str,
    by: Any,
    at: datetime,
    site_ids: list[uuid.UUID] | None = None,
    gets_mail: bool = True,
) -> Membership:
    """Another role, or other sites. Raises LastAdministrator, OnlyOwnSites."""
    within_own_sites(by, site_ids, member.site_ids)
    if role != Membership.Role.ADMINISTRATOR:
        _leave_an_administrator(member, by)
    was = _facts(member)
    member.role, member.site_ids, member.gets_mail = role, site_ids, gets_mail
    member.save()
    audit.record("member.changed", member, by=by, at=at, data={"was": was, **_facts(member)})
    return member


def limit_to_sites(
    member: Membership, site_ids: list[uuid.UUID] | None, *, by: Any, at: datetime
) -> Membership:
    """Let a member see these sites of the current customer alone; None: every one.

    Raises OnlyOwnSites.
    """
    return change_role(
        member, role=member.role, site_ids=site_ids, gets_mail=member.gets_mail, by=by, at=at
    )


def remove_member(member: Membership, *, by: Any, at: datetime) -> None:
    """End a membership, and the person's API keys, calendar feeds and company's account of this
    customer with it.

    Raises LastAdministrator, OnlyOwnSites.
    """
    within_own_sites(by, member.site_ids)
    _leave_an_administrator(member, by)
    ApiKey.objects.filter(
        user_id=member.user_id, customer_id=member.customer_id, revoked_at=None
    ).update(revoked_at=at)
    feeds.end_all(member.user_id, member.customer_id, by=by, at=at)
    company_ties.end_of_person(member.user_id, by=by, at=at)
    audit.record("member.removed", member, by=by, at=at, data=_facts(member))
    member.delete()


def disable(user: User, *, at: datetime, by: Any = None) -> None:
    """Nobody signs in as this person any more; their sessions and API keys end at once."""
    with transaction.atomic():
        user.is_active = False
        user.save(update_fields=["is_active"])
        sessions.end_all(user)
        ApiKey.objects.filter(user=user, revoked_at=None).update(revoked_at=at)
        audit.record_platform("person.disabled", user, by=by, at=at, data=_who(user))


def enable(user: User, *, at: datetime, by: Any) -> None:
    """They may sign in again. Their API keys stay ended."""
    with transaction.atomic():
        user.is_active = True
        user.save(update_fields=["is_active"])
        audit.record_platform("person.enabled", user, by=by, at=at, data=_who(user))


def choose(
    user: User, *, language: str | None = None, zone: str | None = None, theme: str | None = None
) -> None:
    """Remember how a person likes to read: language, zone of times, light or dark ("": system)."""
    wished = {"language": language, "zone": zone, "theme": theme}
    chosen = {name: value for name, value in wished.items() if value is not None}
    for name, value in chosen.items():
        setattr(user, name, value)
    user.save(update_fields=list(chosen))


def _leave_an_administrator(member: Membership, by: Any) -> None:
    """A customer's people always have somebody who may invite; staff may take the last one away."""
    if member.role != Membership.Role.ADMINISTRATOR or getattr(by, "is_staff", False):
        return
    administrators = Membership.objects.select_for_update(of=("self",)).filter(
        role=Membership.Role.ADMINISTRATOR, user__is_active=True
    )
    if not {row.pk for row in administrators} - {member.pk}:
        raise LastAdministrator(
            _("This is the last administrator."),
            remedy=_("Make somebody else an administrator first."),
        )


def _who(user: User) -> dict[str, Any]:
    return {"email": user.email, "role": str(user.staff_role)}


def within_own_sites(by: Any, *given: list[uuid.UUID] | None) -> None:
    """Who sees some sites alone neither gives nor takes what lies beyond them: not to others, and
    not to themselves."""
    own = permissions.visible_sites(by) if isinstance(by, User) else None
    if own is not None and any(sites is None or not set(sites) <= set(own) for sites in given):
        raise OnlyOwnSites(
            _("You see some sites alone, and decide for nobody about others."),
            remedy=_("Ask an administrator who sees every site."),
        )


def _facts(member: Membership) -> dict[str, Any]:
    sites = member.site_ids
    return {
        "person": str(member.user_id),
        "role": str(member.role),
        "sites": None if sites is None else [str(site) for site in sites],
    }
