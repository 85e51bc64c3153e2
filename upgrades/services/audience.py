"""Who is told: the people around a job, each once."""

from collections.abc import Iterable

from portal.models import Membership, User
from portal.permissions import ADMINISTRATOR, APPROVER, OPERATES
from upgrades.models import UpgradeJob

APPROVES = frozenset({APPROVER, ADMINISTRATOR})


def members(job: UpgradeJob, roles: Iterable[str], *, mail_only: bool = True) -> list[User]:
    """The customer's people with one of these roles who may see the site (and want mail)."""
    rows = (
        Membership.objects.filter(role__in=list(roles), user__is_active=True)
        .select_related("user")
        .order_by("user__email")
    )
    if mail_only:
        rows = rows.filter(gets_mail=True)
    return [row.user for row in rows if row.sees_site(job.site_id)]


def holders(job: UpgradeJob) -> list[User]:
    """Whose job it is now: the holder, else whoever asked for it."""
    return [job.holder or job.requested_by]


def approvers(job: UpgradeJob) -> list[User]:
    """Who may approve: neither the requester, nor who moved a window since it was approved."""
    return [
        user
        for user in members(job, APPROVES)
        if user.pk != job.requested_by_id and not job.was_moved_by(user)
    ]


def everybody(job: UpgradeJob) -> list[User]:
    """Holder, requester, approver, and the customer's people who operate the site."""
    known = [*holders(job), job.requested_by, *members(job, OPERATES)]
    known += [job.approved_by] if job.approved_by else []
    return list({user.pk: user for user in known}.values())
