"""What the steps of a pair leave behind when they are proven: roles, shared addresses, who serves,
and the time without failover.

Keepers of `proving`: called inside the record, also where a person's word is the proof.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from appliances import actions as do
from appliances.models import Appliance
from appliances.services import production, replacements, versions
from upgrades.events import StepEvent
from upgrades.models import JobStep
from upgrades.services import clusters_proven, interims, stepping
from upgrades.services.not_planned import NotAsPlanned

Json = dict[str, Any]
LONG_GAP = timedelta(minutes=do.TAKE_SHARED_IP.minutes[1])


def broken(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    production.part(step.job.site_id, job=step.job, at=at)
    interims.begin(step.job.site, job=step.job, at=at)


def established(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    _relate(step, appliance, at)
    for new in _about(step):
        if new.place == Appliance.Place.WAITING:  # the first data sync brings it the accounts
            replacements.inherit_account(new, of=appliance, job=step.job)
    interims.end(step.job.site, job=step.job, at=at)


def became_primary(
    step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime
) -> None:
    _relate(step, appliance, at)


def became_backup(
    step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime
) -> None:
    for other in _about(step):
        production.relate(other, appliance, job=step.job, at=at)
    clusters_proven.swapped(step, appliance)


def _relate(step: JobStep, primary: Appliance, at: datetime) -> None:
    for other in _about(step):
        production.relate(primary, other, job=step.job, at=at)


def _about(step: JobStep) -> list[Appliance]:
    return list(Appliance.known.filter(pk__in=step.about_ids).select_related("site"))


def shared_ip(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    """As it was read. On a person's word the one has let go all that was known of it."""
    if step.action == do.RELEASE_SHARED_IP.name:
        production.share(appliance, carried or [])
        return
    production.share(appliance, appliance.shared_ips if carried is None else carried)
    production.serve(appliance, job=step.job, at=at)
    _warn_of_gap(step, at)


def _warn_of_gap(step: JobStep, at: datetime) -> None:
    """Untick and tick follow at once; in between nobody reaches the site (G-ASYNC-4, guide §12).
    The two times stand at their steps; a long gap is told of besides."""
    released = step.job.steps.filter(
        action=do.RELEASE_SHARED_IP.name, hop=step.hop, state=JobStep.State.DONE
    )
    ended = released.values_list("ended_at", flat=True).first()
    if ended is not None and at - ended > LONG_GAP:
        minutes = int((at - ended) / timedelta(minutes=1))
        stepping.note(StepEvent.GAP_LONG, step, None, at, gap=f"{minutes} min")


def produced(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    production.serve(appliance, job=step.job, at=at)


def builds(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    """As both were read. On a person's word (new hardware without an account yet) what was typed
    must be what the other one is known to carry. Raises NotAsPlanned."""
    for box, seen in carried or ():
        versions.note(box, seen, job=step.job)
    typed, known = evidence.get("product_version", ""), appliance.product_version
    if carried is None and typed and known and not versions.same(typed, known):
        sentence = _("%(name)s carries %(known)s, but you typed %(typed)s.") % {
            "name": appliance.name, "known": known, "typed": typed,
        }  # fmt: skip
        raise NotAsPlanned(
            sentence,
            remedy=_("Bring both to the same package first: else the relationship is refused."),
            fields={"product_version": sentence},
        )
