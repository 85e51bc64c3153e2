"""Upgrade of an Atlas cluster with failover.

B, the backup master, and half of the traffic nodes are upgraded while A and the other half
serve; then B takes over, which is downtime. The roles stay exchanged. From B's upgrade until
A follows, failover would not work; A's configuration is left alone meanwhile.
"""

# ruff: noqa: E501 (a page keeps one line a step)

from appliances import actions as do
from upgrades.planning.vocabulary import (
    EACH_NODE,
    EACH_OFFLINE_NODE,
    EACH_REMAINING_NODE,
    NETWORK,
    A,
    B,
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
        (Step(_("Download, do not install; Distribute to Cluster"), A, do.DISTRIBUTE, "G-ATLASF-1", about=EACH_NODE),),
    ),
    Phase(_("Back up"), (Step(_("Back up A"), A, do.BACK_UP, "G-PREP-1"),), lead=530),
    Phase(
        _("Free half of the nodes"),
        (
            Step(_("Untick Accept New Client Connections"), A, do.STOP_ACCEPTING, "G-ATLASF-2", about=EACH_OFFLINE_NODE),
            Step(_("Wait until nobody is connected"), EACH_OFFLINE_NODE, do.DRAIN, "G-ATLASF-3"),
        ),
        lead=500,
    ),
    Window(
        _("Upgrade B and the off-line nodes"),
        (
            Step(_("Leave A's configuration alone from here"), A, do.FREEZE, "G-ATLASF-5"),
            Step(_("Update B"), B, do.INSTALL, "G-ATLASF-4"),
            Step(_("Check B"), B, do.CHECK_NODE, "G-ATLASF-4 G-VERIFY-1"),
            Step(_("See on A that the other half accepts; tick it if it does not"), A, do.START_ACCEPTING, "G-ATLASF-4", about=EACH_REMAINING_NODE),
            Step(_("Update the node"), EACH_OFFLINE_NODE, do.INSTALL, "G-ATLASF-6"),
            Step(_("Check the node"), EACH_OFFLINE_NODE, do.CHECK_NODE, "G-ATLASF-6 G-VERIFY-1"),
        ),
    ),
    Window(
        _("Put B into production"),
        (
            Step(_("See on both masters that every node accepts as it must"), A, do.CHECK_FLAGS, "G-ATLASF-6 G-ATLASF-7", about=B),
            Step(_("Become Backup, even if the peer cannot be contacted"), A, do.BECOME_BACKUP, "G-ATLASF-7", about=B),
            Step(_("Point the DNS record to B"), NETWORK, do.POINT_DNS, "G-ATLASF-8", about=B),
            Step(_("Point the NAT entry to B"), NETWORK, do.POINT_NAT, "G-ATLASF-8", about=B),
            Step(_("See that B answers under the public name"), B, do.CHECK_PRODUCTION, "G-ATLASF-8"),
            Step(_("See that B is primary; if it is not, Become Primary"), B, do.BECOME_PRIMARY, "G-ATLASF-9 G-PAIR-6", about=A),
            Step(_("Untick Enable Backup Operations"), B, do.STOP_BACKUP_OPERATIONS, "G-ATLASF-9"),
            Step(_("Tick Accept New Client Connections for the upgraded"), B, do.START_ACCEPTING, "G-ATLASF-10", about=EACH_OFFLINE_NODE),
            Step(_("Cluster status, Sync Now"), B, do.CLUSTER_SYNC, "G-ATLASF-10"),
            Step(_("Verify the site on B"), B, do.VERIFY, "G-VERIFY-1"),
        ),
    ),
    Phase(
        _("Free the remaining nodes"),
        (Step(_("Wait until nobody is connected"), EACH_REMAINING_NODE, do.DRAIN, "G-ATLASF-11"),),
        lead=500,
    ),
    Window(
        _("Upgrade the remaining nodes"),
        (
            Step(_("Update the node"), EACH_REMAINING_NODE, do.INSTALL, "G-ATLASF-11"),
            Step(_("Check the node"), EACH_REMAINING_NODE, do.CHECK_NODE, "G-ATLASF-11 G-VERIFY-1"),
            Step(_("Tick Accept New Client Connections"), B, do.START_ACCEPTING, "G-ATLASF-11", about=EACH_REMAINING_NODE),
        ),
    ),
)  # fmt: skip
UPGRADE_A = Window(
    _("Upgrade A"),
    (
        Step(_("Update A"), A, do.INSTALL, "G-ATLASF-12"),
        Step(_("Check A"), A, do.CHECK_NODE, "G-ATLASF-12 G-VERIFY-1"),
        Step(_("Tick Enable Backup Operations"), A, do.START_BACKUP_OPERATIONS, "G-ATLASF-13"),
        Step(_("Cluster, Sync Now"), B, do.CLUSTER_SYNC, "G-ATLASF-13"),
        Step(_("A's configuration comes from B now"), A, do.LIFT_FREEZE, "G-ATLASF-5"),
    ),
    apart=True,
)

PROCEDURE = Procedure(
    name="atlas-failover",
    title=_("Upgrade of an Atlas cluster with failover"),
    about=_(
        "For an Atlas cluster with a backup master. B and half of the traffic nodes are "
        "upgraded while A and the other half serve; then B takes over. The roles stay "
        "exchanged."
    ),
    notice=_("When B takes over everybody is cut off: this is downtime."),
    risk=_(
        "From B's upgrade until A follows failover would not work. A's configuration is left "
        "alone meanwhile: what is changed there is lost."
    ),
    shape=Shape.CLUSTER_WITH_FAILOVER,
    before=(PREPARE,),
    each_hop=(
        CONSOLES_AHEAD,
        *UPGRADE_CLUSTER,
        CLIENTS,
        Phase(_("Interim"), (Step(_("Confirm the release"), B, do.CONFIRM_RELEASE, "G-PAIR-4"),)),
        UPGRADE_A,
    ),
    between=(LET_FOLLOW,),
    after=(FINISH,),
    exchanges_roles=True,
)
