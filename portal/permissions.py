"""Who may do what: one table. Strangers get 404, members without the right 403."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from portal import once
from portal.models import Membership, User
from portal.tenancy import current_customer_id

VIEWER, OPERATOR, APPROVER, ADMINISTRATOR = Membership.Role
AGENT, ROLLOUT_MANAGER, STAFF_ADMINISTRATOR = list(User.StaffRole)[1:]

EVERY_MEMBER = frozenset({VIEWER, OPERATOR, APPROVER, ADMINISTRATOR})
OPERATES = frozenset({OPERATOR, APPROVER, ADMINISTRATOR})
EVERY_AGENT = frozenset({AGENT, ROLLOUT_MANAGER, STAFF_ADMINISTRATOR})
MANAGES = frozenset({ROLLOUT_MANAGER, STAFF_ADMINISTRATOR})
# "staff.ADMINISTRATOR" and the customer's "ADMINISTRATOR" share a word: staff roles are prefixed.
STAFF = {role: f"staff.{role}" for role in EVERY_AGENT}


def _both(members: frozenset[str], staff: frozenset[str]) -> frozenset[str]:
    return members | {STAFF[role] for role in staff}


MAY: dict[str, frozenset[str]] = {
    "site.view": _both(EVERY_MEMBER, EVERY_AGENT),
    "site.manage": _both(frozenset({ADMINISTRATOR}), EVERY_AGENT),
    "site.read_versions": _both(OPERATES, EVERY_AGENT),
    "site.check": _both(OPERATES, EVERY_AGENT),
    "waiver.give": _both(frozenset({APPROVER, ADMINISTRATOR}), EVERY_AGENT),
    "drift.accept": _both(frozenset({APPROVER, ADMINISTRATOR}), EVERY_AGENT),
    "difference.acknowledge": _both(OPERATES, EVERY_AGENT),
    "threshold.manage": _both(frozenset({ADMINISTRATOR}), EVERY_AGENT),
    "question.ask": _both(OPERATES, EVERY_AGENT),
    "question.answer": _both(frozenset(), EVERY_AGENT),
    "credentials.manage": _both(frozenset({ADMINISTRATOR}), MANAGES),
    "backup.download": _both(frozenset({ADMINISTRATOR}), frozenset({STAFF_ADMINISTRATOR})),
    "return.view": _both(EVERY_MEMBER, EVERY_AGENT),
    "return.manage": _both(OPERATES, EVERY_AGENT),
    "return.waive": _both(frozenset({APPROVER, ADMINISTRATOR}), EVERY_AGENT),
    "return.authorise": _both(frozenset(), EVERY_AGENT),
    "window.manage": _both(frozenset({APPROVER, ADMINISTRATOR}), EVERY_AGENT),
    # To say that a window was kept which the portal holds for missed.
    "window.correct": _both(frozenset({ADMINISTRATOR}), EVERY_AGENT),
    "booking.override": _both(frozenset(), MANAGES),
    "team.view": _both(frozenset(), EVERY_AGENT),
    "team.manage": _both(frozenset(), MANAGES),
    "rollout.view": _both(frozenset(), EVERY_AGENT),
    "rollout.manage": _both(frozenset(), MANAGES),
    "enrolment.view": _both(EVERY_MEMBER, EVERY_AGENT),
    "enrolment.decide": _both(frozenset({APPROVER, ADMINISTRATOR}), EVERY_AGENT),
    "enrolment.manage": _both(frozenset(), EVERY_AGENT),
    "freeze.manage": _both(frozenset({ADMINISTRATOR}), EVERY_AGENT),
    "freeze.override": _both(frozenset({APPROVER, ADMINISTRATOR}), MANAGES),
    "freeze.override_all": _both(frozenset(), MANAGES),
    "contact.view": _both(frozenset({ADMINISTRATOR}), EVERY_AGENT),
    "contact.manage": _both(frozenset({ADMINISTRATOR}), EVERY_AGENT),
    "promise.manage": _both(frozenset({ADMINISTRATOR}), MANAGES),
    "agreement.manage": _both(frozenset(), MANAGES),
    "call.make": _both(frozenset(), EVERY_AGENT),
    "contract.view": _both(EVERY_MEMBER, EVERY_AGENT),
    "contract.manage": _both(frozenset(), EVERY_AGENT),
    "job.view": _both(EVERY_MEMBER, EVERY_AGENT),
    "job.draft": _both(OPERATES, EVERY_AGENT),
    "job.submit": _both(OPERATES, EVERY_AGENT),
    "job.approve": _both(frozenset({APPROVER, ADMINISTRATOR}), EVERY_AGENT),
    "job.run": _both(OPERATES, EVERY_AGENT),
    "job.halt": _both(OPERATES, EVERY_AGENT),
    "job.share": _both(OPERATES, EVERY_AGENT),
    "job.note": _both(OPERATES, EVERY_AGENT),
    "job.note_staff": _both(frozenset(), EVERY_AGENT),
    "step.act": _both(OPERATES, EVERY_AGENT),
    "shift.lead": _both(frozenset({ADMINISTRATOR}), MANAGES),  # told last of what nobody takes
    "step.skip": _both(frozenset({APPROVER, ADMINISTRATOR}), EVERY_AGENT),
    "hold.release": _both(frozenset({APPROVER, ADMINISTRATOR}), EVERY_AGENT),
    "message.view": _both(frozenset({ADMINISTRATOR}), EVERY_AGENT),
    "event.view": _both(EVERY_MEMBER, EVERY_AGENT),
    "webhook.view": _both(frozenset({ADMINISTRATOR}), EVERY_AGENT),
    "webhook.manage": _both(frozenset({ADMINISTRATOR}), MANAGES),
    "audit.view": _both(frozenset({ADMINISTRATOR}), EVERY_AGENT),
    "customer.export": _both(frozenset({ADMINISTRATOR}), frozenset({STAFF_ADMINISTRATOR})),
    "export.ask": _both(frozenset({ADMINISTRATOR}), frozenset({STAFF_ADMINISTRATOR})),
    "erasure.ask": _both(frozenset({ADMINISTRATOR}), frozenset({STAFF_ADMINISTRATOR})),
    "erasure.confirm": _both(frozenset(), frozenset({STAFF_ADMINISTRATOR})),
    "key.view": _both(EVERY_MEMBER, EVERY_AGENT),  # one's own
    "key.manage": _both(EVERY_MEMBER, EVERY_AGENT),
    "member.view": _both(EVERY_MEMBER, EVERY_AGENT),
    "member.manage": _both(frozenset({ADMINISTRATOR}), EVERY_AGENT),
    "member.reset_step": _both(frozenset({ADMINISTRATOR}), EVERY_AGENT),
    "provider.view": _both(frozenset({ADMINISTRATOR}), EVERY_AGENT),
    "provider.manage": _both(frozenset({ADMINISTRATOR}), frozenset()),
    "provider.release": _both(frozenset({ADMINISTRATOR}), EVERY_AGENT),
    "provider.confirm": _both(frozenset(), MANAGES),
    "provider.trust": _both(frozenset({ADMINISTRATOR}), MANAGES),
    "sandbox.make": _both(frozenset({ADMINISTRATOR}), EVERY_AGENT),
    "platform.view": _both(frozenset(), EVERY_AGENT),
    "platform.manage": _both(frozenset(), MANAGES),
    "fleet.import": _both(frozenset(), MANAGES),
    "staff.manage": _both(frozenset(), frozenset({STAFF_ADMINISTRATOR})),
    "catalogue.view": _both(EVERY_MEMBER, EVERY_AGENT),
    "procedure.view": _both(EVERY_MEMBER, EVERY_AGENT),
}
# What is of the whole customer and cannot be parted by site: not for who sees some sites alone.
WHOLE = frozenset({"audit.view", "message.view", "promise.manage", "threshold.manage"})
# What needs no role: pages before sign-in, one's own settings, health.
OPEN = "open"
SIGNED_IN = "signed-in"


def membership_of(user: User) -> Membership | None:
    """The person's membership of the current customer; None for strangers and for staff."""
    found = Membership.objects.filter(user_id=user.pk).select_related("customer")
    return once.read(("membership", user.pk), found.first)


def may(user: User, action: str, *, site_id: uuid.UUID | None = None) -> bool:
    """Whether a person may do this at the current customer (and at this site)."""
    if user.is_staff:
        return STAFF[user.staff_role] in MAY[action]
    member = membership_of(user)
    if member is None or (site_id is not None and not member.sees_site(site_id)):
        return False
    return _allows(member, action)


def demand(user: User, action: str, *, site_id: uuid.UUID | None = None) -> None:
    """Let the right people through. Strangers get Http404, others PermissionDenied."""
    if user.is_staff:
        if STAFF[user.staff_role] not in MAY[action]:
            raise PermissionDenied
        return
    member = membership_of(user)
    if member is None or (site_id is not None and not member.sees_site(site_id)):
        raise Http404
    if not _allows(member, action):
        raise PermissionDenied


def _allows(member: Membership, action: str) -> bool:
    return member.role in MAY[action] and (member.site_ids is None or action not in WHOLE)


def demand_staff(user: User, action: str) -> None:
    """For pages of the platform itself: strangers to it get Http404."""
    if not user.is_staff:
        raise Http404
    if STAFF[user.staff_role] not in MAY[action]:
        raise PermissionDenied


def demand_whole(user: User) -> None:
    """For what concerns every site of the current customer. Raises PermissionDenied for who sees
    some alone."""
    if visible_sites(user) is not None:
        raise PermissionDenied


def visible_sites(user: User) -> list[uuid.UUID] | None:
    """The sites a person's membership is limited to; None: every site."""
    member = None if user.is_staff else membership_of(user)
    return member.site_ids if member else None


def needs(
    action: str, *, before_second_step: bool = False, calls_out: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Name what a page needs. The middleware enters the customer and asks before the view runs.

    `before_second_step`: also for somebody who must still set up a second step of signing in.
    `calls_out`: the page of a customer waits for somebody else's server, so that it runs outside of
    a transaction and opens its own.
    """

    def name(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def named(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            return view(request, *args, **kwargs)

        named.needs = action  # type: ignore[attr-defined]
        named.before_second_step = before_second_step  # type: ignore[attr-defined]
        named.calls_out = calls_out  # type: ignore[attr-defined]
        return named

    return name


__all__ = ["MAY", "OPEN", "SIGNED_IN", "current_customer_id", "demand", "may", "needs"]
