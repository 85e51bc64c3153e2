"""Upgrade of a single appliance.

The site is away while the packages are installed. Between two hops its clients have a day.
"""

from appliances import actions as do
from upgrades.planning.vocabulary import (
    APPLIANCE,
    Procedure,
    Shape,
    Step,
    Window,
    _,
)  # fmt: skip
from upgrades.procedures.shared import CLIENTS, CONSOLES_AHEAD, FINISH, LET_FOLLOW, PREPARE

PROCEDURE = Procedure(
    name="single",
    title=_("Upgrade of a single appliance"),
    about=_(
        "For a site that one appliance serves. Between two releases the clients have at least "
        "24 hours to follow."
    ),
    notice=_(
        "The site is away while packages are installed: all users are signed out and open "
        "sessions end."
    ),
    risk=_("If a base update fails, the site stays away until support helps."),
    shape=Shape.SINGLE,
    before=(PREPARE,),
    each_hop=(
        CONSOLES_AHEAD,
        Window(
            _("Upgrade"),
            (
                Step(_("Update it, automatic or manual"), APPLIANCE, do.INSTALL, "G-AUTO-1"),
                Step(_("Verify that it works"), APPLIANCE, do.VERIFY, "G-VERIFY-1"),
            ),
        ),
        CLIENTS,
    ),
    between=(LET_FOLLOW,),
    after=(FINISH,),
)
