"""The offer of a rollout to one site: its job, drafted and submitted, with its nights held."""

from datetime import datetime
from typing import Any

from upgrades.models import Enrolment, UpgradeJob
from upgrades.services import enrolled, jobs, planning

J = UpgradeJob.State


def make(enrolment: Enrolment, *, by: Any, at: datetime, earliest: Any = None) -> UpgradeJob:
    """Draft and submit the site's job: its nights are the first ones free, in the rollout's days.
    The enrolment is not saved, and nobody is told: the alert does both. In the customer's
    transaction; raises whatever refuses it."""
    site, rollout = enrolment.site, enrolment.rollout
    enrolment.last_possible_on = enrolled.last_day(enrolment)
    job = _standing(enrolment)
    if job is None:
        page = planning.procedures_for(site)[0]
        method = "manual" if site.restricted_network else "automatic"
        job = jobs.draft(site, rollout.release, procedure=page.name, method=method, by=by, at=at)
    enrolment.job = job
    days = (rollout.starts_on, enrolment.last_possible_on)
    jobs.submit(job, by=by, at=at, earliest=earliest, days=days, quiet=True)
    enrolment.planned_on = job.not_before
    return job


def _standing(enrolment: Enrolment) -> UpgradeJob | None:
    """What an earlier offer left as a draft is submitted anew."""
    if enrolment.job_id is None:
        return None
    return UpgradeJob.objects.with_site().filter(pk=enrolment.job_id, state=J.DRAFT).first()
