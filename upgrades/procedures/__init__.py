"""The catalogue: name to procedure, and the methods behind their line "update it"."""

from upgrades.procedures import (
    atlas,
    atlas_failover,
    atlas_failover_without_waits,
    atlas_without_waits,
    hardware,
    hardware_backup,
    pair_asynchronous,
    pair_synchronous,
    pair_synchronous_without_waits,
    repair_clients,
    repair_failover,
    repair_nodes,
    single,
    single_without_waits,
)
from upgrades.procedures.methods import AUTOMATIC, MANUAL

PROCEDURES = {
    module.PROCEDURE.name: module.PROCEDURE
    for module in (
        single,
        single_without_waits,
        pair_synchronous,
        pair_synchronous_without_waits,
        pair_asynchronous,
        atlas,
        atlas_without_waits,
        atlas_failover,
        atlas_failover_without_waits,
        hardware,
        hardware_backup,
        repair_failover,
        repair_nodes,
        repair_clients,
    )
}
METHODS = {method.name: method for method in (AUTOMATIC, MANUAL)}
