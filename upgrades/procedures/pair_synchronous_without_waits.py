"""Synchronous upgrade of a failover pair without waits.

The clients are removed first; each appliance goes to the newest in one window, so failover is
broken once and not once a hop.
"""

from upgrades.planning.vocabulary import (
    Procedure,
    Shape,
    Window,
    _,
)  # fmt: skip
from upgrades.procedures.pair_synchronous import (
    BACK_UP_A,
    BREAK_UP,
    PAIR_UP,
    UPGRADE_A,
    UPGRADE_B,
)  # fmt: skip
from upgrades.procedures.shared import CLIENTS_OFF, CLIENTS_ON, PREPARE_WITHOUT_CLIENTS

PROCEDURE = Procedure(
    name="pair-synchronous-without-waits",
    title=_("Synchronous upgrade of a failover pair without waits"),
    about=_(
        "For a pair several releases behind that cannot give its clients 24 hours between two. "
        "All client software is removed first; each appliance goes to the newest release in "
        "one window, so failover is broken once."
    ),
    notice=_("Nobody can work from the removal of the clients until they are installed again."),
    risk=_(
        "Until failover is established again nothing protects the site. What is not installed "
        "again by hand stays away."
    ),
    shape=Shape.PAIR,
    before=(PREPARE_WITHOUT_CLIENTS, CLIENTS_OFF),
    once=(
        BACK_UP_A,
        Window(_("Upgrade A"), (*BREAK_UP, *UPGRADE_A)),
        UPGRADE_B,
        PAIR_UP,
    ),
    after=(CLIENTS_ON,),
    guide="G-PAIR-1 G-PAIR-3 G-PREP-8",
)
