"""Repair of an Atlas cluster that an abandoned job left with nodes off line.

Nodes at the master's release accept again at once; those behind are updated first. A master that is
behind is brought to the release of its nodes, since a node accepts only at its master's.
"""

# ruff: noqa: E501 (a page keeps one line a step)

from appliances import actions as do
from upgrades.planning.vocabulary import (
    EACH_IDLE_NODE,
    EACH_LATE_NODE,
    LATE_A,
    LATE_B,
    MASTER,
    B,
    Phase,
    Procedure,
    Shape,
    Step,
    Window,
    _,
)  # fmt: skip
from upgrades.procedures.shared import PUT_RIGHT

PROCEDURE = Procedure(
    name="repair-nodes",
    title=_("Bring nodes back after an abandoned job"),
    about=_(
        "For a cluster whose traffic nodes do not all accept connections, or do not all carry "
        "one release. Whatever is behind is updated."
    ),
    notice=_("While the master is updated nobody can sign in. Otherwise nothing."),
    risk=_("Until every node accepts again the others carry all clients."),
    shape=Shape.CLUSTER,
    also=frozenset({Shape.CLUSTER_WITH_FAILOVER}),
    before=(),
    once=(
        Phase(
            _("Prepare"),
            (
                Step(_("Tell the users when the site is away"), LATE_A, do.ANNOUNCE, "G-PREP-10"),
                Step(_("Export the certificates and the private key"), LATE_A, do.EXPORT_CERTIFICATES, "G-PREP-2"),
                Step(_("Export the certificates and the private key"), LATE_B, do.EXPORT_CERTIFICATES, "G-PREP-2"),
            ),
        ),
        Window(
            _("Bring the master to the release"),
            (
                Step(_("Update the master"), LATE_A, do.INSTALL, "G-ATLAS-4"),
                Step(_("Check the master"), LATE_A, do.CHECK_NODE, "G-ATLAS-4 G-VERIFY-1"),
            ),
        ),
        Phase(
            _("Bring the nodes back"),
            (
                Step(_("Tick Accept New Client Connections for the level ones"), MASTER, do.START_ACCEPTING, "G-ATLAS-5 G-ATLASF-10", about=EACH_IDLE_NODE),
                Step(_("Cluster status, Sync Now"), MASTER, do.CLUSTER_SYNC, "G-ATLAS-5 G-ATLASF-10"),
            ),
        ),
        Phase(
            _("Free the nodes that are behind"),
            (Step(_("Wait until nobody is connected"), EACH_LATE_NODE, do.DRAIN, "G-ATLAS-6 G-ATLASF-11"),),
        ),
        Window(
            _("Update the nodes that are behind"),
            (
                Step(_("Update the node"), EACH_LATE_NODE, do.INSTALL, "G-ATLAS-6 G-ATLASF-11"),
                Step(_("Check the node"), EACH_LATE_NODE, do.CHECK_NODE, "G-ATLAS-6 G-ATLASF-11 G-VERIFY-1"),
                Step(_("Tick Accept New Client Connections"), MASTER, do.START_ACCEPTING, "G-ATLAS-7 G-ATLASF-11", about=EACH_LATE_NODE),
            ),
        ),
        Window(
            _("Bring the backup master to the release"),
            (
                Step(_("See that Enable Backup Operations is not ticked"), LATE_B, do.STOP_BACKUP_OPERATIONS, "G-ATLASF-9"),
                Step(_("Update the backup master"), LATE_B, do.INSTALL, "G-ATLASF-12"),
                Step(_("Check the backup master"), LATE_B, do.CHECK_NODE, "G-ATLASF-12 G-VERIFY-1"),
            ),
            apart=True,
        ),
        Phase(
            _("Restore the cluster"),
            (
                Step(_("Tick Enable Backup Operations"), B, do.START_BACKUP_OPERATIONS, "G-ATLASF-13", if_left="backup-operations-off"),
                Step(_("Cluster, Sync Now, once all is level"), MASTER, do.CLUSTER_SYNC, "G-ATLAS-7 G-ATLASF-13"),
                Step(_("The configuration need be left alone no more"), MASTER, do.LIFT_FREEZE, "G-ATLASF-5", if_left="configuration-frozen"),
            ),
        ),
        PUT_RIGHT,
    ),
    repairs=True,
)  # fmt: skip
