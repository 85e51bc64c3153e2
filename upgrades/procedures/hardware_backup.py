"""New hardware for the backup of a failover pair, and the return of the old one.

The guide's page is for one appliance; in a pair the relationship is broken first, since a backup
file would carry failover settings over. Here the first sync brings the data, not a backup file.
"""

# ruff: noqa: E501 (a page keeps one line a step)

from appliances import actions as do
from upgrades.planning.vocabulary import (
    NEW,
    OLD,
    SITE,
    A,
    Phase,
    Procedure,
    Shape,
    Step,
    Window,
    _,
)  # fmt: skip
from upgrades.procedures.hardware import SET_UP_NEW
from upgrades.procedures.shared import FOLLOW_UP, INSTALLERS, RETURN

PROCEDURE = Procedure(
    name="hardware-backup",
    title=_("New hardware for the backup of a failover pair"),
    about=_(
        "For a pair whose backup appliance is replaced. Failover is broken first; the first "
        "data sync brings the data."
    ),
    notice=_("Nothing: the site stays up."),
    risk=_("Without failover from the break to the first sync nothing protects the site."),
    shape=Shape.PAIR,
    before=(),
    once=(
        Phase(_("Set up the new appliance"), SET_UP_NEW),
        Window(
            _("Exchange the backup"),
            (
                Step(_("Back up A"), A, do.BACK_UP, "G-HW-2 G-SYNC-1", unless_left="replacement-unconfirmed"),
                Step(_("Back up the old appliance"), OLD, do.BACK_UP, "G-HW-2", unless_left="replacement-unconfirmed"),
                Step(_("Sync Now, and wait until it is done"), OLD, do.SYNC_NOW, "G-SYNC-2", about=A, unless_left="replacement-unconfirmed"),
                Step(_("Break the failover relationship"), OLD, do.BREAK_FAILOVER, "G-SYNC-3 G-HW-9", about=A, unless_left="replacement-unconfirmed"),
                Step(_("Compare the inter-appliance keys"), A, do.COMPARE_KEYS, "G-SYNC-7", about=NEW, unless_left="replacement-unconfirmed"),
                Step(_("Compare version and build"), A, do.CHECK_BUILDS, "G-SYNC-7", about=NEW, unless_left="replacement-unconfirmed"),
                Step(_("Establish failover, the new one as backup"), A, do.ESTABLISH_FAILOVER, "G-SYNC-8", about=NEW, unless_left="replacement-unconfirmed"),
            ),
        ),
        Phase(
            _("Confirm"),
            (
                Step(_("Wait for the first sync"), A, do.AWAIT_SYNC, "G-SYNC-9", about=NEW),
                Step(_("Compare what came over with the primary"), NEW, do.COMPARE_COUNTS, "G-SYNC-10", about=A),
                Step(_("Verify it from two machines by hosts file"), NEW, do.VERIFY_BY_HOSTS_FILE, "G-ASYNC-3"),
                *INSTALLERS,
                *FOLLOW_UP,
                Step(_("See that every client is there"), SITE, do.CHECK_CLIENTS, "G-CLIENT-7"),
                Step(_("Confirm that it stands in as backup"), NEW, do.CONFIRM_PRODUCTION, "G-HW-8"),
            ),
        ),
        RETURN,
    ),
    replaces=True,
)  # fmt: skip
