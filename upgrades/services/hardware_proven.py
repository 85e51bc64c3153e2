"""What the steps of new hardware leave behind when they are proven: versions, the account, the
place, and the way of the old appliance back (G-HW, G-RMA).

Keepers of `proving`: called inside the record, also where a person's word is the proof. What was
typed and cannot be right is refused here, in the step's own words, before anything is written.
"""

import re
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from appliances.models import Appliance, CertificateCopy
from appliances.services import led_returns, replacements, returns, versions
from upgrades.models import JobStep
from upgrades.services.not_planned import NotAsPlanned

Json = dict[str, Any]


def set_up(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    """Its base version decides what must be installed, its serial which box it is."""
    typed = evidence["base_version"]
    if appliance.base_version and not versions.same(typed, appliance.base_version):
        sentence = _("The plan counts on base %(base)s, but you typed %(typed)s.") % {
            "base": appliance.base_version, "typed": typed,
        }  # fmt: skip
        raise NotAsPlanned(
            sentence,
            remedy=_("Give this job up, record the base version, and plan the replacement anew."),
            fields={"base_version": sentence},
        )
    serial = evidence["serial"].strip()
    if appliance.serial and serial.casefold() != appliance.serial.casefold():
        sentence = _("The serial number of the replacement is %(serial)s.") % {
            "serial": appliance.serial,
        }  # fmt: skip
        raise NotAsPlanned(sentence, fields={"serial": sentence})
    appliance.serial = appliance.serial or serial[:60]
    appliance.save(update_fields=["serial"])
    by = step.confirmed_by
    versions.prove(appliance, versions.BASE, typed, at=at, by=by, job=step.job)


def imported(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    """G-HW-4: issued to the site's full name, and the one that was exported from the old one."""
    name, host = evidence["issued_to"].strip().lower(), step.job.site.public_name
    wildcard = name.startswith("*.") and host.partition(".")[2] == name[2:]
    if name != host and not wildcard:
        sentence = _("The site is reached as %(name)s.") % {"name": host}
        raise NotAsPlanned(sentence, fields={"issued_to": sentence})
    exported = CertificateCopy.objects.filter(appliance=appliance.replaces).order_by("noted_at")
    last = exported.last()
    if last is not None and _hexes(last.fingerprint) != _hexes(evidence["fingerprint"]):
        sentence = _("This is not the certificate that was exported from the old appliance.")
        raise NotAsPlanned(sentence, fields={"fingerprint": sentence})


def _hexes(fingerprint: str) -> str:
    return re.sub(r"[^0-9a-f]", "", fingerprint.lower())


def restored(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    """The backup carries the API accounts: from here on the new one can be asked."""
    replacements.inherit_account(
        appliance, of=appliance.replaces, by=step.confirmed_by, job=step.job
    )


def compared(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    """Its GUID becomes known, and that of nobody else."""
    if carried is not None:
        versions.note(appliance, carried, job=step.job)


def confirmed(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    """G-HW-8: it takes the place of the old one, whose return is opened."""
    job, by = step.job, step.confirmed_by
    new = replacements.take_over(_fresh(appliance), by=by, at=at, job=job)
    returns.open_for_job(
        _fresh(new), job=job, requested_by=job.requested_by, authorised_by=job.approved_by, by=by,
        at=at,
    )  # fmt: skip


def left(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    """G-RMA-1 to 4: its return moves along."""
    led_returns.by_job(step.action, appliance, evidence, job=step.job, by=step.confirmed_by, at=at)


def _fresh(appliance: Appliance) -> Appliance:
    return Appliance.known.select_related("site", "replaces__site").get(pk=appliance.pk)
