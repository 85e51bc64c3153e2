"""Why a site is left out, by code, in a few words; the whole sentence is beside each site."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "already-there": _("has the release already"),
    "in-return": _("an appliance is on its way back"),
    "other-rollout": _("in another rollout"),
    "left-behind": _("something was left half-way"),
    "no-contract": _("no contract at the planned date"),
    "contract-ends": _("the contract ends before the last window"),
    "contract-ended": _("the contract ends before the last window"),
    "frozen": _("frozen"),
    "version-not-known": _("version not known"),
    "unreachable": _("no path"),
    "withdrawn-target": _("no path"),
    "not-level": _("appliances are not level"),
    "cannot-plan": _("no path"),
    "window-too-short": _("windows too short"),
    "outside-windows": _("no maintenance windows"),
    "outside-rollout": _("no night within the rollout’s days"),
    "promised-notice": _("the promised notice"),
    "no-capacity": _("support has no free seat"),
    "no-slot": _("no free window"),
    "interim-too-long": _("too long without failover"),
    "no-wave": _("no wave has room"),
    "not-in-audience": _("the audience names it no more"),
    "by-hand": _("by hand"),
    "withdrawn": _("the offer was taken back"),
    "approval-void": _("the approval became void"),
    "site-closed": _("site closed"),
    "closed": _("the rollout is closed"),
}


def word(code: str) -> object:
    return WORDS.get(code, code)
