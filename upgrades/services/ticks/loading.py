"""The first transaction of a tick: read the work, ask the guards, write the intent."""

from datetime import datetime, timedelta

from django.db.models import Q, Sum
from django.utils.translation import gettext_noop as _

from appliances import actions as do
from appliances.models import Appliance, Package
from appliances.services import production
from upgrades.models import Attempt, Booking, JobStep, UpgradeJob
from upgrades.models.step import OVER
from upgrades.services import bookings, freezes, freshness, testing, waited
from upgrades.services.serving import since
from upgrades.services.ticks import statements
from upgrades.services.ticks.claims import MOST_CLAIMS, Claim
from upgrades.services.ticks.outcomes import Lost, Missed, NotYet, Outcome, Proven, Trouble
from upgrades.services.ticks.work import Work

S = JobStep.State
TRAFFIC = Appliance.ClusterRole.TRAFFIC
SITE_WIDE = frozenset({do.Probe.PUBLIC_NAME, do.Probe.SHARED_IP, do.Probe.CLIENT_COUNT})
EARLIER = {
    do.AWAIT_SYNC.name: do.ESTABLISH_FAILOVER.name,
    do.TAKE_SHARED_IP.name: do.RELEASE_SHARED_IP.name,
}
AGAIN_SECONDS = 60
ABOUT_CLIENTS = (do.DWELL.name, do.CHECK_CLIENTS.name)
GRACE = timedelta(minutes=2)  # a turn is never to the second: what fits exactly, fits
POISON = _("Three tries brought no new fact. A person must look at it.")
NO_BOOKING = _("No window is booked for this. Book one to go on.")
TOO_LATE = _("The window can no longer hold what is to be done in it. Book another one.")
FROZEN = _("A freeze forbids it now, and nobody answers for this booking inside it.")
FROZEN_TOO_LONG = _(
    "The freeze lasts longer than this window can wait, and nobody answers for it. Book another "
    "one."
)
UNDER_HOLD = _(
    "A base problem is open at this site. Nothing may change it until two people release it."
)


def load(claim: Claim, at: datetime) -> Work:
    """Read the claimed step and what belongs to it, in the customer's transaction."""
    step, attempt, on_hold = statements.load(claim.step_id)
    appliance = step.appliance or serving(step.job)
    work = Work(claim, step, step.job, step.job.site, appliance, step.package, at)
    work.attempt, work.on_hold = attempt, on_hold
    if step.window:
        work.booking = booking_of(step)
    if step.action == do.DWELL.name:
        _read_release(work)
    if step.about_ids or work.action.probe in SITE_WIDE:
        work.boxes = concerned(step)
    if step.action == do.CHECK_NODE.name:
        work.package = _release_of(step)
    if work.action.changes and appliance and appliance.cluster_role == TRAFFIC:
        work.cut_off = _may_cut_off(step)
    if before := EARLIER.get(step.action):
        work.earlier = _earlier(step, before)
    _read_clients(work)
    return work


def _read_clients(work: Work) -> None:
    """What a question about clients is compared with."""
    if work.step.action in ABOUT_CLIENTS:
        work.release_at = since(work.job, work.step.hop, work.appliance)
    if work.step.action == do.CHECK_OTHERS.name:
        work.jumpoints_before = _jumpoints_before(work.job)


def _release_of(step: JobStep) -> Package | None:
    """What was installed on the step's appliance in this hop, or before it."""
    installs = JobStep.objects.filter(
        job_id=step.job_id, appliance_id=step.appliance_id, action=do.INSTALL_PRODUCT.name,
        seq__lt=step.seq,
    )  # fmt: skip
    last = installs.select_related("package").order_by("-seq").first()
    return last.package if last else None


def _may_cut_off(step: JobStep) -> bool:
    """Somebody gave up the wait for the node's last clients, with a reason (G-ATLASF-3)."""
    drains = JobStep.objects.filter(
        job_id=step.job_id, appliance_id=step.appliance_id, action=do.DRAIN.name, hop=step.hop
    )
    return drains.filter(state__in=[S.SKIPPED]).exists()


def _earlier(step: JobStep, action: str) -> JobStep | None:
    """The last step of this action before it."""
    found = JobStep.objects.filter(job_id=step.job_id, action=action, seq__lt=step.seq)
    return found.order_by("-seq").first()


def _read_release(work: Work) -> None:
    """Which product package the dwell is for, and since when it is proven."""
    if (last := waited.release(work.step)) is not None:
        work.package, work.served_since = last.package, last.ended_at


def serving(job: UpgradeJob) -> Appliance | None:
    """The appliance that speaks for the site: the one that its people reach."""
    return production.serving(production.masters(job.site_id))


def _jumpoints_before(job: UpgradeJob) -> list[str] | None:
    """Which Jumpoints the portal saw connected before the first change; a person's word is a
    number."""
    noted = job.steps.filter(action=do.NOTE_JUMPOINTS.name, state=S.DONE)
    names = (noted.values_list("evidence", flat=True).first() or {}).get("names")
    return names if isinstance(names, list) else None


def concerned(step: JobStep) -> list[Appliance]:
    """The site's appliances in place, and whom the step is about: a new one has no place yet."""
    named = [*step.about_ids, *([step.appliance_id] if step.appliance_id else [])]
    found = Q(place=Appliance.Place.IN_PLACE) | Q(pk__in=named)
    return list(Appliance.known.filter(found, site_id=step.job.site_id).order_by("letter"))


def booking_of(step: JobStep) -> Booking | None:
    return Booking.objects.filter(
        job_id=step.job_id, window=step.window, state__in=["BOOKED", "IN_USE", "MISSED"]
    ).first()


def obstacle(work: Work) -> Outcome | None:
    """What keeps the step from being acted on now; None: go ahead. Asked before the call."""
    claim, step = work.claim, work.step
    if claim.was == S.CLAIMED:
        return Lost(sent=work.attempt is not None)
    if claim.deaths >= MOST_CLAIMS:
        return Trouble(POISON)
    if claim.was != S.READY:
        return None
    changes = work.action.changes or step.effect in (do.CALLABLE, do.ONE_WAY)
    if changes and work.on_hold:
        return Trouble(UNDER_HOLD)
    if step.action == do.TEST_ELSEWHERE.name and (shown := testing.evidence(work.job, work.at)):
        return Proven(shown)
    return (_window_is_over(work) if step.window else None) or _grown_old(work)


def _grown_old(work: Work) -> Outcome | None:
    """G-RULE-4: what must be fresh before this change is asked for again, and the change waits."""
    if not work.action.changes or work.appliance is None:
        return None
    old = freshness.old_before(work.step, work.appliance, work.at)
    if not old:
        return None
    freshness.ask_again(work.step, work.appliance, old, work.at)
    told = {"touched": False}
    return NotYet(work.later(AGAIN_SECONDS), freshness.AGAIN, observed=told)


def _window_is_over(work: Work) -> Outcome | None:
    """Asked at the first step of a window only: once begun, a window is finished."""
    step, booking = work.step, work.booking
    piece = JobStep.objects.filter(job_id=step.job_id, window=step.window)
    if piece.filter(state__in=OVER).exists():
        return None
    if booking is None or booking.state == Booking.State.MISSED:
        return Missed(NO_BOOKING)
    if booking.state == Booking.State.IN_USE:  # by paper; the portal's own step comes after
        return None
    needs = piece.aggregate(all=Sum("worst_minutes"))["all"] or 0
    worst = timedelta(minutes=booking.worst_minutes)
    room_until = bookings.last_safe_start(booking) + worst  # with what shares its slot
    needed = min(timedelta(minutes=needs), worst)
    if room_until + GRACE - work.at < needed:
        return Missed(TOO_LATE)
    return _frozen(work, booking, needed, room_until)


def _frozen(work: Work, booking: Booking, needs: timedelta, room_until: datetime) -> Outcome | None:
    """A freeze set after the booking: the window waits for its end, if it can, else is missed."""
    booking.job, booking.site = work.job, work.site
    met = freezes.against(booking, start=work.at, needs=needs)
    if not met:
        return None
    over = max(one.span.end for one in met)
    if over + needs > room_until:
        return Missed(FROZEN_TOO_LONG)
    return NotYet(min(over, work.later(AGAIN_SECONDS)), FROZEN, observed={"touched": False})


def intend(work: Work) -> None:
    """Write down what is about to be sent. The database refuses a second open attempt, a second
    try of a one-way effect, and any attempt under a base hold."""
    assert work.appliance is not None, work.step
    work.attempt = Attempt(
        customer_id=work.claim.customer_id,
        step_id=work.step.pk,
        appliance_id=work.appliance.pk,
        effect=work.step.effect,
        token=work.claim.token,
        intent_at=work.at,
    )
    statements.intend(work.attempt)
