"""Change of a single appliance for new hardware, and the return of the old one.

Physical to physical, or between physical and virtual. The new one takes the product version of
the old one, then its backup, then production. The old one goes back when that is confirmed.
"""

# ruff: noqa: E501 (a page keeps one line a step)

from appliances import actions as do
from upgrades.planning.vocabulary import (
    NETWORK,
    NEW,
    OLD,
    SITE,
    Phase,
    Procedure,
    Shape,
    Step,
    Window,
    _,
)  # fmt: skip
from upgrades.procedures.shared import RETURN

SET_UP_NEW = (
    Step(_("Check that both are ready"), SITE, do.CHECK_READINESS, "G-PREP-3"),
    Step(_("Set the new appliance up"), NEW, do.SET_UP, "G-HW-1", unless_left="replacement-unconfirmed"),
    Step(_("Export certificate, key and chain, with a passphrase"), OLD, do.EXPORT_CERTIFICATES, "G-HW-3 G-PREP-2", unless_left="replacement-unconfirmed"),
    Step(_("Import the certificate; it must show no warning"), NEW, do.IMPORT_CERTIFICATE, "G-HW-3 G-HW-4", unless_left="replacement-unconfirmed"),
    Step(_("Assign IP: tick the addresses and save"), NEW, do.ASSIGN_IP, "G-HW-4", unless_left="replacement-unconfirmed"),
    Step(_("Accept the EULA"), NEW, do.ACCEPT_EULA, "G-HW-5", unless_left="replacement-unconfirmed"),
    Step(_("Install the product package"), NEW, do.INSTALL, "G-HW-5"),
    Step(_("Change the default login"), NEW, do.CHANGE_LOGIN, "G-HW-6", unless_left="replacement-unconfirmed"),
)  # fmt: skip

PROCEDURE = Procedure(
    name="hardware",
    title=_("New hardware for a single appliance"),
    about=_(
        "For a single appliance that is replaced, physical or virtual. The new one takes the "
        "release of the old one, then its backup, then production. The old one goes back once "
        "that is confirmed."
    ),
    notice=_("Users lose their sessions once, when production moves to the new appliance."),
    risk=_(
        "What is changed on the old appliance after its backup is not on the new one. The old "
        "one is wiped at the end: what was not confirmed before is lost."
    ),
    shape=Shape.SINGLE,
    before=(),
    once=(
        Phase(_("Set up the new appliance"), SET_UP_NEW),
        Phase(
            _("Carry the settings over"),
            (
                Step(_("Tell the users when production moves"), SITE, do.ANNOUNCE, "G-PREP-10"),
                Step(_("Note which Jumpoints are connected"), SITE, do.NOTE_JUMPOINTS, "G-CLIENT-8", unless_left="replacement-unconfirmed"),
                Step(_("Leave the configuration alone from here"), OLD, do.FREEZE, "G-HW-2"),
                Step(_("Back up the old appliance"), OLD, do.BACK_UP, "G-HW-2"),
                Step(_("Upload the backup"), NEW, do.RESTORE_BACKUP, "G-HW-6", unless_left="replacement-unconfirmed"),
                Step(_("Compare what came over with the old one"), NEW, do.COMPARE_COUNTS, "G-HW-6", about=OLD, unless_left="replacement-unconfirmed"),
            ),
            lead=480,
        ),
        Window(
            _("Move production"),
            (
                Step(_("Point DNS to the new addresses"), NETWORK, do.MOVE_PRODUCTION, "G-HW-7", about=NEW),
                Step(_("See that it answers under the public name"), NEW, do.CHECK_PRODUCTION, "G-HW-7"),
                Step(_("Test remote support on it"), NEW, do.VERIFY, "G-HW-7 G-VERIFY-1"),
                Step(_("See that the clients set up by IP pull from it"), SITE, do.CHECK_PULL, "G-ASYNC-5"),
                Step(_("The old configuration matters no more"), OLD, do.LIFT_FREEZE, "G-HW-7"),
            ),
        ),
        Phase(
            _("Confirm"),
            (
                Step(_("Make the installers anew"), NEW, do.REGENERATE_INSTALLERS, "G-CLIENT-10"),
                Step(_("Make those of Buttons and consoles, and replace the old ones"), SITE, do.REPLACE_INSTALLERS, "G-CLIENT-10"),
                Step(_("Reinstall the integration clients"), SITE, do.REINSTALL_INTEGRATION, "G-CLIENT-9"),
                Step(_("See that Buttons, Jumpoints and agents follow"), NEW, do.CHECK_OTHERS, "G-CLIENT-8"),
                Step(_("See that every client has come over"), NEW, do.CHECK_CLIENTS, "G-CLIENT-7"),
                Step(_("Confirm production on the new appliance"), NEW, do.CONFIRM_PRODUCTION, "G-HW-8"),
            ),
        ),
        RETURN,
    ),
    replaces=True,
)  # fmt: skip
