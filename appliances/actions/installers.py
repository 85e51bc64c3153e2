"""Installers of client software: those of before an upgrade are invalid after it (G-CLIENT-10)."""

# ruff: noqa: E501 (a text is one line, as the catalogues show it)

from dataclasses import replace

from appliances.actions.vocabulary import (
    CALLABLE,
    HUMAN,
    PERSON,
    PORTAL,
    TICK,
    Action,
    Fact,
    Field,
    Probe,
    Recall,
    _,
)

REGENERATE_INSTALLERS = Action(
    "regenerate_installers", PORTAL, CALLABLE, Probe.INSTALLERS, _("list of installers"), (15, 60),
    screen=_("/login > Jump > Jump Clients"),
    how=(
        _("The portal makes the Jump Client installers anew where the appliance has the configuration interface."),
        _("Where the portal cannot, make them by hand, each with the group, type and tag of the old one."),
    ),
    what_if_not=_("Whoever installs a client from an old package gets one that does not work."),
    evidence_fields=(Field("installers", _("Installers made, one a line")),),
    for_product=True,
)  # fmt: skip

INSTALLERS_BETWEEN = replace(REGENERATE_INSTALLERS, only_if=Fact.MSI_AFTER)  # somebody deploys

REPLACE_INSTALLERS = Action(
    "replace_installers", PERSON, HUMAN, Probe.TYPED, _("list of installers"), (15, 120),
    screen=_("/login > Public Sites, /login > My Account"),
    how=(
        _("Make the packages of Bomgar Buttons anew, and fetch those of the consoles: no interface makes them."),
        _("Replace the old installers wherever they lie, those of Jump Clients too: shares, software distribution, web pages, images of computers. They became invalid with the upgrade."),
    ),
    what_if_not=_("Whoever installs a client from an old package gets one that does not work."),
    evidence_fields=(
        Field("installers", _("Buttons and consoles made anew, one a line")),
        Field("replaced", _("The old ones are replaced wherever they lay"), TICK),
    ),
    for_product=True, recalls=(Recall("regenerate_installers", "installers"),),
)  # fmt: skip
