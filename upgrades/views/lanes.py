"""A job drawn as lanes and phases: a column an appliance and one for site and people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from appliances.models import Appliance
from portal import times
from portal.drawings import lanes as drawn
from upgrades.models import JobStep, UpgradeJob
from upgrades.models.step import OPEN, OVER
from upgrades.services import bookings as slots
from upgrades.views import phases as found
from upgrades.views.phases import Phase, told

S = JobStep.State
SITE = "site"
NOWHERE = ("site", "network")
FAR = timedelta(days=365)  # a wait without an end waits for a person


@dataclass(frozen=True)
class Words:
    """Times as this page tells them: on the site's clocks."""

    zone: str
    now: datetime

    def when(self, instant: datetime) -> str:
        """ "22:04" today, "Sat 14 Nov 22:04" on any other day."""
        here = times.in_zone(instant, self.zone)
        clock = times.clock_label(here)
        if here.date() == times.in_zone(self.now, self.zone).date():
            return clock
        return f"{times.day_label(here.date(), 'day_without_year')} {clock}"

    def lasted(self, begin: datetime, end: datetime) -> str:
        return times.span(times.minutes_between(begin, end))


def layout(
    job: UpgradeJob, steps: Sequence[JobStep], bookings: Sequence[slots.Booking],
    appliances: Iterable[Appliance], *, now: datetime, locked: bool = False,
) -> drawn.Lanes:  # fmt: skip
    """`locked`: a base problem is open, and nothing that is not begun can begin."""
    words = Words(job.site.zone, now)
    known = found.phases(steps, bookings)
    here = found.current(known) if job.started_at and not job.ended_at else None
    return drawn.lay_out(
        [*(_lane(box) for box in appliances), _site_lane()],
        [_phase(phase, words, bookings, now=phase is here, locked=locked) for phase in known],
    )


def _lane(box: Appliance) -> drawn.Lane:
    versions = _("base %(base)s, product %(product)s") % {
        "base": box.base_version or "?", "product": box.product_version or "?",
    }  # fmt: skip
    if box.cluster_role == box.ClusterRole.TRAFFIC and box.accepting is not None:
        flag = _("accepts") if box.accepting else _("does not accept")
        versions = f"{versions}, {flag}"
    return drawn.Lane(str(box.pk), box.letter, box.name, versions)


def _site_lane() -> drawn.Lane:
    return drawn.Lane(SITE, "S", _("Site and people"), _("users, clients, network"))


def _phase(
    phase: Phase, words: Words, booked: Sequence[slots.Booking], *, now: bool, locked: bool
) -> drawn.Phase:
    columns: dict[str, list[drawn.Step]] = {}
    for step in phase.steps:
        columns.setdefault(_column(step), []).append(_step(step, words, locked=locked))
    return drawn.Phase(
        phase.number, phase.title, phase.state, columns, _when(phase, words, booked), now=now
    )


def _column(step: JobStep) -> str:
    if step.role in NOWHERE or step.appliance_id is None:
        return SITE
    return str(step.appliance_id)


def _when(phase: Phase, words: Words, booked: Sequence[slots.Booking]) -> str:
    began = min((step.began_at for step in phase.steps if step.began_at), default=None)
    ended = max((step.ended_at for step in phase.steps if step.ended_at), default=None)
    if phase.is_over and began and ended:
        return f"{words.when(began)}, {words.lasted(began, ended)}"
    if began:
        return _("since %(when)s") % {"when": words.when(began)}
    booking = phase.booking
    if booking is None:
        return ""
    safe = words.when(slots.last_safe_start(booking, booked))
    span = f"{words.when(booking.starts_at)}–{words.when(booking.ends_at).split(' ')[-1]}"
    return _("%(span)s, last safe start %(safe)s") % {"span": span, "safe": safe}


def _step(step: JobStep, words: Words, *, locked: bool) -> drawn.Step:
    state = "LOCKED" if locked and step.state in (S.PLANNED, S.READY) else step.state
    here = step.state in OPEN and step.state != S.READY
    url = f"#todo-{step.seq}" if step.state in (S.ASKING, S.HELD) else ""
    return drawn.Step(state, text_of(step), guide_of(step.guide), by_of(step, words), here, url)


def text_of(step: JobStep) -> str:
    """What the step is, with the package that it installs."""
    text = told(step.text)
    return f"{text} ({step.package.name})" if step.package else text


def guide_of(numbers: str) -> str:
    """The guide's numbers, each once: the method's and the page's line may cite the same."""
    return " ".join(dict.fromkeys(numbers.split()))


def by_of(step: JobStep, words: Words) -> str:
    """Who and when, or until when, or why not."""
    if step.state in OVER:
        return _ended(step, words)
    if step.state in (S.WAITING, S.READY) and step.waits_until:
        far = step.waits_until - words.now > FAR
        until = "" if far else _("until %(when)s") % {"when": words.when(step.waits_until)}
        return ", ".join(filter(None, [until, told(step.reason)]))
    if step.state == S.ASKING:
        due = _("due %(when)s") % {"when": words.when(step.deadline_at)} if step.deadline_at else ""
        return ", ".join(filter(None, [due, str(step.holder or ""), progress_of(step)]))
    return _meanwhile(step) if step.state != S.PLANNED else ""


def progress_of(step: JobStep) -> str:
    """How far whoever is at it says it is."""
    told = step.progressed or {}
    share = "" if told.get("percent") is None else f"{told['percent']} %"
    return " · ".join(filter(None, [share, told.get("note", "")]))


def _meanwhile(step: JobStep) -> str:
    """What was seen last: how many are on a node, which flags are not as they must be."""
    seen, words = step.observed, [told(step.reason)]
    if "connected" in seen:
        words.append(_("%(count)s connected") % {"count": seen["connected"]})
    if seen.get("still"):
        words.append(_("not yet: %(nodes)s") % {"nodes": ", ".join(seen["still"])})
    return ", ".join(filter(None, words))


def _ended(step: JobStep, words: Words) -> str:
    if step.state == S.CANCELLED:
        return ""
    who = str(step.confirmed_by or _("portal"))
    when = words.when(step.ended_at) if step.ended_at else ""
    return ", ".join(filter(None, [f"{when} {who}".strip(), told(step.reason), proof(step)]))


def proof(step: JobStep) -> str:
    """The most telling piece of the evidence, in a few words."""
    kept = step.evidence
    version = kept.get("version") or kept.get("base_version") or kept.get("product_version")
    if version:
        return str(version)
    if "size" in kept:
        return _("%(size)s KB") % {"size": f"{int(kept['size']) / 1000:.0f}"}
    return ""
