"""Seeing that a release works, and saying so."""

# ruff: noqa: E501 (a text is one line, as the catalogues show it)

from appliances.actions.vocabulary import (
    DATETIME,
    HUMAN,
    PERSON,
    PORTAL,
    READ,
    TICK,
    VERSION,
    Action,
    Field,
    Probe,
    _,
)

VERIFY = Action(
    "verify", PERSON, HUMAN, Probe.TYPED, _("console version and one session"), (15, 30),
    screen=_("Help > About"),
    how=(
        _("See that /login and /appliance answer and show no warning, and that the last package ended well."),
        _("Start a representative console. After a product package it updates itself; look under Help > About for the version."),
        _("Open a session to a remote computer, share its screen, and end it."),
        _("If anything does not work, do not confirm: report the problem on this page, while the window lasts."),
    ),
    what_if_not=_("Users find the fault in the morning, when the window is over."),
    evidence_fields=(
        Field("console_version", _("Version under Help > About"), VERSION),
        Field("session", _("Computer to which a session was opened")),
        Field("works", _("The software works"), TICK),
    ),
)  # fmt: skip

VERIFY_BY_HOSTS_FILE = Action(
    "verify_by_hosts_file", PERSON, HUMAN, Probe.TYPED, _("two machines, version, a session"), (20, 45),
    screen=_("Help > About"),
    how=(
        _("On two local machines add a line to the hosts file that points the site's name to the address of this appliance."),
        _("Start the representative console on one of them; look under Help > About for the version."),
        _("Open a session from it to the other machine, share its screen, and end it."),
        _("Take the line out of both hosts files again: a forgotten one hides later on which appliance serves."),
    ),
    what_if_not=_("The first to try the appliance are the users, once it serves."),
    evidence_fields=(
        Field("machine", _("First machine")),
        Field("other_machine", _("Second machine")),
        Field("console_version", _("Version under Help > About"), VERSION),
        Field("works", _("A session from one to the other worked"), TICK),
        Field("put_back", _("Both hosts files are as they were"), TICK),
    ),
)  # fmt: skip

CHECK_NODE = Action(
    "check_node", PORTAL, READ, Probe.PRODUCT, _("version and health"), (1, 10),
    how=(
        _("The portal asks the appliance, by its own name, for version and health."),
        _("Where it cannot, open /login of this appliance, read the version under Status > Information and see that there is no warning."),
    ),
    what_if_not=_("An appliance with a fault comes back into service."),
    evidence_fields=(
        Field("product_version", _("Product version shown"), VERSION),
        Field("healthy", _("No warning is shown"), TICK),
    ),
    settle_seconds=600,
)  # fmt: skip

CONFIRM_RELEASE = Action(
    "confirm_release", PERSON, HUMAN, Probe.TYPED, _("who confirms, and what was tried"), (480, 1440),
    how=(
        _("Let your people work with the new release long enough to trust it, and no longer: meanwhile there is no failover."),
        _("Ask those who use it most whether sessions, consoles and integrations work."),
        _("Confirm in your own name. The other appliance still carries the release before; once it is updated, there is no way back."),
    ),
    what_if_not=_("The other appliance is not updated, and the site stays without failover."),
    evidence_fields=(
        Field("tried", _("What was tried, and by whom")),
        Field("confirmed", _("The release works in our environment"), TICK),
    ),
)  # fmt: skip

CONFIRM_PRODUCTION = Action(
    "confirm_production", PERSON, HUMAN, Probe.TYPED, _("who confirms"), (480, 1440),
    how=(
        _("Let your people work on the new appliance for at least a working day."),
        _("See that sessions, consoles, Jump Clients and integrations work, and that nobody uses the old appliance any more."),
        _("Confirm in your own name. After this the old appliance is reset and leaves the house."),
    ),
    what_if_not=_("The old appliance cannot be returned."),
    evidence_fields=(
        Field("tried", _("What was tried, and by whom")),
        Field("confirmed", _("The new appliance works in production"), TICK),
    ),
)  # fmt: skip

CHECK_PRODUCTION = Action(
    "check_production", PORTAL, READ, Probe.PUBLIC_NAME, _("which appliance answers behind the public name"), (5, 60),
    how=(
        _("The portal looks the public name up where it itself runs, connects there, and asks whoever answers for its id, until it is this appliance's. It sees neither other name servers and caches nor any hosts file, nor how the name is answered inside your network."),
        _("So open the site by its public name from inside and from outside your network too, and compare the certificate and the version with this appliance's; where the portal cannot look, that alone counts."),
        _("If the other one still answers, look for a hosts file, a cache or a record that was forgotten."),
    ),
    what_if_not=_("Part of the users work on the wrong appliance, and what they do there is lost."),
    evidence_fields=(
        Field("answers_at", _("Address behind the public name")),
        Field("seen_at", _("Seen at"), DATETIME),
        Field("from_outside", _("Seen from outside the network as well"), TICK),
    ),
    moves=True,
)  # fmt: skip
