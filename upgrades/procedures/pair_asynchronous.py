"""Asynchronous upgrade of a failover pair.

B, the backup, is upgraded first and takes over production; A follows when the release has been
confirmed. Users lose their sessions once, when production moves. The roles stay exchanged.
From the break until failover is established again nothing protects the site.
"""

# ruff: noqa: E501 (a page keeps one line a step)

from appliances import actions as do
from upgrades.planning.vocabulary import (
    NETWORK,
    SITE,
    A,
    B,
    Phase,
    Procedure,
    Shape,
    Step,
    Window,
    _,
)  # fmt: skip
from upgrades.procedures.shared import CONSOLES_AHEAD, FINISH, FOLLOW_UP, LET_FOLLOW, PREPARE

PROCEDURE = Procedure(
    name="pair-asynchronous",
    title=_("Asynchronous upgrade of a failover pair"),
    about=_(
        "For a large site that must stay up. B, the backup, is upgraded first and takes over; "
        "A follows when the release is confirmed. The roles stay exchanged."
    ),
    notice=_("Users lose their sessions once, when production moves."),
    risk=_(
        "Until failover is established again nothing protects the site. Settings changed on A "
        "after the sync are lost at the end."
    ),
    shape=Shape.PAIR,
    before=(PREPARE,),
    each_hop=(
        CONSOLES_AHEAD,
        Phase(_("Back up"), (Step(_("Back up A"), A, do.BACK_UP, "G-ASYNC-1"),), lead=60),
        Window(
            _("Upgrade B"),
            (
                Step(_("Leave A's configuration alone from here"), A, do.FREEZE, "G-ASYNC-10"),
                Step(_("Sync Now, and wait until it is done"), B, do.SYNC_NOW, "G-ASYNC-1", about=A),
                Step(_("Break the failover relationship"), B, do.BREAK_FAILOVER, "G-ASYNC-1", about=A),
                Step(_("Update B, automatic or manual"), B, do.INSTALL, "G-ASYNC-2"),
                Step(_("Verify B from two machines by hosts file"), B, do.VERIFY_BY_HOSTS_FILE, "G-ASYNC-3 G-VERIFY-1"),
            ),
        ),
        Window(
            _("Move production to B"),
            (
                Step(_("Untick the shared address on A and save"), A, do.RELEASE_SHARED_IP, "G-ASYNC-4"),
                Step(_("Tick it on B at once and save"), B, do.TAKE_SHARED_IP, "G-ASYNC-4"),
                Step(_("Point the DNS record to B"), NETWORK, do.POINT_DNS, "G-ASYNC-4", about=B),
                Step(_("Point the NAT entry to B"), NETWORK, do.POINT_NAT, "G-ASYNC-4", about=B),
                Step(_("See that B answers under the public name"), B, do.CHECK_PRODUCTION, "G-ASYNC-4"),
                Step(_("See that the clients set up by IP pull from B"), SITE, do.CHECK_PULL, "G-ASYNC-5"),
                Step(_("A's configuration matters no more"), A, do.LIFT_FREEZE, "G-ASYNC-6"),
            ),
        ),
        Phase(
            _("Interim"),
            (
                *FOLLOW_UP,
                Step(_("Confirm the release in production"), B, do.CONFIRM_RELEASE, "G-ASYNC-7 G-PAIR-4"),
            ),
        ),
        Window(
            _("Upgrade A"),
            (
                Step(_("Update A, automatic or manual"), A, do.INSTALL, "G-ASYNC-8"),
                Step(_("Verify A from two machines by hosts file"), A, do.VERIFY_BY_HOSTS_FILE, "G-ASYNC-8 G-VERIFY-1"),
            ),
            apart=True,
        ),
        Phase(
            _("Restore failover"),
            (
                Step(_("Compare the inter-appliance keys"), B, do.COMPARE_KEYS, "G-ASYNC-9", about=A),
                Step(_("Compare version and build"), B, do.CHECK_BUILDS, "G-ASYNC-9", about=A),
                Step(_("Establish failover, A as backup"), B, do.ESTABLISH_FAILOVER, "G-ASYNC-9", about=A),
                Step(_("Wait for the first sync"), B, do.AWAIT_SYNC, "G-ASYNC-9 G-ASYNC-6", about=A),
            ),
        ),
    ),
    between=(LET_FOLLOW,),
    after=(FINISH,),
    exchanges_roles=True,
    guide="G-PAIR-2 G-PAIR-3",
)  # fmt: skip
