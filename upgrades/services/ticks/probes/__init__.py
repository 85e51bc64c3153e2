"""What is asked of an appliance after any doubt, or while a person is at it. No transaction.

One function a probe: it looks, and says what it saw as an outcome.
"""

from collections.abc import Callable

from appliances.actions import Probe
from upgrades.services.ticks.outcomes import Outcome
from upgrades.services.ticks.probes import cluster, installers, pair, updates
from upgrades.services.ticks.work import Work

PROBES_OF: dict[str, Callable[[Work], Outcome]] = {
    Probe.PRODUCT: updates.product,
    Probe.BASE_TYPED: updates.base_typed,
    Probe.ACCEPTING: cluster.accepting,
    Probe.NO_ROLES: pair.roles,
    Probe.ROLES: pair.roles,
    Probe.LAST_SYNC: pair.last_sync,
    Probe.SHARED_IP: pair.shared_ip,
    Probe.PUBLIC_NAME: pair.public_name,
    Probe.INSTALLERS: installers.installers,
}
