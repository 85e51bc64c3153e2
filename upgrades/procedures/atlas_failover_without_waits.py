"""Upgrade of an Atlas cluster with failover, without waits.

As with waits, once a hop; with the clients removed nothing has to pass between.
"""

from upgrades.planning.vocabulary import (
    Procedure,
    Shape,
    _,
)  # fmt: skip
from upgrades.procedures.atlas_failover import UPGRADE_A, UPGRADE_CLUSTER
from upgrades.procedures.shared import CLIENTS_OFF, CLIENTS_ON, PREPARE_WITHOUT_CLIENTS

PROCEDURE = Procedure(
    name="atlas-failover-without-waits",
    title=_("Upgrade of an Atlas cluster with failover, without waits"),
    about=_(
        "For an Atlas cluster with failover, several releases behind, that cannot give its "
        "clients 24 hours between two. All client software is removed first and installed "
        "again at the end."
    ),
    notice=_("Nobody can work from the removal of the clients until they are installed again."),
    risk=_(
        "From B's upgrade until A follows failover would not work. What is not installed again "
        "by hand stays away."
    ),
    shape=Shape.CLUSTER_WITH_FAILOVER,
    before=(PREPARE_WITHOUT_CLIENTS, CLIENTS_OFF),
    each_hop=(*UPGRADE_CLUSTER, UPGRADE_A),
    after=(CLIENTS_ON,),
    exchanges_roles=True,
    guide="G-PREP-8",
)
