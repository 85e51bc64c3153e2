"""The catalogue: name to procedure, and where the ids live that no page carries."""

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

SERVED_ELSEWHERE = {
    "G-PREP-9": "planning.durations: the guide's minutes, then past runs",
    "G-PREP-13": "the page that lays both methods side by side",
    "G-PREP-15": "appliances: backups kept whenever settings change",
    "G-PREP-16": "appliances: recurring backups",
    "G-CLIENT-1": "Action.for_product",
    "G-LIC-1": "appliances: the licence shown with each site",
    "G-LIC-2": "portal: contracts",
    "G-LIC-3": "each procedure page and document: which edition, and that the current prevails",
}
