"""What a readiness alert says, to one contact in their language, on the site's clock and theirs."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from portal import times
from portal.models import Contact, Customer
from portal.services import contacts, letters, messages
from upgrades.models import Booking, DecisionLink, Enrolment, UpgradeJob

Json = dict[str, Any]


def write(
    enrolment: Enrolment, contact: Contact, link: DecisionLink | None, *, rung: str, at: datetime
) -> None:  # fmt: skip
    """One message a contact and rung."""
    job = UpgradeJob.objects.with_site().select_related("customer").get(pk=enrolment.job_id)
    with translation.override(contact.language):
        context = _about(enrolment, job, contact) | {
            "decides": link is not None, "again": rung != "alert",
            "link": "" if link else page_of(job),
        }  # fmt: skip
    messages.write(
        "readiness_alert", to=contact, about=job, key=f"{job.pk}:{at.isoformat()}:{rung}",
        context=context, at=at, link_id=link.pk if link else None,
    )  # fmt: skip


def page_of(job: UpgradeJob) -> str:
    return f"{settings.PUBLIC_URL}/c/{job.customer.slug}/jobs/{job.pk}/"


def _about(enrolment: Enrolment, job: UpgradeJob, contact: Contact) -> Json:
    site, rollout = job.site, enrolment.rollout
    nights = list(job.bookings.filter(state__in=["HELD", "BOOKED"]).order_by("slot"))
    last = enrolment.last_possible_on or rollout.ends_on + timedelta(days=rollout.stopped_days)
    return {
        "site": site.public_name,
        "site_zone": site.zone,
        "from_version": ", ".join(job.plan.get("installed", [])),
        "to_version": job.target.version,
        "answer_by": enrolment.answer_by,
        "consequence": consequence(job.customer),
        "nights": [spoken(night, site.zone, contact.zone) for night in nights],
        "night_count": len(nights),
        "downtime": timedelta(minutes=job.downtime_expected),
        "downtime_worst": timedelta(minutes=job.downtime_worst),
        "stays_up": not job.downtime_worst,
        "last_possible": times.day_label(last),
        "lines": happens(job, nights),
        "release_notes": job.target.changelog,
        "notices": rollout.notices,
        "for_users": for_users(nights, site),
        "deciders": [] if contacts.may_decide(contact, site.pk) else deciders(site.pk),
        "manager": str(job.customer.account_manager or ""),
        "phone": settings.SUPPORT_CONTACT,
    }


def outcome(enrolment: Enrolment, job: UpgradeJob, contact: Contact) -> Json:
    """What a contact is told when nobody answered."""
    nights = list(job.bookings.filter(state__in=["HELD", "BOOKED"]).order_by("slot"))
    with translation.override(contact.language):
        return {
            "site": job.site.public_name, "site_zone": job.site.zone, "link": page_of(job),
            "to_version": job.target.version, "phone": settings.SUPPORT_CONTACT,
            "nights": [spoken(night, job.site.zone, contact.zone) for night in nights],
            "downtime": timedelta(minutes=job.downtime_expected),
            "downtime_worst": timedelta(minutes=job.downtime_worst),
            "answer_by": enrolment.answer_by, "lines": [],
        }  # fmt: skip


def consequence(customer: Customer) -> str:
    """What was agreed for silence, as a sentence."""
    if customer.silent_rule == Customer.SilentRule.BOOK:
        return _("We book these nights for you, as it was agreed with you.")
    return _("The offer lapses: nothing is done, and the nights are given back.")


def spoken(night: Booking, site_zone: str, reader_zone: str) -> str:
    """A night on the site's clock, and on the reader's where it shows something else."""
    begins = letters.moment(night.starts_at, site_zone, reader_zone)
    ends = letters.moment(night.ends_at, site_zone, reader_zone)
    until = times.clock_label(times.in_zone(night.ends_at, site_zone))
    said = _("%(begins)s until %(ends)s") % {"begins": begins.site, "ends": until}
    if not begins.reader:
        return said
    yours = times.clock_label(times.in_zone(night.ends_at, reader_zone))
    told = _("yours: %(begins)s until %(ends)s") % {"begins": begins.reader, "ends": yours}
    return f"{said} ({told})" if ends.reader else said


def happens(job: UpgradeJob, nights: list[Booking]) -> list[str]:
    """What will be done, night by night."""
    known = {window["window"]: window for window in job.plan.get("windows", [])}
    found = []
    for number, night in enumerate(nights, start=1):
        titles = [_(title) for title in known.get(night.window, {}).get("titles", [])]
        found.append(
            _("Night %(number)s: %(what)s") % {"number": number, "what": ", ".join(titles)}
        )
    names = [line["name"] for line in job.plan.get("packages", [])]
    return [*found, _("To be installed: %(package)s") % {"package": ", ".join(names)}]


def for_users(nights: list[Booking], site: Any) -> list[str]:
    """A text that the contact may send to the site's users."""
    when = "; ".join(spoken(night, site.zone, site.zone) for night in nights)
    said = {"site": site.public_name, "when": when}
    return [
        _("Our remote support at %(site)s is renewed: %(when)s.") % said,
        _("In that time you may be signed out for some minutes. Please end sessions before it."),
        _("Afterwards your console updates itself when you sign in."),
    ]


def deciders(site_id: Any) -> list[str]:
    """Who of the contacts may decide, by name."""
    return [
        str(contact)
        for contact in Contact.objects.told().select_related("user").in_order()
        if contact.is_for(site_id) and contacts.may_decide(contact, site_id)
    ]
