"""Whose configuration is to be left alone, and since when (G-ATLASF-5, G-ASYNC-10)."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from appliances.events import Event
from appliances.models import Appliance, ConfigurationFreeze
from portal import audit


def begin(appliance: Appliance, *, job: Any, at: datetime) -> ConfigurationFreeze:
    """From now on nobody changes it. Frozen already: that freeze stands."""
    freeze, begun = ConfigurationFreeze.objects.get_or_create(
        customer_id=appliance.customer_id, appliance=appliance, ended_at=None,
        defaults={"job_id": job.pk, "began_at": at},
    )  # fmt: skip
    if begun:
        audit.record(Event.FREEZE_BEGUN, appliance, job=job, at=at)
    return freeze


def end(appliance: Appliance, *, job: Any, at: datetime) -> None:
    """It may be changed again, or its configuration does not matter any more."""
    if ConfigurationFreeze.objects.filter(appliance=appliance, ended_at=None).update(ended_at=at):
        audit.record(Event.FREEZE_ENDED, appliance, job=job, at=at)


def end_all(job: Any, *, at: datetime) -> None:
    """Whatever a job had frozen: it is over, or was given up."""
    standing = ConfigurationFreeze.objects.filter(job_id=job.pk, ended_at=None)
    for freeze in standing.select_related("appliance"):
        end(freeze.appliance, job=job, at=at)


def standing(site_id: Any) -> list[ConfigurationFreeze]:
    """The freezes that stand at a site, oldest first."""
    return list(rows(site_id))


def rows(site_id: Any) -> QuerySet[ConfigurationFreeze]:
    """The same before they are read."""
    found = ConfigurationFreeze.objects.filter(appliance__site_id=site_id, ended_at=None)
    return found.select_related("appliance").order_by("began_at")
