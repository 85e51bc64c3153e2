"""Checks of one appliance. Reasons are English msgids without values; what was seen stands beside
them in `observed`."""

from datetime import timedelta

from django.utils.translation import gettext_noop as _

from appliances.models import Appliance
from appliances.services.checks.asked import (
    BAD,
    DAY,
    GOOD,
    UNKNOWN,
    WARNING,
    Name,
    Question,
    Verdict,
    unknown,
)
from appliances.services.measuring import Measured
from appliances.services.versions import same

DENIED = ("", "0", "false", "deny", "none")
NOT_TOLD = _("The appliance does not tell this.")


def reachability(asked: Question, found: Measured) -> Verdict:
    seen = found.seen
    if _has_no_api(found):
        return unknown(_("This appliance has no API account: a person looks."))
    if seen.kind in ("unreachable", "refused", "garbled"):
        return Verdict(BAD, seen.said, seen.detail)
    return Verdict(GOOD, seen.version)


def health(asked: Question, found: Measured) -> Verdict:
    if found.seen.kind == "well":
        return Verdict(GOOD)
    if found.seen.kind == "unwell":
        return Verdict(BAD, found.seen.said, _("The appliance says that it is not well."))
    return _not_asked(found)


def identity(asked: Question, found: Measured) -> Verdict:
    seen = found.seen
    if seen.kind == "wrong":
        return Verdict(BAD, seen.guid, seen.detail)
    if not seen.answered:
        return _not_asked(found)
    first = "" if found.box.guid else _("Its identity was not known before; it is recorded now.")
    return Verdict(GOOD, seen.guid, first)


def clock(asked: Question, found: Measured) -> Verdict:
    """G-MANUAL-5: the download key depends on the right time."""
    offset = found.seen.clock_offset_seconds
    if offset is None:
        return unknown(_("The appliance did not tell its time."))
    observed = f"{round(offset):+d} s"  # of a whole number: never "-0 s"
    if abs(offset) > asked.values["CLOCK.bad_seconds"]:
        reason = _("Its clock is off by too much. Set its time server.")
        return Verdict(BAD, observed, reason)
    if abs(offset) > asked.values["CLOCK.warns_seconds"]:
        reason = _("Its clock is off a little. Set its time server.")
        return Verdict(WARNING, observed, reason)
    return Verdict(GOOD, observed)


def version_known(asked: Question, found: Measured) -> Verdict:
    """What it runs is what the portal recorded, or what a job of ours installs just now."""
    if not found.seen.answered or not found.seen.version:
        return unknown(NOT_TOLD)
    observed, recorded = found.seen.version, found.box.product_version
    ours = asked.expected.products.get(found.box.pk, frozenset())
    if not recorded or any(same(observed, one) for one in {recorded, *ours}):
        return Verdict(GOOD, observed)
    reason = _("It runs another product than the portal recorded.")
    return Verdict(asked.worse(Name.VERSION_KNOWN), f"{recorded} → {observed}", reason)


def base_version(asked: Question, found: Measured) -> Verdict:
    """The base version is in no API (vendor.md §3.4.1)."""
    box = found.box
    if not box.base_version or box.base_at is None:
        reason = _("Nobody has read the base version. Type it from Status > Basics.")
        return Verdict(BAD, "", reason)
    if asked.at - box.base_at > timedelta(days=asked.values["BASE_VERSION.days"]):
        reason = _("The base version was read too long ago. Read it again.")
        return Verdict(BAD, box.base_version, reason)
    return Verdict(GOOD, box.base_version, lasts=DAY)


def retired_version(asked: Question, found: Measured) -> Verdict:
    """The vendor looks after a release for two years (vendor.md §9.1)."""
    version = found.seen.version or found.box.product_version
    release = asked.releases.get(version)
    if release is None or (release.supported_until is None and release.released_on is None):
        return unknown(_("It is not known when this release came out."), version)
    months = asked.values["RETIRED_VERSION.months"]
    until = release.supported_until or release.released_on + timedelta(days=months * 365 // 12)
    observed = f"{version}, {until.isoformat()}"
    if until < asked.day:
        reason = _("The vendor looks after this release no more.")
        return Verdict(asked.worse(Name.RETIRED_VERSION), observed, reason, lasts=DAY)
    return Verdict(GOOD, observed, lasts=DAY)


def account(asked: Question, found: Measured) -> Verdict | None:
    """Our API account has what is needed, and is not about to be locked (vendor.md §3.2)."""
    if _has_no_api(found) or found.box.auth == Appliance.Auth.OLD:
        return None
    granted = found.seen.permissions
    if not found.seen.answered or not granted:
        return unknown(NOT_TOLD)
    bad, state = asked.worse(Name.ACCOUNT), found.account
    if state is not None and (not state.enabled or state.failed_attempts or state.locked_until):
        reason = _("Sign-ins with our account have failed, or it is locked.")
        return Verdict(bad, f"{state.failed_attempts}", reason)
    wanted = ["perm_command", "perm_configuration"]
    wanted += [] if _is_node(found) else ["perm_backup"]
    missing = [name for name in wanted if str(granted.get(name, "")).lower() in DENIED]
    if missing:
        reason = _("Our account lacks a permission: what it is for, a person does.")
        return Verdict(bad, ", ".join(missing), reason)
    return Verdict(GOOD, str(granted["perm_command"]))


def certificate_ends(asked: Question, found: Measured) -> Verdict:
    """From the TLS handshake (vendor.md §9.1); else as a person noted it."""
    copy = asked.copies.get(found.box.pk)
    ends = found.seen.certificate_ends_at
    day = ends.date() if ends else copy.expires_on if copy else None
    if day is None:
        return unknown(_("Nobody has seen the end of its certificate."))
    left = (day - asked.day).days
    observed, bad = day.isoformat(), asked.worse(Name.CERTIFICATE_ENDS)
    if left < 0:
        return Verdict(bad, observed, _("The certificate has ended by then."), lasts=DAY)
    if left < asked.values["CERTIFICATE_ENDS.days"]:
        return Verdict(WARNING, observed, _("The certificate ends soon."), lasts=DAY)
    return Verdict(GOOD, observed, lasts=DAY)


def _has_no_api(found: Measured) -> bool:
    return found.box.dialect == Appliance.Dialect.NO_API


def _is_node(found: Measured) -> bool:
    """A traffic node holds no settings (G-RULE-4)."""
    return found.box.cluster_role == Appliance.ClusterRole.TRAFFIC


def _not_asked(found: Measured) -> Verdict:
    """It cannot be known now; that counts only where the portal could have asked."""
    reason = _("It did not answer, so this is not known.")
    return Verdict(UNKNOWN, "", reason, counts=not _has_no_api(found))
