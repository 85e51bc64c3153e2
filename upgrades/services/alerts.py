"""The readiness alert: a site's upgrade is drawn up and its nights are held, and the customer's
contact is told, with a link to decide. READY –alert→ ALERTED, in one transaction."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from portal import audit
from portal.errors import NotNow
from portal.models import Contact, Promise
from portal.services import contacts, promises
from upgrades.events import AlertEvent, EnrolmentEvent
from upgrades.models import Enrolment, PhoneCall, UpgradeJob
from upgrades.services import decision_links, enrolled, jobs, offers, readiness_letters

DAY = timedelta(days=1)
FIRST_RUNG = 0.35  # of the time to answer, until whoever was told is reminded
STANDS = ("HELD", "BOOKED")


def alert(enrolment: Enrolment, *, at: datetime) -> Enrolment:
    """Draw up the job (of the rollout's maker), hold its first nights after the time to answer,
    and tell the site's first contact whom a mail reaches. A job that the enrolment has already is
    kept where its nights leave that time.

    In the customer's transaction. Raises whatever refuses the job; then nothing has changed.
    """
    if enrolment.rollout.state != "OPEN":
        raise NotNow(_("The rollout is not open: nobody is alerted."))
    job = _proposed(enrolment, at)
    enrolment.job = job
    if job.state != UpgradeJob.State.PROPOSED:  # approved beforehand: nothing is asked
        enrolment.alert(at=at, answer_by=at)
        enrolment.save()
        enrolled.booked(job, by=None, at=at)
        enrolment.refresh_from_db()
        return enrolment
    by = answer_by(job, at)
    enrolment.alert(at=at, answer_by=by)
    _begin(enrolment, at=at)
    return enrolment


def reopen(enrolment: Enrolment, *, at: datetime) -> Enrolment:
    """Ask again a customer who declined, or whose offer lapsed. Raises whatever refuses the job."""
    job = _proposed(enrolment, at)
    enrolment.job = job
    enrolment.reopen(answer_by=answer_by(job, at))
    enrolment.alerted_at = at
    _begin(enrolment, at=at)
    return enrolment


def answer_by(job: UpgradeJob, at: datetime) -> datetime:
    """Until when an answer is waited for: the promised time, and a day before the first night."""
    by = at + promises.term(Promise.Kind.ANSWER)
    first = job.bookings.filter(state__in=STANDS).order_by("slot").first()
    if first is None or by <= first.starts_at - DAY:
        return by
    return at + (first.starts_at - at) / 2


def tell(enrolment: Enrolment, contact: Contact, *, rung: str, at: datetime) -> bool:
    """Tell one contact, with a link if they may decide. False: no mail reaches them, so support is
    asked to telephone, which counts as well."""
    if not contact.reachable:
        call(enrolment, contact, at=at)
        return False
    link = None
    if contacts.may_decide(contact, enrolment.site_id):
        link = decision_links.issue(enrolment, contact, at=at)
    readiness_letters.write(enrolment, contact, link, rung=rung, at=at)
    return True


def call(enrolment: Enrolment, contact: Contact, *, at: datetime) -> None:
    """Ask support to telephone a contact, once."""
    made, new = PhoneCall.objects.get_or_create(
        enrolment=enrolment, contact=contact,
        defaults={"customer_id": enrolment.customer_id, "asked_at": at},
    )  # fmt: skip
    if new:
        audit.record(
            AlertEvent.CALL_ASKED, made, at=at, job=enrolment.job_id, data={"who": str(contact)}
        )


def _begin(enrolment: Enrolment, *, at: datetime) -> None:
    """The first rung of the ladder. Contacts before the first whom a mail reaches are called."""
    assert enrolment.answer_by is not None
    enrolment.rung, enrolment.rung_at = "", at + (enrolment.answer_by - at) * FIRST_RUNG
    people = contacts.of_site(enrolment.site_id, at=at)
    enrolment.contact = people[0] if people else None
    enrolment.save()
    for contact in people:
        enrolment.contact = contact
        enrolment.save()
        if tell(enrolment, contact, rung="alert", at=at):
            break
    who = {"to": str(enrolment.contact or ""), "answer_by": enrolment.answer_by}
    audit.record(EnrolmentEvent.ALERTED, enrolment, at=at, job=enrolment.job_id, data=who)


def _proposed(enrolment: Enrolment, at: datetime) -> UpgradeJob:
    """The offer, made now, or made before if its nights leave the time to answer."""
    earliest = at + promises.term(Promise.Kind.ANSWER) + DAY
    job = enrolment.job
    if job is not None and job.state == UpgradeJob.State.PROPOSED:
        first = job.bookings.filter(state__in=STANDS).order_by("slot").first()
        if first is None or first.starts_at >= earliest:
            return job
        jobs.withdraw(job, by=enrolment.rollout.made_by, at=at)
    return offers.make(enrolment, by=enrolment.rollout.made_by, at=at, earliest=earliest)
