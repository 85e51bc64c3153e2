"""What stands before an upgrade: readiness, test, certificates, backup, announcement."""

# ruff: noqa: E501 (a text is one line, as the catalogues show it)

from appliances.actions.vocabulary import (
    CHOICE,
    DATE,
    FILE,
    HUMAN,
    NUMBER,
    PERSON,
    PORTAL,
    READ,
    TICK,
    Action,
    Fact,
    Field,
    Probe,
    _,
)

CHECK_READINESS = Action(
    "check_readiness", PORTAL, READ, Probe.OURS, _("each check with its value"), (5, 15),
    how=(
        _("The portal asks the appliance for its health, identity, version and clock, and looks up the backup, the contract on the day of the upgrade, the path and the length of the windows."),
        _("Settle every check that blocks, then ask again."),
        _("Waive a check that only warns with your name and a reason, if you can answer for it."),
    ),
    what_if_not=_("A fault that could be seen today is met in the middle of the window."),
    evidence_fields=(
        Field("checked", _("What was checked, and what it showed"), help=_("Only where the portal cannot ask the appliance itself.")),
        Field("entitled", _("The contract covers the day of the upgrade"), TICK),
    ),
)  # fmt: skip

TEST_ELSEWHERE = Action(
    "test_elsewhere", PERSON, HUMAN, Probe.TYPED, _("who tested what, or why not"), (5, 10),
    how=(
        _("Read the change log of the release; the package carries the link."),
        _("Install the same packages on an appliance that serves nobody, and try what your people do every day: sign in, open a session, run a report."),
        _("If you have no such appliance, choose Not tested and say why; whoever approves the job reads it."),
    ),
    what_if_not=_("What the release changes for your people is found out in production."),
    evidence_fields=(
        Field("tested", _("Tested on"), CHOICE, choices=(
            ("lab", _("An appliance in a controlled environment")),
            ("twin", _("A simulated copy of the site")),
            ("not-tested", _("Not tested")),
        )),
        Field("remarks", _("Who tested what, or why it was not tested")),
    ),
)  # fmt: skip

ANNOUNCE = Action(
    "announce", PORTAL, READ, Probe.OURS, _("the messages sent"), (1, 5),
    how=(
        _("The portal writes to the contacts of the site: when it is away, for how long at worst, and that all users are signed out and open sessions end."),
        _("Pass the message on to everybody who works through the site."),
    ),
    what_if_not=_("People lose their work in open sessions without having been told."),
    evidence_fields=(
        Field("told", _("Who was told, and how"), help=_("Only if you told them yourself.")),
    ),
)  # fmt: skip

BACK_UP = Action(
    "back_up", PORTAL, READ, Probe.FILE, _("file, SHA-256, size"), (10, 30),
    screen=_("/login > Management > Software Management"),
    how=(
        _("The portal fetches the backup where the appliance has the backup interface. Otherwise open /login > Management > Software Management."),
        _("Under Software :: Backup Settings choose whether logged session history goes in, and choose Download Backup."),
        _("If you set a password, write it down where you will find it: without it the backup cannot be restored. Never send it to us."),
        _("Check that the file is not empty and about as large as the last one, and keep it away from the appliance."),
        _("Bear in mind what it does not hold: no session recordings, and of the file store only files under 200 KB, at most 50."),
    ),
    what_if_not=_("If the upgrade fails, settings and configuration are lost."),
    evidence_fields=(
        Field("file_name", _("Name of the file")),
        Field("sha256", _("SHA-256 of the file"), help=_("64 characters; sha256sum and Get-FileHash print it.")),
        Field("size_kb", _("Size in KB"), NUMBER),
        Field("kept_at", _("Where it is kept"), help=_("A place, never the password.")),
        Field("file", _("The file itself"), FILE, required=False, help=_("If we shall keep it: it is stored encrypted.")),
    ),
    only_if=Fact.HOLDS_SETTINGS,
)  # fmt: skip

EXPORT_CERTIFICATES = Action(
    "export_certificates", PERSON, HUMAN, Probe.TYPED, _("fingerprint, expiry and where the copy lies, never the key"), (10, 20),
    screen=_("/appliance > Security > Certificates"),
    how=(
        _("Open /appliance > Security > Certificates and find the certificate that is assigned to the active IP address."),
        _("Choose Export, with the private key and the certificate chain. Set a passphrase. Exporting removes nothing."),
        _("Keep the file on your side, where you can reach it while the appliance is away, and the passphrase in another place."),
        _("Write down here the SHA-256 fingerprint, the expiry date and where the copy lies. Never send us the key, the file or the passphrase."),
    ),
    what_if_not=_("If the upgrade fails, service cannot go on under the site's name until a new certificate is issued."),
    evidence_fields=(
        Field("fingerprint", _("SHA-256 fingerprint of the certificate"), help=_("64 hexadecimal characters, with or without colons.")),
        Field("expires_on", _("Expires on"), DATE),
        Field("kept_at", _("Where the copy lies"), help=_("A place, never the key or the passphrase.")),
    ),
)  # fmt: skip

FREEZE = Action(
    "freeze_configuration", PORTAL, READ, Probe.OURS, _("banner and messages"), (1, 5),
    how=(
        _("The portal shows a banner and writes to the administrators of the site."),
        _("Change no settings on this appliance until the banner is gone: they would be overwritten by the next data sync."),
    ),
    what_if_not=_("Settings changed meanwhile are lost without a word."),
    evidence_fields=(
        Field("told", _("Who was told"), help=_("Only if you told them yourself.")),
    ),
)  # fmt: skip

LIFT_FREEZE = Action(
    "lift_freeze", PORTAL, READ, Probe.OURS, _("banner gone"), (1, 5),
    how=(
        _("The portal takes the banner away and tells the administrators."),
        _("Settings may be changed again, on the appliance that serves now."),
    ),
    what_if_not=_("Administrators go on waiting for no reason."),
    evidence_fields=(
        Field("told", _("Who was told"), help=_("Only if you told them yourself.")),
    ),
)  # fmt: skip
