"""One outside conversation: what a claimed step needs now. No transaction is open here."""

from dataclasses import replace

from django.db import connection

from appliances import actions as do
from appliances.models import Appliance
from upgrades.models import JobStep
from upgrades.services.ticks import opening
from upgrades.services.ticks.deeds import DEEDS, cluster
from upgrades.services.ticks.outcomes import Ask, Outcome
from upgrades.services.ticks.probes import PROBES_OF
from upgrades.services.ticks.work import Work

S = JobStep.State


def act(work: Work) -> Outcome:
    """Do or read what the step says, or look whether it is so. Raises whatever is a bug."""
    assert not connection.in_atomic_block, "an appliance is asked inside a transaction"
    if work.opening is not None:
        return opening.ask(work, work.opening)
    if work.by_portal and work.action.evidence_fields and not _answer(work):
        return Ask()
    if work.by_portal and work.step.effect == do.READ:
        return DEEDS[work.step.action](work)
    if work.claim.was == S.READY and work.by_portal:
        return DEEDS[work.step.action](work)
    if work.claim.was == S.READY and _changes_a_node(work):
        if told := cluster.still_empty(work):
            return replace(told, observed={**told.observed, "touched": False})
        seen = _look(work)
        return replace(seen, observed={**seen.observed, "touched": True})
    return _look(work)


def _look(work: Work) -> Outcome:
    """Whether it is so already, or what a person is asked."""
    probe = PROBES_OF.get(work.action.probe)
    if probe is None or not _has_eyes(work):
        return Ask()
    return probe(work)


def _changes_a_node(work: Work) -> bool:
    """A traffic node is changed only when nobody is connected to it. Until then it is not touched:
    what is in the way is no problem of a base update."""
    box = work.appliance
    return work.action.changes and box is not None and box.cluster_role == box.ClusterRole.TRAFFIC


def _has_eyes(work: Work) -> bool:
    """Whether the portal can see for itself: the appliance has an interface to ask."""
    return work.appliance is not None and work.appliance.can_be_asked


def _answer(work: Work) -> bool:
    """A new box without an account cannot be asked: what the portal would do, a person does."""
    boxes = [work.appliance, *work.about]
    return all(box.can_be_asked for box in boxes if box and box.place == Appliance.Place.WAITING)
