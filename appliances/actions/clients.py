"""Client software: consoles, Jump Clients, installers, integrations; the day they are given."""

# ruff: noqa: E501 (a text is one line, as the catalogues show it)

from dataclasses import replace

from appliances.actions.vocabulary import (
    DATETIME,
    FILE,
    HUMAN,
    INTEGRATION,
    NUMBER,
    PERSON,
    PORTAL,
    READ,
    TICK,
    VERSION,
    Action,
    Fact,
    Field,
    Probe,
    Recall,
    _,
)

_JUMP_CLIENTS = _("/login > Jump > Jump Clients")
# G-CLIENT-3: only the old MSI removes outdated consoles, in a later job too.
OLD_MSI = (
    Recall("keep_old_msi", "kept_at", of_site=True),
    Recall("keep_old_msi", "console_version", of_site=True),
)

LOWER_JUMP_LIMIT = Action(
    "lower_jump_limit", PERSON, HUMAN, Probe.TYPED, _("value before and after"), (5, 10),
    screen=_JUMP_CLIENTS,
    how=(
        _("Open /login > Jump > Jump Clients and write down Maximum Number of Concurrent Jump Client Upgrades as it stands."),
        _("Lower it to what your line can carry while people work, 20 if you do not know, and save."),
    ),
    what_if_not=_("All Jump Clients fetch the release at once and may fill the line and the appliance."),
    evidence_fields=(
        Field("before", _("Value before"), NUMBER),
        Field("after", _("Value now"), NUMBER),
    ),
    for_product=True,
)  # fmt: skip

RESTORE_JUMP_LIMIT = Action(
    "restore_jump_limit", PERSON, HUMAN, Probe.TYPED, _("value after"), (5, 10),
    screen=_JUMP_CLIENTS,
    how=(
        _("Open /login > Jump > Jump Clients."),
        _("Set Maximum Number of Concurrent Jump Client Upgrades back to the value written down at the start of this job, and save."),
        _("If it shall be another value, write in the remark why."),
    ),
    what_if_not=_("Later upgrades of Jump Clients go on at the slow pace."),
    evidence_fields=(Field("after", _("Value now"), NUMBER),),
    for_product=True, recalls=(Recall("lower_jump_limit", "before"),),
)  # fmt: skip

KEEP_OLD_MSI = Action(
    "keep_old_msi", PERSON, HUMAN, Probe.TYPED, _("where the old MSI lies"), (10, 30),
    how=(
        _("Find the MSI with which the consoles of today were deployed, or fetch it under Rep Console Installers."),
        _("Keep a copy with its version in the name: only the old MSI can remove outdated consoles later, the new one cannot."),
    ),
    what_if_not=_("Outdated consoles cannot be removed from locked-down computers."),
    evidence_fields=(
        Field("kept_at", _("Where the old MSI lies")),
        Field("console_version", _("Its version"), VERSION),
    ),
    for_product=True, only_if=Fact.MSI,
)  # fmt: skip

DEPLOY_MSI = Action(
    "deploy_msi", PERSON, HUMAN, Probe.TYPED, _("how many consoles"), (60, 480),
    screen=_("/appliance > Updates"),
    how=(
        _("If support has enabled the extractable console for the site, fetch the new MSI from the update check, by the link Rep Console Installers. If not, write 0 and say so in the remarks: the step comes back after the upgrade."),
        _("Deploy it to the locked-down computers. The old console need not be removed: the new one takes its place."),
        _("Tell the people there that their console is off line until the appliance is upgraded."),
    ),
    what_if_not=_("Consoles on locked-down computers cannot update themselves, and their people cannot work after the upgrade."),
    evidence_fields=(
        Field("consoles", _("Consoles deployed"), NUMBER),
        Field("remarks", _("What is left, or why it is done after the upgrade"), required=False),
    ),
    for_product=True, only_if=Fact.MSI_AHEAD, recalls=OLD_MSI,
)  # fmt: skip

DEPLOY_MSI_AFTER = Action(
    "deploy_msi_after", PERSON, HUMAN, Probe.TYPED, _("how many consoles"), (60, 480),
    screen=_("/login > My Account"),
    how=(
        _("Fetch the MSI of the console of this release. Those fetched before the upgrade are of the old one, unless they came from the update check."),
        _("Deploy it to the locked-down computers that have not got it ahead of the upgrade; write 0 if all of them have."),
        _("Remove outdated consoles that stay behind with the old MSI: the new one cannot."),
    ),
    what_if_not=_("People at locked-down computers cannot work: their console is older than the appliance."),
    evidence_fields=(
        Field("consoles", _("Consoles deployed"), NUMBER),
        Field("remarks", _("What is left, and who follows it up"), required=False),
    ),
    for_product=True, only_if=Fact.MSI_AFTER,
    recalls=(Recall("deploy_msi", "consoles"), Recall("deploy_msi", "remarks"), *OLD_MSI),
)  # fmt: skip

REMOVE_CLIENTS = Action(
    "remove_clients", PERSON, HUMAN, Probe.TYPED, _("an empty client list"), (240, 1440),
    screen=_JUMP_CLIENTS,
    how=(
        _("Export the list of Jump Clients first: it is what you install again at the end."),
        _("Remove all client software: representative consoles, Jump Clients, Jumpoints, Bomgar Buttons, connection agents."),
        _("See under /login > Status > Information that nothing is connected any more. From here to the end of the job nobody can work."),
    ),
    what_if_not=_("Clients that miss a release on the way cannot be reached any more and must be deployed anew by hand."),
    evidence_fields=(
        Field("jump_clients", _("Jump Clients removed"), NUMBER),
        Field("list_kept_at", _("Where the exported list lies")),
        Field("none_left", _("Nothing is connected any more"), TICK),
        Field("list", _("The exported list"), FILE, required=False),
    ),
)  # fmt: skip

REINSTALL_CLIENTS = Action(
    "reinstall_clients", PERSON, HUMAN, Probe.TYPED, _("the client list"), (480, 2880),
    how=(
        _("Use installers made after the upgrade only; older ones are not valid any more."),
        _("Install everything on the exported list again by hand: representative consoles, Jump Clients, Jumpoints, Bomgar Buttons, connection agents."),
        _("Compare the list of Jump Clients with the exported one, and write down what is missing."),
    ),
    what_if_not=_("Computers without their client cannot be reached."),
    evidence_fields=(
        Field("jump_clients", _("Jump Clients installed again"), NUMBER),
        Field("missing", _("What is missing, and who follows it up"), required=False),
    ),
    recalls=(Recall("remove_clients", "list_kept_at"), Recall("remove_clients", "jump_clients"), *OLD_MSI),
)  # fmt: skip

REINSTALL_INTEGRATION = Action(
    "reinstall_integration", INTEGRATION, HUMAN, Probe.TYPED, _("version and a pull"), (60, 480),
    how=(
        _("Integration clients do not update themselves. Fetch the installer of this release from the downloads page of the help site."),
        _("Remove the old integration client and install the new one."),
        _("See that it names the site by host name, not by address, and let it pull one session record."),
    ),
    what_if_not=_("The systems behind it get no session records."),
    evidence_fields=(
        Field("client_version", _("Version the client shows"), VERSION),
        Field("pulled", _("Session record pulled"), help=_("As the other system names it.")),
    ),
    for_product=True, only_if=Fact.INTEGRATION,
)  # fmt: skip

CHECK_PULL = Action(
    "check_pull", INTEGRATION, HUMAN, Probe.TYPED, _("time of the last pull"), (10, 30),
    how=(
        _("Find out which integration clients name the site by address instead of by host name."),
        _("Point them to the appliance that serves now, and let each pull one session record."),
    ),
    what_if_not=_("They go on asking the appliance that no longer serves."),
    evidence_fields=(Field("pulled_at", _("Last pull at"), DATETIME),),
    only_if=Fact.INTEGRATION_BY_IP,
)  # fmt: skip

NOTE_JUMPOINTS = Action(
    "note_jumpoints", PORTAL, READ, Probe.OURS, _("Jumpoints connected before"), (5, 30),
    screen=_("/login > Status > Information"),
    how=(
        _("The portal notes which Jumpoints are connected now, before anything is changed."),
        _("Where the portal cannot ask, open /login > Jump > Jumpoint and write down those that are on line."),
    ),
    what_if_not=_("Nobody can tell afterwards which of them have not come back."),
    evidence_fields=(
        Field("connected", _("Jumpoints connected"), NUMBER),
        Field("names", _("Their names"), required=False),
    ),
    for_product=True,
)  # fmt: skip

CHECK_OTHERS = Action(
    "check_others", PORTAL, READ, Probe.OURS, _("Jumpoints and agents connected"), (10, 60),
    screen=_("/login > Status > Information"),
    how=(
        _("The portal asks whether every Jumpoint that was connected before is back. Jumpoints and connection agents update themselves; Bomgar Buttons do on their first use."),
        _("Where the portal cannot ask, open /login > Status > Information and see that they have come back."),
        _("See to those that stay away: the computer, its service, its network. Or write down why one is not needed any more."),
    ),
    what_if_not=_("Networks behind a Jumpoint that did not come back cannot be reached."),
    evidence_fields=(
        Field("connected", _("Jumpoints and agents connected"), NUMBER),
        Field("missing", _("What has not come back, and why"), required=False),
    ),
    for_product=True,
    recalls=(Recall("note_jumpoints", "connected"), Recall("note_jumpoints", "names")),
)  # fmt: skip

DWELL = Action(
    "dwell", PORTAL, READ, Probe.TIME, _("clients that still need the update"), (1440, 1440),
    how=(
        _("Nothing is to be done: the portal counts at least 24 hours from the last product package of this release, so that client software can fetch it."),
        _("Leave computers with passive Jump Clients switched on: these check in at least once every 24 hours."),
        _("If many have not followed when the time is over, extend the wait. Only two people with a reason may cut it short."),
    ),
    what_if_not=_("Jump Clients that miss this release may have to be deployed anew by hand."),
    evidence_fields=(
        Field("pending", _("Jump Clients that still need the update"), NUMBER, required=False),
    ),
    for_product=True, overdue_after=1440 + 240,
)  # fmt: skip

CHECK_CLIENTS = Action(
    "check_clients", PORTAL, READ, Probe.FOLLOWED, _("followed, pending, lost"), (60, 1440),
    screen=_("/login > Status > Information"),
    how=(
        _("The portal asks which Jump Clients still need the update. Consoles update themselves when they are next started."),
        _("Where it cannot, export the list of Jump Clients from the console as an administrator who may change every one, sort it by Status Details, and see that every date is later than the upgrade."),
        _("Decide for each that has not followed: wait for it, redeploy it by hand, or let it go; write it down."),
    ),
    what_if_not=_("Nobody knows which computers can no longer be reached."),
    evidence_fields=(
        Field("followed", _("Clients that have followed"), NUMBER),
        Field("pending", _("Clients still to come"), NUMBER),
        Field("decision", _("What happens with those"), required=False),
    ),
    for_product=True, recalls=OLD_MSI,
)  # fmt: skip

CHECK_CLIENTS_AFTER_DWELL = replace(CHECK_CLIENTS, minutes=(15, 240))  # their day is over already
