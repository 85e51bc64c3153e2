"""Upgrade of an Atlas cluster without failover, without waits.

A master offers the next package only when it carries the one before, so the page runs once a
hop even here; with the clients removed nothing has to pass between.
"""

from upgrades.planning.vocabulary import (
    Procedure,
    Shape,
    _,
)  # fmt: skip
from upgrades.procedures.atlas import UPGRADE_CLUSTER
from upgrades.procedures.shared import CLIENTS_OFF, CLIENTS_ON, PREPARE_WITHOUT_CLIENTS

PROCEDURE = Procedure(
    name="atlas-without-waits",
    title=_("Upgrade of an Atlas cluster without failover, without waits"),
    about=_(
        "For an Atlas cluster several releases behind that cannot give its clients 24 hours "
        "between two. All client software is removed first and installed again at the end."
    ),
    notice=_("Nobody can work from the removal of the clients until they are installed again."),
    risk=_(
        "What is not installed again by hand stays away. If the master's base update fails, so "
        "does the site, until support helps."
    ),
    shape=Shape.CLUSTER,
    before=(PREPARE_WITHOUT_CLIENTS, CLIENTS_OFF),
    each_hop=UPGRADE_CLUSTER,
    after=(CLIENTS_ON,),
    guide="G-PREP-8",
)
