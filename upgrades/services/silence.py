"""The silent customer's ladder: a reminder, the next contact, the account manager, and at last what
was agreed: book the offered nights, or let the offer lapse. Each rung once, by due times in
PostgreSQL; a rung taken late puts off those after it, so that nobody is rushed by our own delay.
Whoever was never really told is not silent: nothing is booked for them."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from portal import audit, rehearsing, sweeps, tenancy
from portal.errors import Refused
from portal.models import Customer, Message, Promise
from portal.services import contacts, messages, promises
from upgrades.events import AlertEvent, EnrolmentEvent
from upgrades.models import Enrolment, PhoneCall, UpgradeJob
from upgrades.planning.vocabulary import Sentence
from upgrades.services import alerts, enrolled, jobs, notices, readiness_letters

# Name, and at which part of the time to answer.
RUNGS = (("reminder", alerts.FIRST_RUNG), ("second", 0.5), ("manager", 0.75), ("rule", 1.0))
NAMES = [name for name, _share in RUNGS]
APART = 0.1  # of the time to answer: the least between two rungs
LATER = timedelta(hours=12)  # asked again, while the job is being planned anew
NOBODY = gettext_noop("Nobody answered the readiness alert.")


def look_after(at: datetime) -> None:
    """Every rung that is due, and everybody whose mail came back. Safe to repeat, doubled or late:
    an enrolment is locked, and moved on in the transaction that tells people."""
    if rehearsing.twin():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT door_customers_with_silent_enrolments(%s)", [at])
        owners = [row[0] for row in cursor.fetchall()]

    def of_customer(customer_id: object) -> None:
        with tenancy.transaction(customer_id):
            _of_customer(at)

    sweeps.each(owners, of_customer)


def _of_customer(at: datetime) -> None:
    silent = Enrolment.objects.filter(state=Enrolment.State.ALERTED, rollout__state="OPEN").filter(
        Q(rung_at__lte=at) | Q(contact__bounced_at__isnull=False)
    )
    rows = (
        silent.select_for_update(of=("self",), skip_locked=True)
        .select_related("rollout", "site", "contact__user", "job")
        .order_by("rung_at", "id")
    )
    sweeps.each(rows, lambda enrolment: _of_enrolment(enrolment, at))


def _of_enrolment(enrolment: Enrolment, at: datetime) -> None:
    if enrolment.rung_at is not None and enrolment.rung_at <= at:
        _climb(enrolment, at)
    else:
        _came_back(enrolment, at)


def _climb(enrolment: Enrolment, at: datetime) -> None:
    job = enrolment.job
    if job is None or job.state != UpgradeJob.State.PROPOSED:
        enrolment.rung_at = at + LATER
        enrolment.save()
        return
    place = NAMES.index(enrolment.rung) + 1 if enrolment.rung in NAMES else 0
    enrolment.rung = NAMES[min(place, len(NAMES) - 1)]
    if enrolment.rung == "rule":
        if (due := _fair(enrolment, at)) > at and due < _begins(enrolment, at):
            enrolment.rung, enrolment.rung_at = NAMES[-2], due
            enrolment.answer_by = max(enrolment.answer_by or due, due)
            enrolment.save()
            return
        _as_agreed(enrolment, at)
        return
    _put_off(enrolment, place + 1, at)
    {"reminder": _remind, "second": _next_contact, "manager": _tell_manager}[enrolment.rung](
        enrolment, at
    )
    enrolment.save()
    data = {"rung": enrolment.rung, "to": str(enrolment.contact or "")}
    audit.record(AlertEvent.SILENT, enrolment, at=at, job=job, data=data)


def _fair(enrolment: Enrolment, at: datetime) -> datetime:
    """From when on silence counts: half the time to answer after somebody was really told, by a
    mail that left and did not come back, or by telephone. While nobody was, later again."""
    mails = Message.objects.filter(
        about_id=enrolment.job_id, kind="readiness_alert", state=Message.State.SENT
    )
    told = [row.sent_at for row in mails if row.sent_at]
    told += [call.done_at for call in enrolment.calls.exclude(done_at=None) if call.done_at]
    if not told:
        return at + LATER
    assert enrolment.alerted_at is not None
    length = promises.term(Promise.Kind.ANSWER)
    return max(min(told) + length / 2, enrolment.alerted_at)


def _begins(enrolment: Enrolment, at: datetime) -> datetime:
    """The first night that is held: after it there is nothing to wait for."""
    first = enrolment.job.bookings.filter(state="HELD").order_by("slot").first()
    return first.starts_at if first is not None else at + LATER * 2


def _put_off(enrolment: Enrolment, place: int, at: datetime) -> None:
    """When the next rung is due; the time to answer reaches to the last one at least."""
    assert enrolment.alerted_at is not None
    assert enrolment.answer_by is not None
    length = max(enrolment.answer_by - enrolment.alerted_at, timedelta(hours=1))
    due = enrolment.alerted_at + length * RUNGS[place][1]
    enrolment.rung_at = max(due, at + length * APART)
    rungs_left = len(RUNGS) - 1 - place
    enrolment.answer_by = max(enrolment.answer_by, enrolment.rung_at + length * APART * rungs_left)


def _remind(enrolment: Enrolment, at: datetime) -> None:
    if enrolment.contact is not None:
        alerts.tell(enrolment, enrolment.contact, rung="reminder", at=at)


def _next_contact(enrolment: Enrolment, at: datetime) -> None:
    """The next in the order whom a mail reaches; whoever stands between is telephoned."""
    people = contacts.of_site(enrolment.site_id, at=at)
    known = [person.pk for person in people]
    place = known.index(enrolment.contact_id) + 1 if enrolment.contact_id in known else 0
    for contact in people[place:]:
        enrolment.contact = contact
        enrolment.save()
        if alerts.tell(enrolment, contact, rung="second", at=at):
            return


def _came_back(enrolment: Enrolment, at: datetime) -> None:
    """No mail reaches whoever was told: support telephones them, and the next one is told now."""
    gone = enrolment.contact
    if gone is None or PhoneCall.objects.filter(enrolment=enrolment, contact=gone).exists():
        return
    alerts.call(enrolment, gone, at=at)
    _next_contact(enrolment, at)
    enrolment.save()


def _tell_manager(enrolment: Enrolment, at: datetime) -> None:
    """The vendor's person for this customer; without one, whoever made the rollout."""
    job = enrolment.job
    customer = Customer.objects.select_related("account_manager").get(pk=enrolment.customer_id)
    manager = customer.account_manager or enrolment.rollout.made_by
    told = {"told": [str(one) for one in contacts.of_site(enrolment.site_id, at=at)]}
    notices.silent(job, manager, answer_by=enrolment.answer_by, at=at, **told)


def _as_agreed(enrolment: Enrolment, at: datetime) -> None:
    """The rule of the contract. Where the nights cannot be booked any more, the offer lapses."""
    customer = Customer.objects.get(pk=enrolment.customer_id)
    booked = customer.silent_rule == Customer.SilentRule.BOOK and _booked(enrolment, at)
    if not booked:
        enrolment.lapse()
        enrolment.because(enrolment.code, Sentence(NOBODY))
        enrolled.keep(EnrolmentEvent.LAPSED, enrolment, by=None, at=at)
        jobs.cancel(enrolment.job, by=None, reason=NOBODY, at=at)
    _tell_outcome(enrolment, booked, at)
    data = {"rung": "rule", "booked": booked}
    audit.record(AlertEvent.SILENT, enrolment, at=at, job=enrolment.job_id, data=data)


def _booked(enrolment: Enrolment, at: datetime) -> bool:
    if _begins(enrolment, at) <= at or _fair(enrolment, at) > at:
        return False
    try:
        with transaction.atomic():
            jobs.approve(enrolment.job, by=None, at=at, way="agreed rule")
    except Refused:
        return False
    Enrolment.objects.filter(pk=enrolment.pk).update(rung="rule", rung_at=None)
    return True


def _tell_outcome(enrolment: Enrolment, booked: bool, at: datetime) -> None:
    """Everybody on the ladder hears what came of it."""
    people = [c for c in contacts.of_site(enrolment.site_id, at=at) if c.reachable]
    kind = "booked_as_agreed" if booked else "offer_lapsed"
    job = UpgradeJob.objects.with_site().select_related("customer").get(pk=enrolment.job_id)
    for person in people:
        messages.write(
            kind, to=person, about=job, key=f"{job.pk}:{at.isoformat()}", at=at,
            context=readiness_letters.outcome(enrolment, job, person),
        )  # fmt: skip
