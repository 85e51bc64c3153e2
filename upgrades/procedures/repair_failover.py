"""Repair of a failover pair that an abandoned job left parted.

Whichever appliance is behind is brought to the release of the other; then failover is established
again, the one that serves as primary. What else was left behind is put right at the end.
"""

# ruff: noqa: E501 (a page keeps one line a step)

from appliances import actions as do
from upgrades.planning.vocabulary import (
    LATE_A,
    LATE_B,
    A,
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
    name="repair-failover",
    title=_("Restore failover after an abandoned job"),
    about=_(
        "For a pair whose relationship is broken, or whose appliances carry different "
        "releases. The one that is behind is updated, then failover is established again."
    ),
    notice=_(
        "If the appliance that serves is behind, the site is away while it is updated. "
        "Otherwise nothing."
    ),
    risk=_("Until failover is established again nothing protects the site."),
    shape=Shape.PAIR,
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
            _("Bring the one that serves to the release"),
            (
                Step(_("Update it, automatic or manual"), LATE_A, do.INSTALL, "G-SYNC-4"),
                Step(_("Verify that it works"), LATE_A, do.VERIFY, "G-SYNC-5 G-VERIFY-1"),
            ),
        ),
        Window(
            _("Bring the other one to the release"),
            (
                Step(_("Update it, automatic or manual"), LATE_B, do.INSTALL, "G-SYNC-6"),
                Step(_("Verify it from two machines by hosts file"), LATE_B, do.VERIFY_BY_HOSTS_FILE, "G-SYNC-6 G-VERIFY-1"),
            ),
            apart=True,
        ),
        Phase(
            _("Restore failover"),
            (
                Step(_("Back up A"), A, do.BACK_UP, "G-PREP-1 G-SYNC-1", if_left="failover-broken"),
                Step(_("Back up B: the first sync overwrites what it holds"), B, do.BACK_UP, "G-PREP-1 G-SYNC-10", if_left="failover-broken"),
                Step(_("Compare the inter-appliance keys"), A, do.COMPARE_KEYS, "G-SYNC-7", about=B, if_left="failover-broken"),
                Step(_("Compare version and build"), A, do.CHECK_BUILDS, "G-SYNC-7", about=B, if_left="failover-broken"),
                Step(_("Establish failover, B as backup"), A, do.ESTABLISH_FAILOVER, "G-SYNC-8 G-PAIR-5", about=B, if_left="failover-broken"),
                Step(_("Wait for the first sync"), A, do.AWAIT_SYNC, "G-SYNC-9 G-SYNC-10 G-ASYNC-6", about=B, if_left="failover-broken"),
                Step(_("The configuration need be left alone no more"), A, do.LIFT_FREEZE, "G-ASYNC-10", if_left="configuration-frozen"),
            ),
        ),
        PUT_RIGHT,
    ),
    repairs=True,
)  # fmt: skip
