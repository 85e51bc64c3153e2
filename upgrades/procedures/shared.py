"""What the pages share: preparation, clients, the return of an appliance. Data only."""

# ruff: noqa: E501 (a page keeps one line a step)

from appliances import actions as do
from upgrades.planning.vocabulary import (
    EACH_APPLIANCE,
    OLD,
    SITE,
    Phase,
    Step,
    _,
)  # fmt: skip

# Before
_READY = (
    Step(_("Check that the site is ready, and entitled on that day"), SITE, do.CHECK_READINESS, "G-PREP-3 G-PREP-9"),
    Step(_("Test the release in a controlled environment"), SITE, do.TEST_ELSEWHERE, "G-PREP-11 G-PREP-14"),
    Step(_("Export the certificates and the private key"), EACH_APPLIANCE, do.EXPORT_CERTIFICATES, "G-PREP-2"),
    Step(_("Tell the users when the site is away"), SITE, do.ANNOUNCE, "G-PREP-10"),
    Step(_("Note which Jumpoints are connected"), SITE, do.NOTE_JUMPOINTS, "G-CLIENT-8"),
)  # fmt: skip
PREPARE = Phase(
    _("Prepare"),
    (*_READY, Step(_("Lower the limit of Jump Client upgrades"), SITE, do.LOWER_JUMP_LIMIT, "G-CLIENT-4")),
)  # fmt: skip
CONSOLES_AHEAD = Phase(
    _("Consoles ahead of the appliance"),
    (
        Step(_("Keep a copy of the old MSI"), SITE, do.KEEP_OLD_MSI, "G-CLIENT-3"),
        Step(_("Deploy the new MSI; it is off line until the upgrade"), SITE, do.DEPLOY_MSI, "G-CLIENT-3"),
    ),
)  # fmt: skip

# After each hop
_OTHERS = (
    Step(_("Reinstall the integration clients"), SITE, do.REINSTALL_INTEGRATION, "G-CLIENT-9"),
    Step(_("See that Buttons, Jumpoints and agents follow"), SITE, do.CHECK_OTHERS, "G-CLIENT-8"),
)  # fmt: skip
FOLLOW_UP = (
    Step(_("Deploy the new MSI where it could not be done ahead"), SITE, do.DEPLOY_MSI_AFTER, "G-CLIENT-3"),
    *_OTHERS,
)  # fmt: skip
CLIENTS = Phase(_("Clients"), FOLLOW_UP)
LET_FOLLOW = Phase(
    _("Let the clients follow"),
    (
        Step(_("Make the installers anew for those who deploy now"), SITE, do.INSTALLERS_BETWEEN, "G-CLIENT-10"),
        Step(_("Wait at least 24 hours"), SITE, do.DWELL, "G-PREP-6 G-CLIENT-6"),
        Step(_("See that every client has followed"), SITE, do.CHECK_CLIENTS_AFTER_DWELL, "G-CLIENT-5 G-CLIENT-7"),
    ),
)  # fmt: skip

# After the last
FOLLOWED = Step(_("See that every client has followed"), SITE, do.CHECK_CLIENTS, "G-CLIENT-2 G-CLIENT-5 G-CLIENT-7")  # fmt: skip
INSTALLERS = (
    Step(_("Make the installers anew"), SITE, do.REGENERATE_INSTALLERS, "G-CLIENT-10"),
    Step(_("Make those of Buttons and consoles, and replace the old ones"), SITE, do.REPLACE_INSTALLERS, "G-CLIENT-10"),
)  # fmt: skip
FINISH = Phase(
    _("Finish"),
    (
        *INSTALLERS,
        FOLLOWED,
        Step(_("Restore the limit of Jump Client upgrades"), SITE, do.RESTORE_JUMP_LIMIT, "G-CLIENT-4"),
    ),
)  # fmt: skip

# The way without waits
PREPARE_WITHOUT_CLIENTS = Phase(_("Prepare"), _READY)
CLIENTS_OFF = Phase(
    _("Remove the clients"),
    (Step(_("Remove all client software"), SITE, do.REMOVE_CLIENTS, "G-PREP-8"),),
)  # fmt: skip
CLIENTS_ON = Phase(
    _("Install the clients again"),
    (
        *INSTALLERS,
        Step(_("Install all client software again by hand"), SITE, do.REINSTALL_CLIENTS, "G-PREP-8"),
        *_OTHERS,  # Jumpoints and agents were removed too: none is back before this
        FOLLOWED,
    ),
)  # fmt: skip

# Return of an old appliance
RETURN = Phase(
    _("Return the old appliance"),
    (
        Step(_("Reset it to factory defaults, and wait"), OLD, do.FACTORY_RESET, "G-RMA-1 G-HW-8"),
        Step(_("Shut it down"), OLD, do.SHUT_DOWN, "G-RMA-2"),
        Step(_("Pack it"), OLD, do.PACK, "G-RMA-3"),
        Step(_("Label the box outside and have it collected"), OLD, do.HAND_OVER, "G-RMA-4"),
        Step(_("Delete the virtual appliance"), OLD, do.DELETE_VIRTUAL, "G-HW-8"),
    ),
)  # fmt: skip

# After an abandoned job: what hangs on the appliances
PUT_RIGHT = Phase(
    _("Put the clients right"),
    (
        Step(_("Make the installers anew"), SITE, do.REGENERATE_INSTALLERS, "G-CLIENT-10", if_left="installers-invalid"),
        Step(_("Make those of Buttons and consoles, and replace the old ones"), SITE, do.REPLACE_INSTALLERS, "G-CLIENT-10", if_left="installers-invalid"),
        Step(_("Install all client software again by hand"), SITE, do.REINSTALL_CLIENTS, "G-PREP-8", if_left="clients-removed"),
        Step(_("Reinstall the integration clients"), SITE, do.REINSTALL_INTEGRATION, "G-CLIENT-9", if_left="installers-invalid"),
        Step(_("See that Buttons, Jumpoints and agents follow"), SITE, do.CHECK_OTHERS, "G-CLIENT-8", if_left="installers-invalid"),
        Step(_("See that every client has followed"), SITE, do.CHECK_CLIENTS, "G-CLIENT-7", if_left="installers-invalid"),
        Step(_("Restore the limit of Jump Client upgrades"), SITE, do.RESTORE_JUMP_LIMIT, "G-CLIENT-4", if_left="jump-client-limit-lowered"),
    ),
)  # fmt: skip
