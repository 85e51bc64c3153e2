"""The wait after a release (G-PREP-6), by the clock: since when it counts, and until when."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from appliances import actions as do
from appliances.models import Package
from portal.errors import Refused
from upgrades.models import JobStep
from upgrades.services import wording

LEAST_HOURS = 24
MINUTE = timedelta(minutes=1)


class WaitNotOver(Refused):
    """A wait that the guide demands was not over then."""

    code = "wait-not-over"


def release(step: JobStep) -> JobStep | None:
    """The last product package proven up to the step's hop, on any appliance of the job (G-RULE-3,
    the stricter reading); None: there is none."""
    installs = JobStep.objects.filter(
        job_id=step.job_id, action=do.INSTALL_PRODUCT.name, state=JobStep.State.DONE,
        hop__lte=step.hop,
    )  # fmt: skip
    return installs.select_related("package").order_by("-ended_at").first()


def until(step: JobStep, package: Package | None, since: datetime) -> datetime:
    """The end of a wait that counts from `since`, or as somebody extended it."""
    if extended := step.observed.get("extended_until"):
        return datetime.fromisoformat(extended)
    return since + timedelta(hours=max(LEAST_HOURS, package.dwell_hours if package else 0))


def demand(step: JobStep, moment: datetime) -> None:
    """A wait that a person says was over at `moment` was as long as it must be. Raises WaitNotOver
    with the earliest time. Any other step, and a wait after no release at all: nothing."""
    if step.action != do.DWELL.name or (since := release(step)) is None:
        return
    assert since.ended_at is not None, since
    earliest = until(step, since.package, since.ended_at)
    if moment < earliest:
        told = {"when": on_site(step, earliest), "guide": "G-PREP-6"}
        raise WaitNotOver(
            _("This wait is over at %(when)s at the earliest (%(guide)s).") % told,
            remedy=_("Only two people with a reason may cut it short, on the job’s page."),
        )


def on_site(step: JobStep, moment: datetime) -> str:
    """A moment on the clocks of the step's site, in the active language; never rounded down."""
    whole = moment.replace(second=0, microsecond=0)
    return wording.on_clock(whole if whole == moment else whole + MINUTE, step.job.site.zone)
