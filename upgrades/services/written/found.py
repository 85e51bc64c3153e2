"""A window that only the portal missed: the work was done in it, and stood on paper meanwhile.

Whoever may answer for that loads the form. The paper must tell of the missed window itself, within
its times; the job goes on from where the paper says, and those who were told of a missed window are
told that it was kept.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from appliances import actions as do
from portal import audit, permissions
from portal.background import enqueue
from portal.errors import NotNow, Refused
from upgrades.events import JobEvent
from upgrades.models import Booking, JobStep, UpgradeJob
from upgrades.models.job import UNDER_WAY
from upgrades.models.step import OVER
from upgrades.services import capacity, clashes, enrolled, following, notices, stepping, waited
from upgrades.services.afterwards import NotThen, Written
from upgrades.services.written.reading import Entry

S, J, B = JobStep.State, UpgradeJob.State, Booking.State
NEEDS = "window.correct"


class MissedWindow(Refused):
    """The portal holds a window for missed, and this person may not say that it was kept."""

    code = "missed-window"


def may(job: UpgradeJob, by: Any) -> bool:
    """Whether this person may say that a missed window of the job was kept."""
    return permissions.may(by, NEEDS, site_id=job.site_id)


def begin(
    job: UpgradeJob, entries: Sequence[Entry], *, by: Any, at: datetime, corrects: bool
) -> None:
    """A job that missed its first window was begun, by what the paper says: since its first time
    there. Of any other job: nothing. Raises MissedWindow, LineStopped, NotNow while another job
    runs on the site, and NotThen if the paper does not tell of the missed window, or tells of a
    time before it was approved."""
    if job.state != J.MISSED:
        return
    _demand(job, by, corrects)
    enrolled.demand_running(job)
    other = UpgradeJob.objects.filter(site_id=job.site_id, state__in=UNDER_WAY).first()
    if other is not None:
        raise NotNow(
            _("%(job)s is already under way at this site.") % {"job": other.label},
            remedy=_("Load the form when that job is over."),
        )
    missed = set(Booking.objects.filter(job=job, state=B.MISSED).values_list("window", flat=True))
    if not any(entry.step.window in missed for entry in entries):
        raise NotThen(
            _("The paper tells nothing of the window that was missed."),
            remedy=_("If nothing was done in it, choose another window."),
        )
    began = min(moment for entry in entries for moment in _moments(entry.written))
    if job.approved_at and began < job.approved_at:
        raise NotThen(_("The job was not approved then."))
    job.find_begun(at=began)
    job.save()
    audit.record(JobEvent.FOUND_BEGUN, job, by=by, job=job, at=at, data={"began": began})
    enrolled.begun(job, by=by, at=at)
    following.go_on(job, after=None, at=at)
    enqueue("upgrades.ring")


def take_up(step: JobStep, written: Written, *, by: Any, at: datetime, corrects: bool) -> bool:
    """If the step's window is held for missed: it was in use, since the paper tells of it, and what
    waited for another one is ready. Whether it was so. Raises MissedWindow, SlotTaken, and NotThen
    for times outside of the window."""
    if not step.window or step.state in OVER:
        return False
    rows = Booking.objects.filter(job=step.job, window=step.window, state=B.MISSED)
    booking = rows.select_related("site", "job__site", "job__target").first()
    if booking is None:
        return False
    _demand(step.job, by, corrects)
    _demand_inside(step, booking, written)
    _demand_not_ours(step)
    with clashes.unless_taken():
        booking.find_used()
        booking.save()
    told = {"window": booking.window, "start": booking.starts_at, "end": booking.ends_at}
    audit.record("booking.found_used", booking, by=by, at=at, data=told, job=step.job_id)
    capacity.follow(booking.job)
    for waiting in JobStep.objects.filter(job=step.job, window=step.window, state=S.WAITING):
        stepping.seize(waiting)
        waiting.begin_again(at=at)
        waiting.save()
    notices.window_kept(booking.job, booking, by=by, at=at)
    return True


def _demand(job: UpgradeJob, by: Any, corrects: bool) -> None:
    """`corrects`: whether the way in reaches that far, which a key of a program may not."""
    if may(job, by) and not corrects:
        raise MissedWindow(
            _("For the portal this window is missed, and this key may not say that it was kept."),
            remedy=_("Use a key that may administer."),
        )
    if not may(job, by):
        raise MissedWindow(
            _("For the portal this window is missed: support or an administrator of yours may say "
              "that it was kept."),
            remedy=_("Give them the form to load."),
        )  # fmt: skip


def _demand_inside(step: JobStep, booking: Booking, written: Written) -> None:
    if booking.starts_at <= min(_moments(written)) and written.happened_at <= booking.ends_at:
        return
    begins, ends = (waited.on_site(step, at) for at in (booking.starts_at, booking.ends_at))
    raise NotThen(
        _("The window that was missed was from %(begins)s to %(ends)s: this lies outside of it.")
        % {"begins": begins, "ends": ends},
        remedy=_(
            "If the work was done at another time, tell support before anything else is done."
        ),
    )


def _demand_not_ours(step: JobStep) -> None:
    """A window that begins with an effect of the portal's own was not kept without it, and once the
    window counts as begun nothing would hold that effect back until another one."""
    earlier = Q(rank__lt=step.rank) | Q(rank=step.rank, lane=step.lane, seq__lt=step.seq)
    ours = JobStep.objects.filter(earlier, job=step.job, window=step.window, doer=do.PORTAL)
    first = ours.exclude(effect=do.READ).exclude(state__in=OVER).order_by("rank", "seq").first()
    if first is not None:
        raise NotNow(
            _("Step %(seq)s comes first in this window, and the portal has not done it: %(text)s.")
            % {"seq": first.seq, "text": _(first.text)},
            remedy=_("Choose another window, and tell support what was done meanwhile."),
        )


def _moments(written: Written | None) -> list[datetime]:
    return [at for at in (written.began_at, written.happened_at) if at] if written else []
