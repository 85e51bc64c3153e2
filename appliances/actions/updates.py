"""Packages on one appliance: the list, the key, the download, the install, the clock."""

# ruff: noqa: E501 (a text is one line, as the catalogues show it)

from appliances.actions.vocabulary import (
    CHOICE,
    DATE,
    DATETIME,
    FILE,
    HUMAN,
    NUMBER,
    OBSERVED,
    PERSON,
    PORTAL,
    READ,
    TICK,
    VERSION,
    Action,
    Fact,
    Failure,
    Field,
    Probe,
    _,
)

_NO_RESTART = _(
    "If anything goes wrong here, do NOT restart the appliance. Report the problem on this page and contact support."
)
_UPDATES = _("/appliance > Updates")

INSTALL = Action(  # a line on a page; the planner puts the page of the method in its place
    "install", PERSON, OBSERVED, Probe.PRODUCT, _("version shown afterwards"), (0, 0), changes=True
)

CHECK_UPDATES = Action(
    "check_updates", PERSON, HUMAN, Probe.TYPED, _("packages offered, and blocked with reason"), (5, 10),
    screen=_UPDATES,
    how=(
        _("Open /appliance > Updates and choose Check for Updates."),
        _("Compare Available Updates with the packages of this plan: the first one must be offered with Install This Update; later ones may be greyed out until the one before is installed."),
        _("If a greyed package names a version the plan does not bring, or the first one is missing, do not install anything. Choose The list differs; support works out the order first."),
        _("Copy the primary host name, the number of licences and when they expire."),
    ),
    what_if_not=_("A package that the plan does not know of, or in another order, is installed."),
    evidence_fields=(
        Field("list_is_planned", _("The list is"), CHOICE, choices=(
            ("as-planned", _("As planned")),
            ("differs", _("The list differs")),
        )),
        Field("offered", _("Packages offered")),
        Field("blocked", _("Packages greyed out, with the reason shown"), required=False),
        Field("host_name", _("Primary host name"), required=False),
        Field("licences", _("Number of licences"), NUMBER, required=False),
        Field("licences_expire_on", _("Licences expire on"), DATE, required=False, help=_("Leave it empty if the page says Never.")),
        Field("picture", _("Picture of the page"), FILE, required=False),
    ),
)  # fmt: skip

CHECK_CLOCK = Action(
    "check_clock", PORTAL, READ, Probe.OURS, _("offset in seconds"), (1, 10),
    screen=_("/appliance > Status > Basics"),
    how=(
        _("The portal compares the appliance's clock with its own. Where it cannot, open /appliance > Status > Basics and compare the system time with a clock you trust."),
        _("If it is more than two minutes off, set the time server under /appliance > Networking > IP Configuration and look again."),
    ),
    what_if_not=_("The download key is refused, since it depends on the right time."),
    evidence_fields=(
        Field("offset_seconds", _("How far off it is, in seconds"), NUMBER),
    ),
)  # fmt: skip

MAKE_KEY = Action(
    "make_key", PERSON, HUMAN, Probe.TYPED, _("that the key was made"), (5, 10),
    screen=_UPDATES,
    how=(
        _("Open /appliance > Updates and follow Appliance Download Key."),
        _("Copy the key to the computer that can reach the update server. Do not write it here."),
        _("If the page reports an error, check the appliance's clock under Status > Basics and its time server under Networking > IP Configuration."),
    ),
    what_if_not=_("The update server gives out no packages."),
    evidence_fields=(
        Field("made_at", _("Made at"), DATETIME),
        Field("carried_over", _("The key lies on the computer that downloads"), TICK),
    ),
    only_if=Fact.KEY_ON_PAGE,
)  # fmt: skip

ASK_FOR_KEY = Action(
    "ask_for_key", PERSON, HUMAN, Probe.TYPED, _("the vendor's ticket"), (60, 1440),
    how=(
        _("Ask support for the download key: before base 3.3.2 the appliance cannot make one. Give the serial number and a picture of /appliance > Status > Basics."),
        _("Ask early: the answer may take a day."),
        _("Keep the key on the computer that downloads. Write down the ticket only, not the key."),
    ),
    what_if_not=_("The packages cannot be downloaded, and the window passes unused."),
    evidence_fields=(
        Field("ticket", _("Ticket of support")),
        Field("received", _("The key has arrived"), TICK),
    ),
    only_if=Fact.KEY_BY_SUPPORT,
)  # fmt: skip

FETCH_PACKAGES = Action(
    "fetch_packages", PERSON, HUMAN, Probe.TYPED, _("file names and checksums"), (30, 90),
    how=(
        _("Be sure that the installation follows at once: each package can be downloaded once only, then it leaves the list, and support alone can offer it again."),
        _("On a computer with free access, give the key to the update server and download every package of this step's hop to removable media."),
        _("Carry the media to the computer from which the appliance is managed. Compare file names and sizes."),
        _("If the product package is not in the list yet, go on: it is fetched again after the base package."),
    ),
    what_if_not=_("There is nothing to install on an appliance without access to the update server."),
    evidence_fields=(
        Field("files", _("File names"), help=_("One a line.")),
        Field("checksums", _("SHA-256 of each file"), help=_("One a line, in the same order.")),
        Field("all_there", _("All packages of this hop are there"), TICK, required=False),
    ),
)  # fmt: skip

INSTALL_BASE = Action(
    "install_base", PERSON, OBSERVED, Probe.BASE_TYPED, _("version on Status > Basics, with a picture"), (15, 60),
    screen=_UPDATES,
    how=(
        _NO_RESTART,
        _("Open /appliance > Updates, choose Check for Updates and find the base package of this step."),
        _("Choose Install This Update, once. The appliance downloads, installs and restarts by itself; it is away meanwhile, and so are its users."),
        _("Wait until the page answers again, 15 to 60 minutes. Press nothing while it works."),
        _("Open Status > Basics, read the base version, type it here and add a picture of the page: no interface tells us this number."),
    ),
    how_manual=(
        _NO_RESTART,
        _("Open /appliance > Updates and go to Manual Installation."),
        _("Choose the file of the base package of this step, then Update Software, once. The appliance restarts by itself and is away meanwhile, and so are its users."),
        _("Wait until the page answers again, 15 to 60 minutes. Press nothing while it works."),
        _("Open Status > Basics, read the base version, type it here and add a picture of the page: no interface tells us this number."),
    ),
    what_if_not=_("The product package of this hop stays blocked."),
    evidence_fields=(
        Field("base_version", _("Base version on Status > Basics"), VERSION),
        Field("picture", _("Picture of Status > Basics"), FILE, help=_("It lets a second person see what you saw.")),
        Field("began_at", _("Pressed at"), DATETIME, required=False),
    ),
    interrupts=True, changes=True, on_failure=Failure.HALT, settle_seconds=600,
)  # fmt: skip

INSTALL_PRODUCT = Action(
    "install_product", PERSON, OBSERVED, Probe.PRODUCT, _("version and build by the interface"), (15, 60),
    screen=_UPDATES,
    how=(
        _("Install at once: between the base package and this one stands nothing but the backup."),
        _("Open /appliance > Updates, choose Check for Updates and find the product package of this step."),
        _("Choose Install This Update, once, and accept the licence terms if they are shown. The site is away meanwhile; all users are signed out and open sessions end."),
        _("Wait until /login answers again, 15 to 60 minutes, longer with many recordings. The portal sees the new version by itself where it can ask the appliance."),
        _("If the update fails, look at the troubleshooting entry first, then go on by Manual Installation for this hop."),
    ),
    how_manual=(
        _("Install at once: between the base package and this one stands nothing but the backup."),
        _("Open /appliance > Updates and go to Manual Installation."),
        _("Choose the file of the product package of this step, then Update Software, once. The site is away meanwhile; all users are signed out and open sessions end."),
        _("Wait until /login answers again, 15 to 60 minutes, longer with many recordings. The portal sees the new version by itself where it can ask the appliance."),
        _("If the page reports an error, check the appliance's clock under Status > Basics before you try again."),
    ),
    what_if_not=_("The appliance stays on the release before, with a base that may be newer than it needs."),
    evidence_fields=(
        Field("product_version", _("Product version shown"), VERSION),
        Field("build", _("Build shown"), required=False),
        Field("picture", _("Picture of the page"), FILE, required=False),
    ),
    interrupts=True, changes=True, for_product=True, settle_seconds=600,
)  # fmt: skip
