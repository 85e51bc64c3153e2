"""A failover pair: parting, joining again, and the ways production moves."""

# ruff: noqa: E501 (a text is one line, as the catalogues show it)

from appliances.actions.vocabulary import (
    CALLABLE,
    DATETIME,
    HUMAN,
    NETWORK,
    NUMBER,
    OBSERVED,
    ONE_WAY,
    PERSON,
    PORTAL,
    READ,
    TICK,
    VERSION,
    Action,
    Fact,
    Field,
    Probe,
    _,
)

_FAILOVER = _("/login > Management > Failover")
_ADDRESSES = _("/appliance > Networking > IP Configuration")
_AT = Field("done_at", _("Done at"), DATETIME)

SYNC_NOW = Action(
    "sync_now", PERSON, OBSERVED, Probe.LAST_SYNC, _("time of last sync"), (15, 120),
    screen=_FAILOVER,
    how=(
        _("Open /login > Management > Failover on the backup appliance and choose Sync Now."),
        _("Wait until the page shows a new time of the last sync and says that it ended well."),
    ),
    what_if_not=_("The backup misses what was changed since the last sync."),
    evidence_fields=(Field("synced_at", _("Time of the last sync"), DATETIME),),
)  # fmt: skip

BREAK_FAILOVER = Action(
    "break_failover", PERSON, OBSERVED, Probe.NO_ROLES, _("no role on either"), (5, 15),
    screen=_FAILOVER,
    how=(
        _("On the same page of the backup appliance choose Break Failover Relationships. No configuration is lost but the relationship."),
        _("See on both appliances that neither has a failover role. From here on nothing protects the site."),
    ),
    what_if_not=_("The appliances cannot be updated one by one."),
    evidence_fields=(_AT, Field("no_roles", _("Neither appliance has a role"), TICK)),
    settle_seconds=120,
)  # fmt: skip

COMPARE_KEYS = Action(
    "compare_keys", PERSON, HUMAN, Probe.TYPED, _("that they are equal, never the key"), (5, 15),
    screen=_("/login > Management > Security"),
    how=(
        _("Open /login > Management > Security on both appliances and find Inter-appliance Communication Pre-shared Key."),
        _("If they differ, copy the one of the appliance that serves to the other and save. Never write the key here."),
    ),
    what_if_not=_("The relationship is refused."),
    evidence_fields=(Field("equal", _("Both hold the same key"), TICK),),
)  # fmt: skip

CHECK_BUILDS = Action(
    "check_builds", PORTAL, READ, Probe.OURS, _("version and build of both"), (1, 5),
    how=(
        _("The portal compares version and build of both appliances: the relationship is made only between equal ones."),
        _("Where it cannot, read them on /login > Status > Information of both."),
    ),
    what_if_not=_("The relationship is refused, or an alert goes out about different versions."),
    evidence_fields=(
        Field("product_version", _("Product version of both"), VERSION),
        Field("build", _("Build of both")),
    ),
)  # fmt: skip

ESTABLISH_FAILOVER = Action(
    "establish_failover", PERSON, OBSERVED, Probe.ROLES, _("role on both appliances"), (10, 30),
    screen=_FAILOVER,
    how=(
        _("Open /login > Management > Failover on the appliance that shall be primary. Be sure that it is the one that serves: the other one's data will be overwritten."),
        _("Fill in New Backup Site Connection Details and Reverse Connection Details To This Primary Site: the own address or own name of each appliance and its TLS port, never the site's shared name."),
        _("Choose Establish Relationship, and wait until the connection is checked both ways."),
    ),
    what_if_not=_("The site stays without failover."),
    evidence_fields=(_AT, Field("roles", _("One is primary, the other backup"), TICK)),
    settle_seconds=120,
)  # fmt: skip

AWAIT_SYNC = Action(
    "await_sync", PORTAL, READ, Probe.LAST_SYNC, _("time of last sync"), (15, 240),
    screen=_FAILOVER,
    how=(
        _("The first data sync begins about 60 seconds after the relationship; Sync Now begins it at once. It takes seconds to hours."),
        _("The portal waits for a new time of the last sync. Where it cannot, read it on /login > Management > Failover."),
    ),
    what_if_not=_("Failover would lose what has not crossed yet."),
    evidence_fields=(Field("synced_at", _("Time of the last sync"), DATETIME),),
)  # fmt: skip

RELEASE_SHARED_IP = Action(
    "release_shared_ip", PERSON, OBSERVED, Probe.SHARED_IP, _("time, and the flag off"), (2, 5),
    screen=_ADDRESSES,
    how=(
        _("Have the same page of the other appliance open beforehand: the two steps follow at once."),
        _("Open /appliance > Networking > IP Configuration, untick Enabled of the shared address and choose Save Changes."),
    ),
    what_if_not=_("Two appliances hold the same address."),
    evidence_fields=(_AT,),
    only_if=Fact.SHARED_IP,
)  # fmt: skip

TAKE_SHARED_IP = Action(
    "take_shared_ip", PERSON, OBSERVED, Probe.SHARED_IP, _("time, and the flag on"), (2, 5),
    screen=_ADDRESSES,
    how=(
        _("Open /appliance > Networking > IP Configuration, tick Enabled of the shared address at once and choose Save Changes."),
        _("See that the site answers by its public name."),
    ),
    what_if_not=_("The site stays away."),
    evidence_fields=(_AT,),
    only_if=Fact.SHARED_IP,
    overdue_after=5,  # everybody is told while the address is nowhere (guide §12)
)  # fmt: skip

POINT_DNS = Action(
    "point_dns", NETWORK, HUMAN, Probe.PUBLIC_NAME, _("the record as changed"), (15, 30),
    how=(
        _("Change the DNS record of the site's name to the address of the appliance named in this step, inside and outside your network."),
        _("Wait until it has propagated; how long is the record's time to live. Lower that a day ahead if you can."),
    ),
    what_if_not=_("Users go on reaching the other appliance."),
    evidence_fields=(
        Field("record", _("The record as it is now")),
        Field("ttl_seconds", _("Time to live, in seconds"), NUMBER, required=False),
        _AT,
    ),
    moves=True, only_if=Fact.DNS,
)  # fmt: skip

POINT_NAT = Action(
    "point_nat", NETWORK, HUMAN, Probe.PUBLIC_NAME, _("the entry as changed"), (10, 30),
    how=(
        _("Change the NAT entry of the public address to the appliance named in this step."),
        _("See that new connections arrive there; it works at once."),
    ),
    what_if_not=_("Users go on reaching the other appliance."),
    evidence_fields=(Field("entry", _("The entry as it is now")), _AT),
    moves=True, only_if=Fact.NAT,
)  # fmt: skip

BECOME_BACKUP = Action(
    "become_backup", PERSON, ONE_WAY, Probe.ROLES, _("role on both appliances"), (10, 60),
    screen=_FAILOVER,
    how=(
        _("Open /login > Management > Failover on the primary. This cuts everybody off: be sure that the window is open and users are told."),
        _("Tick Become backup even if the peer site instance cannot be contacted, and choose Become Backup, once."),
    ),
    what_if_not=_("Production stays on the appliance with the release before."),
    evidence_fields=(_AT, Field("roles", _("The other one is primary now"), TICK)),
    settle_seconds=120,
)  # fmt: skip

BECOME_PRIMARY = Action(
    "become_primary", PERSON, CALLABLE, Probe.ROLES, _("role on both appliances"), (5, 15),
    screen=_FAILOVER,
    how=(
        _("Open /login > Management > Failover and see whether this appliance is primary already. If so, confirm: nothing is to be done."),
        _("If not, choose Become Primary. Leave the box for a data sync from the peer unticked while the releases differ."),
    ),
    what_if_not=_("No appliance of the site is primary."),
    evidence_fields=(_AT, Field("was_primary", _("It was primary already"), TICK, required=False)),
    settle_seconds=120,
)  # fmt: skip
