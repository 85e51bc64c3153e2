"""Synchronous upgrade of a failover pair.

A, the primary, is upgraded first and stays primary; no failover takes place. The site is away
while A is upgraded. From the break until failover is established again nothing protects it.
"""

# ruff: noqa: E501 (a page keeps one line a step)

from appliances import actions as do
from upgrades.planning.vocabulary import (
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

BREAK_UP = (
    Step(_("Sync Now, and wait until it is done"), B, do.SYNC_NOW, "G-SYNC-2", about=A),
    Step(_("Break the failover relationship"), B, do.BREAK_FAILOVER, "G-SYNC-3", about=A),
)
UPGRADE_A = (
    Step(_("Update A, automatic or manual"), A, do.INSTALL, "G-SYNC-4"),
    Step(_("Verify that A works"), A, do.VERIFY, "G-SYNC-5 G-VERIFY-1"),
)
UPGRADE_B = Window(
    _("Upgrade B"),
    (
        Step(_("Update B, automatic or manual"), B, do.INSTALL, "G-SYNC-6"),
        Step(_("Verify B from two machines by hosts file"), B, do.VERIFY_BY_HOSTS_FILE, "G-SYNC-6 G-VERIFY-1"),
    ),
    apart=True,
)  # fmt: skip
PAIR_UP = Phase(
    _("Restore failover"),
    (
        Step(_("Compare the inter-appliance keys"), A, do.COMPARE_KEYS, "G-SYNC-7", about=B),
        Step(_("Compare version and build"), A, do.CHECK_BUILDS, "G-SYNC-7", about=B),
        Step(_("Establish failover, B as backup"), A, do.ESTABLISH_FAILOVER, "G-SYNC-8 G-PAIR-5", about=B),
        Step(_("Wait for the first sync"), A, do.AWAIT_SYNC, "G-SYNC-9 G-SYNC-10", about=B),
    ),
)  # fmt: skip
BACK_UP_A = Phase(_("Back up"), (Step(_("Back up A"), A, do.BACK_UP, "G-SYNC-1"),), lead=60)

PROCEDURE = Procedure(
    name="pair-synchronous",
    title=_("Synchronous upgrade of a failover pair"),
    about=_(
        "For a simple site that can be away for a while. A, the primary, is upgraded first and "
        "stays primary; no failover takes place."
    ),
    notice=_(
        "The site is away while A is upgraded: all users are signed out and open sessions end."
    ),
    risk=_(
        "If A's base update fails, the site stays away until support helps. Until failover is "
        "established again nothing protects the site."
    ),
    shape=Shape.PAIR,
    before=(PREPARE,),
    each_hop=(
        CONSOLES_AHEAD,
        BACK_UP_A,
        Window(_("Upgrade A"), (*BREAK_UP, *UPGRADE_A)),
        Phase(
            _("Interim"),
            (*FOLLOW_UP, Step(_("Confirm the release in production"), A, do.CONFIRM_RELEASE, "G-PAIR-4")),
        ),
        UPGRADE_B,
        PAIR_UP,
    ),
    between=(LET_FOLLOW,),
    after=(FINISH,),
    guide="G-PAIR-1 G-PAIR-3",
)  # fmt: skip
