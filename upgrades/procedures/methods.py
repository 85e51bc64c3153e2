"""How one appliance is taken through one hop: the pages behind the line "update it"."""

# ruff: noqa: E501 (a page keeps one line a step)

from appliances import actions as do
from upgrades.planning.vocabulary import (
    ITSELF,
    Method,
    Step,
    _,
)  # fmt: skip

_FIRST = Step(_("Take a backup and keep it safe"), ITSELF, do.BACK_UP, "G-PREP-1")
_AGAIN = (Step(_("Take a backup again"), ITSELF, do.BACK_UP, "G-AUTO-2"),)

AUTOMATIC = Method(
    "automatic",
    _("Check for Updates"),
    first=(
        _FIRST,
        Step(_("Check for updates; the list must be the planned one"), ITSELF, do.CHECK_UPDATES, "G-AUTO-1 G-PREP-4 G-PREP-5"),
    ),
    base=(Step(_("Install the base package; if it fails, do not restart"), ITSELF, do.INSTALL_BASE, "G-AUTO-1 G-PREP-7 G-PREP-12"),),
    between=_AGAIN,
    product=(Step(_("Install the product package at once"), ITSELF, do.INSTALL_PRODUCT, "G-AUTO-2 G-AUTO-3"),),
)  # fmt: skip

MANUAL = Method(
    "manual",
    _("Manual Installation"),
    first=(
        _FIRST,
        Step(_("Check the clock: the key depends on it"), ITSELF, do.CHECK_CLOCK, "G-MANUAL-5"),
        Step(_("Download every package of this hop, once"), ITSELF, do.FETCH_PACKAGES, "G-MANUAL-2 G-MANUAL-4"),
    ),
    base=(Step(_("Update by the base file; if it fails, do not restart"), ITSELF, do.INSTALL_BASE, "G-MANUAL-3 G-PREP-7 G-PREP-12"),),
    between=_AGAIN,
    product=(Step(_("Update by the product file at once"), ITSELF, do.INSTALL_PRODUCT, "G-MANUAL-3 G-AUTO-2"),),
    ahead=(
        Step(_("Check the clock before the key is made"), ITSELF, do.CHECK_CLOCK, "G-MANUAL-5"),
        Step(_("Make the Appliance Download Key"), ITSELF, do.MAKE_KEY, "G-MANUAL-1"),
        Step(_("Ask support for the download key"), ITSELF, do.ASK_FOR_KEY, "G-MANUAL-1"),
    ),
)  # fmt: skip
