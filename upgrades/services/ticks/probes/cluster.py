"""Whether nodes accept new connections, as the master on whose page they are ticked says."""

from django.utils.translation import gettext_noop as _

from appliances import actions as do
from appliances.models import Appliance
from appliances.services import nodes
from appliances.services.observations import Trouble as Unanswered
from appliances.services.versions import same
from upgrades.models import JobStep
from upgrades.services.ticks import sights
from upgrades.services.ticks.outcomes import Ask, Look, Outcome, Proven, Trouble
from upgrades.services.ticks.probes.updates import OTHER_APPLIANCE, WATCH_SECONDS
from upgrades.services.ticks.work import Work

S = JobStep.State
NOT_LISTED = _("This master does not list every node of the step. Look at its Cluster page.")
NOT_LEVEL = _("A node may accept only at the version of its master: %(nodes)s must wait.")
OLD_ACCEPTS = _("%(nodes)s accepts here with another version than this master's. Untick it.")


def accepting(work: Work) -> Outcome:
    """Every flag of the step's nodes, in this very master's list (each master keeps its own).

    As wanted already: then nothing is to be done (verify, or do). Cannot be asked: then a person
    is at it, or is believed to be; unreachable is not failed.
    """
    assert work.appliance is not None, work.step
    wanted = work.step.action == do.START_ACCEPTING.name
    if wanted and (early := _not_level(work.appliance, work.about)):
        return Trouble(NOT_LEVEL % {"nodes": early})
    if any(not node.guid for node in work.about):
        return sights.on_their_word(work)  # the list names nodes by what we do not know of them
    try:
        flags = nodes.flags(work.appliance)
    except Unanswered as trouble:
        return _unanswered(work, trouble)
    if any(node.guid not in flags for node in work.about):
        return Trouble(NOT_LISTED)
    if wanted and (old := _not_level(work.appliance, _accepting_others(work, flags))):
        return Trouble(OLD_ACCEPTS % {"nodes": old})
    still = [node.letter for node in work.about if flags[node.guid] is not wanted]
    if still:
        return Ask(work.later(WATCH_SECONDS), observed={"still": still})
    told = {box.letter: flags[box.guid] for box in _nodes(work) if box.guid in flags}
    return Proven({"flags": told}, observed={"still": []}, carried=flags)


def _unanswered(work: Work, trouble: Unanswered) -> Outcome:
    if trouble.kind == "wrong":
        return Trouble(OTHER_APPLIANCE)
    again, told = work.later(WATCH_SECONDS), {"detail": trouble.detail}
    if work.claim.was in (S.READY, S.ASKING):
        return Ask(again, observed=told)
    return Look(again, observed=told)


def _nodes(work: Work) -> list[Appliance]:
    return [box for box in work.boxes if box.cluster_role == Appliance.ClusterRole.TRAFFIC]


def _accepting_others(work: Work, flags: dict[str, bool]) -> list[Appliance]:
    about = set(work.step.about_ids)
    return [box for box in _nodes(work) if flags.get(box.guid) and box.pk not in about]


def _not_level(master: Appliance, nodes: list[Appliance]) -> str:
    """Letters of those whose recorded version is another than the master's."""
    return ", ".join(
        node.letter for node in nodes if not same(node.product_version, master.product_version)
    )
