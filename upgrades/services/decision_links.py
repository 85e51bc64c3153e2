"""The link of a readiness alert: bound to one job and one contact, used once, over when the answer
is due. Opening it decides nothing; `decisions` is what its page may do."""

from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from portal import tenancy
from portal.errors import Refused
from portal.models import Contact
from portal.services import contacts, mailed_links, signin
from upgrades.models import DecisionLink, Enrolment, UpgradeJob


class LinkUnknown(Refused):
    code = "link-unknown"


class LinkUsed(Refused):
    code = "link-used"


class LinkOver(Refused):
    code = "link-over"


class JobChanged(Refused):
    code = "job-changed"


class MayNotDecide(Refused):
    code = "may-not-decide"


def issue(enrolment: Enrolment, contact: Contact, *, at: datetime) -> DecisionLink:
    """A link for a contact who may decide; the contact's earlier ones are over."""
    for old in DecisionLink.objects.filter(enrolment=enrolment, contact=contact, ended_at=None):
        old.end(DecisionLink.Answer.ELSEWHERE, at=at)
        old.save()
    pk = uuid4()
    return DecisionLink.objects.create(
        pk=pk, customer_id=tenancy.current_customer_id(), enrolment=enrolment,
        job_id=enrolment.job_id, contact=contact, made_at=at,
        digest=mailed_links.digest(mailed_links.token(pk)),
    )  # fmt: skip


def customer_of(token: str, *, address: str) -> UUID:
    """Whose link it is, asked through the door. Unknown ones are counted by network `address`.

    Outside any transaction. Raises LinkUnknown, and signin.TooManyTries past the limit.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_customer_of_decision(%s)", [mailed_links.digest(token)])
        found: UUID | None = cursor.fetchone()[0]
    if found is None:
        signin.demand_few_unknown("decision-link", address)
        raise LinkUnknown(
            _("This link is not one of ours, or it was cut off in the mail."),
            remedy=_("Open it from the mail itself, or copy it whole."),
        )
    return found


def find(token: str, *, at: datetime, lock: bool = False) -> DecisionLink:
    """The living link, in its customer's transaction. Raises what its reader can be told."""
    rows = DecisionLink.objects.filter(digest=mailed_links.digest(token))
    if lock:
        rows = rows.select_for_update(of=("self",))
    link = rows.select_related("contact__user", "enrolment__rollout", "job").get()
    if link.ended_at is not None:
        raise _over(link)
    if link.enrolment.answer_by is None or at > link.enrolment.answer_by:
        raise LinkOver(_("The time to answer by this link is over."), remedy=_call())
    if link.enrolment.state != Enrolment.State.ALERTED or link.enrolment.job_id != link.job_id:
        raise JobChanged(
            _("What this link was about has changed: there is nothing to decide by it."),
            remedy=_call(),
        )
    if link.job.state != UpgradeJob.State.PROPOSED:
        raise JobChanged(
            _("This upgrade is being planned anew. You will get another mail."), remedy=_call()
        )
    if link.contact.ended_at or not contacts.may_decide(link.contact, link.job.site_id):
        raise MayNotDecide(
            _("%(name)s may not decide about this site any more.") % {"name": link.contact},
            remedy=_("Ask your administrator, or somebody who may approve."),
        )
    return link


def _over(link: DecisionLink) -> Refused:
    """What became of it. An answer elsewhere may be the other contact's, or the portal's page."""
    if link.answer == DecisionLink.Answer.ELSEWHERE:
        return LinkUsed(
            _("This was decided meanwhile, or a newer mail took the place of this one."),
            remedy=_("Look at the upgrade’s page, or at your newest mail."),
        )
    return LinkUsed(
        _("%(name)s has answered by this link: %(answer)s. It works once.")
        % {"name": link.contact, "answer": link.get_answer_display()},
        remedy=_call(),
    )


def _call() -> object:
    if not settings.SUPPORT_CONTACT:
        return _("Call support if it has to be changed.")
    return _("Call support if it has to be changed: %(number)s.") % {
        "number": settings.SUPPORT_CONTACT
    }
