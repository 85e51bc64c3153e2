"""What the portal itself does or reads for a step, one function an action. No transaction."""

from collections.abc import Callable

from appliances import actions as do
from upgrades.services.ticks.deeds import clients, cluster, hardware, pair, preparation
from upgrades.services.ticks.outcomes import Outcome
from upgrades.services.ticks.work import Work

Deed = Callable[[Work], Outcome]
DEEDS: dict[str, Deed] = {
    do.CHECK_READINESS.name: preparation.check_readiness,
    do.ANNOUNCE.name: preparation.announce,
    do.BACK_UP.name: preparation.back_up,
    do.CHECK_CLOCK.name: preparation.check_clock,
    do.NOTE_JUMPOINTS.name: clients.note_jumpoints,
    do.CHECK_OTHERS.name: clients.check_others,
    do.COMPARE_COUNTS.name: hardware.compare_counts,
    do.DWELL.name: clients.dwell,
    do.CHECK_CLIENTS.name: clients.check_clients,
    do.CHECK_BUILDS.name: pair.check_builds,
    do.AWAIT_SYNC.name: pair.await_sync,
    do.CHECK_PRODUCTION.name: pair.check_production,
    do.REGENERATE_INSTALLERS.name: clients.regenerate_installers,
    do.DRAIN.name: cluster.drain,
    do.CHECK_NODE.name: cluster.check_node,
    do.CHECK_FLAGS.name: cluster.check_flags,
    do.FREEZE.name: cluster.freeze,
    do.LIFT_FREEZE.name: cluster.lift_freeze,
}
