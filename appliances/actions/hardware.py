"""A new appliance set up, and the way of the old one back to the vendor."""

# ruff: noqa: E501 (a text is one line, as the catalogues show it)

from appliances.actions.vocabulary import (
    DATE,
    DATETIME,
    HUMAN,
    NETWORK,
    NUMBER,
    ONE_WAY,
    PERSON,
    PORTAL,
    READ,
    TICK,
    VERSION,
    Action,
    Fact,
    Field,
    Probe,
    _,
)

_CERTIFICATES = _("/appliance > Security > Certificates")
_BASICS = _("/appliance > Status > Basics")
_AT = Field("done_at", _("Done at"), DATETIME)

SET_UP = Action(
    "set_up", PERSON, HUMAN, Probe.TYPED, _("identity and addresses"), (120, 480),
    how=(
        _("Set the new appliance up as its own guide says: rack or virtual machine, addresses, time server, administrator."),
        _("Give it addresses and a name of its own; it must not take the site's name yet."),
        _("Read serial number and base version on /appliance > Status > Basics."),
    ),
    what_if_not=_("There is nothing to move to."),
    evidence_fields=(
        Field("serial", _("Serial number")),
        Field("addresses", _("Its addresses")),
        Field("base_version", _("Base version on Status > Basics"), VERSION),
    ),
)  # fmt: skip

IMPORT_CERTIFICATE = Action(
    "import_certificate", PERSON, HUMAN, Probe.TYPED, _("issued to, no warning"), (10, 30),
    screen=_CERTIFICATES,
    how=(
        _("Open /appliance > Security > Certificates on the new appliance, choose Import and give the file and its passphrase."),
        _("Find the certificate: Issued To must hold the site's full name, and no warning may be shown."),
    ),
    what_if_not=_("Every client refuses the connection."),
    evidence_fields=(
        Field("issued_to", _("Issued To")),
        Field("fingerprint", _("SHA-256 fingerprint of the certificate")),
        Field("expires_on", _("Expires on"), DATE),
        Field("no_warning", _("No warning is shown"), TICK),
    ),
)  # fmt: skip

ASSIGN_IP = Action(
    "assign_ip", PERSON, HUMAN, Probe.TYPED, _("addresses ticked"), (5, 15),
    screen=_CERTIFICATES,
    how=(
        _("Open the certificate and choose Assign IP."),
        _("Tick the address or addresses on which the site will be reached, and choose Save Configuration."),
    ),
    what_if_not=_("The appliance answers with its factory certificate."),
    evidence_fields=(Field("addresses", _("Addresses ticked")),),
)  # fmt: skip

ACCEPT_EULA = Action(
    "accept_eula", PERSON, HUMAN, Probe.TYPED, _("who accepted"), (5, 10),
    screen=_("/appliance > Updates"),
    how=(
        _("Open /appliance > Updates on the new appliance and read the licence terms."),
        _("Accept them, if you may do so for your organisation. The package cannot be installed before."),
    ),
    what_if_not=_("The product package is not installed."),
    evidence_fields=(Field("accepted_by", _("Who accepted")),),
)  # fmt: skip

CHANGE_LOGIN = Action(
    "change_default_login", PERSON, HUMAN, Probe.TYPED, _("that it was changed"), (5, 10),
    screen=_("/login"),
    how=(
        _("Sign in to /login of the new appliance with the account and password it was delivered with."),
        _("Change the password at once. Do not write it here."),
    ),
    what_if_not=_("Anybody who knows the delivered password can sign in."),
    evidence_fields=(Field("changed", _("The delivered password no longer works"), TICK),),
)  # fmt: skip

RESTORE_BACKUP = Action(
    "restore_backup", PERSON, HUMAN, Probe.TYPED, _("counts before and after"), (20, 120),
    screen=_("/login > Management > Software Management"),
    how=(
        _("Open /login > Management > Software Management on the new appliance. The product package must be installed already."),
        _("Choose Upload Backup, give the file and, if it has one, its password."),
        _("Compare the numbers of users, teams and Jump Clients with those of the old appliance."),
    ),
    what_if_not=_("The new appliance starts empty."),
    evidence_fields=(
        Field("users", _("Users"), NUMBER),
        Field("jump_clients", _("Jump Clients"), NUMBER),
        Field("equal", _("The numbers are those of the old appliance"), TICK),
    ),
)  # fmt: skip

COMPARE_COUNTS = Action(
    "compare_counts", PORTAL, READ, Probe.OURS, _("counts of both, and who the new one is"), (5, 30),
    how=(
        _("The portal asks both appliances: the new one must be another appliance with the same product version, and hold as many users, Jump Clients and Jumpoints as the old one."),
        _("Where it cannot, read the numbers on /login of both and compare them."),
    ),
    what_if_not=_("What was lost on the way is missed when the old appliance is gone."),
    evidence_fields=(
        Field("users", _("Users"), NUMBER),
        Field("jump_clients", _("Jump Clients"), NUMBER),
        Field("equal", _("The numbers are those of the old appliance"), TICK),
    ),
)  # fmt: skip

MOVE_PRODUCTION = Action(
    "point_dns_to_new", NETWORK, HUMAN, Probe.PUBLIC_NAME, _("the record as changed"), (15, 30),
    how=(
        _("Point the DNS record of the site's name to the addresses of the new appliance, inside and outside your network."),
        _("Wait until it has propagated; how long is the record's time to live."),
    ),
    what_if_not=_("Users go on reaching the old appliance."),
    evidence_fields=(Field("record", _("The record as it is now")), _AT),
    moves=True,
)  # fmt: skip

FACTORY_RESET = Action(
    "factory_reset", PERSON, ONE_WAY, Probe.TYPED, _("who, when"), (30, 60),
    screen=_BASICS,
    how=(
        _("Be sure that this is the old appliance: compare the serial number. This cannot be undone."),
        _("Open /appliance > Status > Basics, choose Reset Appliance to Factory Defaults, and wait until it has ended."),
    ),
    what_if_not=_("Your data leaves the house with the appliance."),
    evidence_fields=(Field("serial", _("Serial number")), _AT),
    restarts=True, only_if=Fact.PHYSICAL,
)  # fmt: skip

SHUT_DOWN = Action(
    "shut_down", PERSON, ONE_WAY, Probe.TYPED, _("who, when"), (5, 15),
    screen=_BASICS,
    how=(
        _("Be sure that the reset has ended."),
        _("Open /appliance > Status > Basics and choose Shut Down This Appliance."),
    ),
    what_if_not=_("It cannot be packed."),
    evidence_fields=(_AT,),
    restarts=True, only_if=Fact.PHYSICAL,
)  # fmt: skip

PACK = Action(
    "pack", PERSON, HUMAN, Probe.TYPED, _("packing slip"), (30, 60),
    how=(
        _("Pack the appliance into its box or one as strong, in an antistatic bag."),
        _("Put the packing slip of this return inside."),
    ),
    what_if_not=_("It is damaged on the way, at your cost."),
    evidence_fields=(Field("contents", _("Contents of the box")),),
    only_if=Fact.PHYSICAL,
)  # fmt: skip

HAND_OVER = Action(
    "hand_over", PERSON, HUMAN, Probe.TYPED, _("label and carrier"), (30, 2880),
    how=(
        _("Put the vendor's return label on the outside of the box. If you have none, ask support for it."),
        _("Have the carrier collect it, and keep the receipt."),
    ),
    what_if_not=_("The vendor charges the appliance."),
    evidence_fields=(
        Field("carrier", _("Carrier")),
        Field("tracking", _("Tracking number")),
        Field("handed_over_at", _("Handed over at"), DATETIME),
    ),
    only_if=Fact.PHYSICAL,
)  # fmt: skip

DELETE_VIRTUAL = Action(
    "delete_virtual", PERSON, ONE_WAY, Probe.TYPED, _("who, when"), (10, 30),
    how=(
        _("Be sure that this is the old appliance: compare its address. This cannot be undone."),
        _("Shut the virtual machine down and delete it with its disks and snapshots."),
    ),
    what_if_not=_("A copy of your data stays on the host."),
    evidence_fields=(_AT,),
    restarts=True, only_if=Fact.VIRTUAL,
)  # fmt: skip
