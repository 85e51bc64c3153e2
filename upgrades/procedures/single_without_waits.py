"""Upgrade of a single appliance without waits.

All client software is removed first and installed again at the end; until then nobody is
served. Between, every package is installed in order, up to the newest.
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
from upgrades.procedures.shared import CLIENTS_OFF, CLIENTS_ON, PREPARE_WITHOUT_CLIENTS

PROCEDURE = Procedure(
    name="single-without-waits",
    title=_("Upgrade of a single appliance without waits"),
    about=_(
        "For a site several releases behind that cannot give its clients 24 hours between two. "
        "All client software is removed first, every update is installed in one window, and "
        "all client software is installed again by hand."
    ),
    notice=_("Nobody can work from the removal of the clients until they are installed again."),
    risk=_(
        "What is not installed again by hand stays away. If a base update fails, so does the "
        "site, until support helps."
    ),
    shape=Shape.SINGLE,
    before=(PREPARE_WITHOUT_CLIENTS, CLIENTS_OFF),
    once=(
        Window(
            _("Upgrade"),
            (
                Step(_("Install every update in order"), APPLIANCE, do.INSTALL, "G-PREP-8"),
                Step(_("Verify that it works"), APPLIANCE, do.VERIFY, "G-VERIFY-1"),
            ),
        ),
    ),
    after=(CLIENTS_ON,),
)
