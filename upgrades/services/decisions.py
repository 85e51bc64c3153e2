"""What a contact decides by a link: accept, take another time, decline. It is done in the name of
the contact's account, as its page in the portal would do it, and the audit trail says how."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.errors import Refused
from upgrades.events import AlertEvent
from upgrades.models import DecisionLink, UpgradeJob
from upgrades.models.job import OutsideApproval
from upgrades.services import decision_links, jobs, pathmoves
from upgrades.services.jobnotes import reason_given

WAY = "link"
A = DecisionLink.Answer


class NotYours(Refused):
    """Somebody is signed in, and it is not the person whom the link is for."""

    code = "link-of-somebody-else"


def accept(token: str, *, digest: str, word: bool = False, at: datetime) -> DecisionLink:
    """The offered nights. This is the approval (system.md §8): of the plan whose `digest` was on
    the page; `word` as in `jobs.approve`. Raises what refuses the link or the approval."""
    link = decision_links.find(token, at=at, lock=True)
    _demand_same(link.job, digest)
    _end(link, A.ACCEPTED, at)
    jobs.approve(link.job, by=link.contact.user, at=at, digest=digest, word=word, way=WAY)
    return link


def take(
    token: str, start: datetime, *, digest: str, word: bool = False, at: datetime
) -> DecisionLink:  # fmt: skip
    """Another time: the whole path from that start on, and this approves it. A start under the
    promised notice is the customer's own consent, and is noted."""
    link = decision_links.find(token, at=at, lock=True)
    _demand_same(link.job, digest)
    _end(link, A.MOVED, at, start=start.isoformat())
    user = link.contact.user
    pathmoves.move(link.job, start, by=user, at=at)
    job = UpgradeJob.objects.with_site().get(pk=link.job_id)
    jobs.approve(job, by=user, at=at, word=word, way=WAY)
    return link


def decline(token: str, *, reason: str, at: datetime) -> DecisionLink:
    """Not now, with a reason: the nights are free again, and support is told why."""
    said = reason_given(reason)
    link = decision_links.find(token, at=at, lock=True)
    _end(link, A.DECLINED, at, reason=said)
    jobs.cancel(link.job, by=link.contact.user, reason=said, at=at)
    return link


def demand_reader(link: DecisionLink, reader: Any) -> None:
    """A forwarded link: whoever is signed in as somebody else is not let through. Raises NotYours.

    Without sign-in nobody can tell who opens a link; its page shows whom it is for."""
    if reader is not None and reader.is_authenticated and reader.pk != link.contact.user_id:
        raise NotYours(
            _("This link is for %(name)s, and you are signed in as %(reader)s.")
            % {"name": link.contact, "reader": reader},
            remedy=_("Decide on the upgrade’s own page if you may, or sign out first."),
        )


def _end(link: DecisionLink, answer: str, at: datetime, **more: Any) -> None:
    """Used up before anything else is done; a refusal afterwards takes this back too."""
    link.end(answer, at=at)
    link.save()
    # The job's events are read by every member, the addresses of contacts by administrators.
    data = {"answer": answer, "contact": str(link.contact), **more}
    audit.record(AlertEvent.DECIDED, link, by=link.contact.user, at=at, job=link.job_id, data=data)


def _demand_same(job: UpgradeJob, digest: str) -> None:
    if digest != job.plan.get("digest"):
        raise OutsideApproval(
            _("The plan has changed since you opened this page."),
            remedy=_("Open the link again and read the plan as it is now."),
        )
