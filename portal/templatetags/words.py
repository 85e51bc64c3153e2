"""Marks and small words: a symbol, a state, a provenance, a version, a person."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.templatetags.marks import FAMILY_SYMBOLS, HOOK_OUTCOMES, PROVENANCES, Mark, mark_of

register = template.Library()

UNSEEN_ICON = '<svg class="i" aria-hidden="true"><use href="#{}"/></svg>'
SPOKEN_ICON = '<svg class="i" role="img" aria-label="{}"><use href="#{}"/></svg>'


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A symbol of the sprite: beside its word it is hidden from readers, alone it says `label`."""
    return format_html(SPOKEN_ICON, label, name) if label else format_html(UNSEEN_ICON, name)


@register.simple_tag
def mark(family: str, symbol: str, word: object, *, box: bool = False) -> SafeString:
    return format_html(
        '<span class="st {}{}">{}{}</span>', family, " box" if box else "", icon(symbol), word
    )


@register.simple_tag
def state_mark(code: str, life: str = "", *, word: object = "", box: bool = False) -> SafeString:
    """The mark of a state; `life` where a code means different things (booking, message)."""
    found = mark_of(code, life)
    return mark(found.family, found.symbol, word or found.word, box=box)


@register.filter
def colon(label: object) -> str:
    """A label before its value. French sets a space before the colon."""
    return _("%(label)s:") % {"label": label}


@register.filter
def hook_outcome(code: str) -> object:
    """What came of a try to deliver a webhook, in words."""
    return HOOK_OUTCOMES.get(code, code)


@register.filter
def mark_for(code: str, life: str = "") -> Mark:
    """The family, symbol and word of a state, for mark-up that is not a `.st`."""
    return mark_of(code, life)


@register.simple_tag
def provenance(code: str) -> SafeString:
    found = PROVENANCES[code]
    return format_html(
        '<span class="prov {}">{}{}</span>', found.family, icon(found.symbol), found.word
    )


@register.simple_tag
def version_arrow(old: object, new: object) -> SafeString:
    return format_html(
        '<span class="ver">{}{}<span class="unseen"> {} </span>{}</span>',
        old,
        icon("arrow"),
        _("to"),
        new,
    )


@register.simple_tag
def guide(number: str) -> SafeString:
    """A rule's number in the guide; one that is said twice stands there once."""
    once = " ".join(dict.fromkeys(number.split()))
    return format_html('<span class="gid">{}</span>', once) if once else SafeString("")


@register.simple_tag
def letter(sign: str) -> SafeString:
    return format_html('<span class="letter">{}</span>', sign)


@register.simple_tag
def person(user: Any, nobody: object = "") -> SafeString:
    """A person with initials; `nobody` stands where there is none."""
    if user is None:
        return format_html('<span class="faint">{}</span>', nobody or _("nobody yet"))
    initials = "".join(part[0] for part in str(user).split()[:2])
    return format_html('<span class="who"><b aria-hidden="true">{}</b>{}</span>', initials, user)


@register.filter
def mail_trouble(detail: str) -> str:
    """Why a mail was not taken, in words where it is a fault of the line; else the server's own."""
    kind = detail.partition(":")[0].strip()
    return {
        "ConnectionRefusedError": _("The mail server refuses connections."),
        "TimeoutError": _("The mail server does not answer."),
        "gaierror": _("The mail server’s name is not known."),
        "SMTPServerDisconnected": _("The mail server hung up."),
        "SSLCertVerificationError": _("The mail server’s certificate is not trusted."),
    }.get(kind, detail)


@register.simple_tag
def pulse(health: str, words: object) -> SafeString:
    """Last sign of life: a shape and always its time in words."""
    css = "" if health == "good" else f" {health}"
    return format_html('<span class="pulse{}"></span>{}', css, words)


@register.filter
def family_symbol(family: str) -> str:
    return FAMILY_SYMBOLS[family]


@register.filter
def message_family(level: str) -> str:
    """The family of a message of Django's, by its level."""
    return {"success": "good", "warning": "asks", "error": "stop"}.get(level, "live")


@register.filter
def ticked(text: object) -> SafeString:
    """`Words` between ticks as code; the rest is plain text."""
    parts = enumerate(str(text).split("`"))
    pieces = [format_html("<code>{}</code>" if n % 2 else "{}", part) for n, part in parts]
    return format_html_join("", "{}", ((piece,) for piece in pieces))


@register.filter
def in_both(label: str) -> SafeString:
    """Words as they stand on the appliance's screen, in English, and in the reader's language
    beside them where that differs."""
    told = _(label) if label else ""
    if told in ("", label):
        return format_html('<span lang="en">{}</span>', label)
    return format_html('<span lang="en">{}</span> · {}', label, told)
