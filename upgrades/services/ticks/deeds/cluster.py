"""What the portal reads of a cluster: who is still connected, how nodes are, whose list says what,
and whose configuration is to be left alone. No transaction."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as _

from appliances.models import Appliance
from appliances.services import clusters, nodes, remote
from appliances.services.observations import Observation, Trouble as Unanswered
from appliances.services.versions import same
from upgrades.services.ticks.deeds import asked
from upgrades.services.ticks.deeds.asked import AGAIN_SECONDS
from upgrades.services.ticks.outcomes import Look, NotYet, Outcome, Proven, Trouble
from upgrades.services.ticks.probes.updates import OLD_VERSION, OTHER_APPLIANCE
from upgrades.services.ticks.work import Work

COUNT_SECONDS = 60
# Programs that stay: they end no session of anybody when the node goes (G-ATLASF-3 counts people).
NOBODY = frozenset({"pinned_client", "push_agent", "jump_clients", "jumpoints", "connection_agents",
                    "asset_clients", "gateways"})  # fmt: skip
NEVER_ENDS = _(
    "Somebody is still connected to this node. Wait longer, or cut them off with a reason."
)
TAKES_NEW_ONES = _(
    "Nobody is connected to this node, but it accepts new connections: untick it on the master."
)
STILL_CONNECTED = _("Somebody is connected to this node again. It is not updated under them.")
FLAGS_DIFFER = _(
    "Not every node accepts as it must before production moves. Set it right on the masters."
)


def drain(work: Work) -> Outcome:
    """G-ATLASF-3: the node's customer clients and consoles, counted until there is none, or until
    the step's limit; then a person decides."""
    node = asked.appliance(work)
    if isinstance(node, Outcome):
        return node
    try:
        counted = nodes.connections(node)
        people = _people(counted)
        seen = {
            "connected": people, "by_type": counted, "counted_at": work.at.isoformat(),
            "most": max(people, work.step.observed.get("most", 0)),
        }  # fmt: skip
        if people == 0 and _accepts(work, node):
            return Trouble(TAKES_NEW_ONES, observed=seen)
    except Unanswered as trouble:
        return asked.unanswered(work, trouble)
    if people == 0:
        return Proven({"connected": 0, "empty_at": work.at.isoformat()}, observed=seen)
    if work.at >= limit(work):
        return Trouble(NEVER_ENDS, observed=seen)
    return Look(work.later(COUNT_SECONDS), observed=seen)


def limit(work: Work) -> datetime:
    """When a person is asked to decide."""
    return (work.step.began_at or work.at) + timedelta(minutes=work.step.worst_minutes)


def still_empty(work: Work) -> Outcome | None:
    """Asked right before a node is changed (G-RULE-7). None: nobody is connected, or a person
    decided to cut them off, or the node cannot be asked and only people can tell."""
    node = work.appliance
    if node is None or node.dialect == Appliance.Dialect.NO_API or work.cut_off:
        return None
    try:
        counted = nodes.connections(node)
    except Unanswered as trouble:
        return asked.unanswered(work, trouble)
    if people := _people(counted):
        seen = {"connected": people, "by_type": counted}
        return NotYet(work.later(COUNT_SECONDS), STILL_CONNECTED, observed=seen)
    return None


def check_node(work: Work) -> Outcome:
    """G-VERIFY-1: the expected appliance, its new version, and well. A master tells its list too:
    its upgrade has emptied it (G-ATLASF-4)."""
    box = asked.appliance(work)
    if isinstance(box, Outcome):
        return box
    seen = remote.observe(box)
    if not seen.answered:
        return _silent(work, seen)
    if work.package is not None and not same(seen.version, work.package.version):
        return Trouble(OLD_VERSION % {"found": seen.version, "wanted": work.package.version})
    if seen.kind == "unwell":
        return NotYet(work.later(AGAIN_SECONDS), seen.said or seen.detail)
    found = {"version": seen.version, "build": seen.build, "guid": seen.guid}
    if box.cluster_role != Appliance.ClusterRole.MASTER:
        return Proven(found)
    try:
        flags = nodes.flags(box)
    except Unanswered as trouble:
        return asked.unanswered(work, trouble)
    return Proven(found, carried=flags)


def _silent(work: Work, seen: Observation) -> Outcome:
    """It did not speak, or another one did. Unreachable is not failed: it is asked again."""
    if seen.kind == "wrong":
        return Trouble(OTHER_APPLIANCE)
    if seen.kind == "unreachable":
        return NotYet(work.later(AGAIN_SECONDS), seen.detail)
    return Trouble(f"{seen.detail} {seen.said}".strip())


def check_flags(work: Work) -> Outcome:
    """The gate before the swap: every node's flag, read in the lists of both masters."""
    serving = asked.appliance(work)
    if isinstance(serving, Outcome):
        return serving
    try:
        lists = [(box, nodes.flags(box)) for box in (serving, *work.about)]
    except Unanswered as trouble:
        return asked.unanswered(work, trouble)
    traffic = [box for box in work.boxes if box.cluster_role == Appliance.ClusterRole.TRAFFIC]
    wrong = [
        {"on": master.letter, "node": node.letter, "accepts": flags.get(node.guid)}
        for master, flags in lists
        for node in traffic
        if not _as_it_must(master, node, flags.get(node.guid), serves=master is serving)
    ]
    told = {
        master.letter: {node.letter: flags.get(node.guid) for node in traffic}
        for master, flags in lists
    }
    if wrong:
        return Trouble(FLAGS_DIFFER, observed={"lists": told, "wrong": wrong})
    return Proven({"lists": told}, observed={"lists": told, "wrong": []}, carried=lists[0][1])


def _as_it_must(master: Appliance, node: Appliance, accepts: bool | None, *, serves: bool) -> bool:
    """A node may accept only at its master's version, and must where that master serves."""
    level = same(node.product_version, master.product_version)
    if accepts is None:
        return False
    return accepts is level if serves else level or not accepts


def freeze(work: Work) -> Outcome:
    """G-ATLASF-5: from now on the configuration is left alone; the record writes it down."""
    return Proven({"since": work.at.isoformat()})


def lift_freeze(work: Work) -> Outcome:
    return Proven({"until": work.at.isoformat()})


def _people(counted: dict[str, int]) -> int:
    return sum(number for kind, number in counted.items() if kind not in NOBODY)


def _accepts(work: Work, node: Appliance) -> bool:
    """Whether new connections still come, in the list of the master that serves."""
    for box in work.boxes:
        if clusters.serves(box) and box.dialect != Appliance.Dialect.NO_API:
            return nodes.flags(box).get(node.guid, False)
    return False
