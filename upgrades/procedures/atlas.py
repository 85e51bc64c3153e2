"""Upgrade of an Atlas cluster without failover.

Half of the traffic nodes are upgraded while the other half serves; then the master, and while
it is upgraded nobody can log in; then the rest.
"""

# ruff: noqa: E501 (a page keeps one line a step)

from appliances import actions as do
from upgrades.planning.vocabulary import (
    EACH_NODE,
    EACH_OFFLINE_NODE,
    EACH_REMAINING_NODE,
    MASTER,
    Phase,
    Procedure,
    Shape,
    Step,
    Window,
    _,
)  # fmt: skip
from upgrades.procedures.shared import CLIENTS, CONSOLES_AHEAD, FINISH, LET_FOLLOW, PREPARE

UPGRADE_CLUSTER = (
    Phase(
        _("Distribute"),
        (Step(_("Download, do not install; Distribute to Cluster"), MASTER, do.DISTRIBUTE, "G-ATLAS-1", about=EACH_NODE),),
    ),
    Phase(_("Back up"), (Step(_("Back up the master"), MASTER, do.BACK_UP, "G-PREP-1"),), lead=530),
    Phase(
        _("Free half of the nodes"),
        (
            Step(_("Untick Accept New Client Connections"), MASTER, do.STOP_ACCEPTING, "G-ATLAS-2", about=EACH_OFFLINE_NODE),
            Step(_("Wait until nobody is connected"), EACH_OFFLINE_NODE, do.DRAIN, "G-ATLAS-2"),
        ),
        lead=500,
    ),
    Window(
        _("Upgrade the off-line nodes"),
        (
            Step(_("Update the node"), EACH_OFFLINE_NODE, do.INSTALL, "G-ATLAS-3"),
            Step(_("Check the node"), EACH_OFFLINE_NODE, do.CHECK_NODE, "G-ATLAS-3 G-VERIFY-1"),
        ),
    ),
    Window(
        _("Upgrade the master"),
        (
            Step(_("Update the master"), MASTER, do.INSTALL, "G-ATLAS-4"),
            Step(_("Check the master"), MASTER, do.CHECK_NODE, "G-ATLAS-4 G-VERIFY-1"),
            Step(_("Tick Accept New Client Connections for the upgraded"), MASTER, do.START_ACCEPTING, "G-ATLAS-5", about=EACH_OFFLINE_NODE),
            Step(_("Sync Now"), MASTER, do.CLUSTER_SYNC, "G-ATLAS-5"),
            Step(_("Verify the site"), MASTER, do.VERIFY, "G-VERIFY-1"),
        ),
    ),
    Phase(
        _("Free the remaining nodes"),
        (Step(_("Wait until nobody is connected"), EACH_REMAINING_NODE, do.DRAIN, "G-ATLAS-6"),),
        lead=500,
    ),
    Window(
        _("Upgrade the remaining nodes"),
        (
            Step(_("Update the node"), EACH_REMAINING_NODE, do.INSTALL, "G-ATLAS-6"),
            Step(_("Check the node"), EACH_REMAINING_NODE, do.CHECK_NODE, "G-ATLAS-6 G-VERIFY-1"),
            Step(_("Tick Accept New Client Connections"), MASTER, do.START_ACCEPTING, "G-ATLAS-7", about=EACH_REMAINING_NODE),
            Step(_("Sync Now"), MASTER, do.CLUSTER_SYNC, "G-ATLAS-7"),
        ),
    ),
)  # fmt: skip

PROCEDURE = Procedure(
    name="atlas",
    title=_("Upgrade of an Atlas cluster without failover"),
    about=_(
        "For an Atlas cluster with one master. Half of the traffic nodes are upgraded while "
        "the other half serves, then the master, then the rest."
    ),
    notice=_("While the master is upgraded nobody can sign in."),
    risk=_(
        "Half of the nodes carry all clients meanwhile. If the master's base update fails, "
        "nobody can sign in until support helps."
    ),
    shape=Shape.CLUSTER,
    before=(PREPARE,),
    each_hop=(CONSOLES_AHEAD, *UPGRADE_CLUSTER, CLIENTS),
    between=(LET_FOLLOW,),
    after=(FINISH,),
)
