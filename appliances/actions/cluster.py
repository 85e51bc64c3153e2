"""An Atlas cluster: the package on every node, nodes out of service and back, backup operations."""

# ruff: noqa: E501 (a text is one line, as the catalogues show it)

from appliances.actions.vocabulary import (
    DATETIME,
    HUMAN,
    NUMBER,
    OBSERVED,
    PERSON,
    PORTAL,
    READ,
    TICK,
    Action,
    Field,
    Probe,
    _,
)

_CLUSTER = _("/login > Management > Cluster")
_FAILOVER = _("/login > Management > Failover")

DISTRIBUTE = Action(
    "distribute", PERSON, HUMAN, Probe.TYPED, _("package on every node, none installed"), (30, 120),
    screen=_("/login > Management > Software Management"),
    how=(
        _("Download the available updates on the master. Do not install them."),
        _("Choose Distribute to Cluster and wait until every node holds the package. This prepares; it installs nothing."),
    ),
    what_if_not=_("A node has nothing to install when its turn comes."),
    evidence_fields=(
        Field("nodes", _("Nodes that hold the package"), NUMBER),
        Field("none_installed", _("None is installed yet"), TICK),
    ),
)  # fmt: skip

STOP_ACCEPTING = Action(
    "stop_accepting", PERSON, OBSERVED, Probe.ACCEPTING, _("each node refuses new connections"), (5, 15),
    screen=_CLUSTER,
    how=(
        _("Open /login > Management > Cluster on the master and untick Accept New Client Connections on each node named in this step."),
        _("Save, and see that the other nodes still accept. Those who are connected stay connected."),
    ),
    what_if_not=_("New clients keep coming, and the node never empties."),
    evidence_fields=(
        Field("off", _("Nodes that refuse now")),
        Field("others_accept", _("The other nodes still accept"), TICK),
    ),
)  # fmt: skip

START_ACCEPTING = Action(
    "start_accepting", PERSON, OBSERVED, Probe.ACCEPTING, _("each node accepts new connections"), (5, 15),
    screen=_CLUSTER,
    how=(
        _("Open /login > Management > Cluster on the appliance of this step and tick Accept New Client Connections on each node named in it."),
        _("Save, and see that each accepts. Tick only nodes that carry this appliance's version; if one accepts already, nothing is to be done."),
    ),
    what_if_not=_("Nobody can connect through these nodes."),
    evidence_fields=(Field("on", _("Nodes that accept now")),),
)  # fmt: skip

DRAIN = Action(
    "drain", PORTAL, READ, Probe.CLIENT_COUNT, _("count 0, and when"), (60, 480),
    screen=_("/login > Status > Information"),
    how=(
        _("The portal watches the number of connected clients of the node until it is 0."),
        _("Where it cannot, open /login > Status > Information of the node and watch Connected Clients. Ask those who stay on to end their sessions."),
        _("If new ones keep coming, untick Accept New Client Connections of the node on the master."),
    ),
    what_if_not=_("Sessions are cut when the node is updated."),
    evidence_fields=(
        Field("connected", _("Connected clients"), NUMBER),
        Field("empty_at", _("Empty since"), DATETIME),
    ),
)  # fmt: skip

CHECK_FLAGS = Action(
    "check_flags", PORTAL, READ, Probe.ACCEPTING, _("each node in the lists of both masters"), (1, 5),
    screen=_CLUSTER,
    how=(
        _("The portal reads the list of nodes on both masters. On the one that serves every node with its release must accept, and no other; on the other one no node with the release before may accept."),
        _("Where it cannot, open /login > Management > Cluster on both and compare. Tick or untick what differs, then try again."),
    ),
    what_if_not=_("After the swap clients are sent to nodes that cannot serve them."),
    evidence_fields=(
        Field("serving_list", _("Nodes that accept in the list of the master that serves")),
        Field("other_list", _("No node with the release before accepts in the other list"), TICK),
    ),
)  # fmt: skip

STOP_BACKUP_OPERATIONS = Action(
    "stop_backup_operations", PERSON, HUMAN, Probe.TYPED, _("the box before and after"), (2, 5),
    screen=_FAILOVER,
    how=(
        _("Open /login > Management > Failover on the new primary and write down whether Enable Backup Operations is ticked."),
        _("Untick it and save. It is ticked again at the end of this hop."),
    ),
    what_if_not=_("The appliance with the release before tries to take over, or overwrites data."),
    evidence_fields=(
        Field("was_ticked", _("It was ticked before"), TICK, required=False),
        Field("unticked", _("It is unticked now"), TICK),
    ),
)  # fmt: skip

START_BACKUP_OPERATIONS = Action(
    "start_backup_operations", PERSON, HUMAN, Probe.TYPED, _("the box ticked"), (2, 5),
    screen=_FAILOVER,
    how=(
        _("Open /login > Management > Failover on the appliance that is the backup now."),
        _("Tick Enable Backup Operations and save. From here on failover works again."),
    ),
    what_if_not=_("The site stays without failover."),
    evidence_fields=(
        Field("was_ticked", _("It was ticked before"), TICK, required=False),
        Field("ticked", _("It is ticked now"), TICK),
    ),
)  # fmt: skip

CLUSTER_SYNC = Action(
    "cluster_sync", PERSON, OBSERVED, Probe.LAST_SYNC, _("time of last sync"), (10, 60),
    screen=_CLUSTER,
    how=(
        _("Open /login > Management > Cluster on the serving master and choose Sync Now under Cluster :: Status."),
        _("Wait until every node shows that it is in sync."),
    ),
    what_if_not=_("Nodes work with settings of before."),
    evidence_fields=(Field("synced_at", _("Time of the last sync"), DATETIME),),
)  # fmt: skip
