"""Tags with a body: section, fact, notice, todo, alarm."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.templatetags.marks import FAMILY_SYMBOLS, mark_of
from portal.templatetags.words import guide as guide_mark, icon, mark

register = template.Library()
NOTHING = SafeString("")


def _maybe(markup: str, value: object, *more: object) -> SafeString:
    return format_html(markup, value, *more) if value not in ("", None) else NOTHING


@register.simple_block_tag
def section(
    content: str,
    title: object,
    *,
    count: int | str = "",
    help: object = "",
    url: str = "",
    link: object = "",
    id: str = "",
) -> SafeString:
    """A section under a black line: title, count, one line of help, one link at the end."""
    return format_html(
        '<section class="sec"{}><header><h2>{}{}</h2>{}{}</header>{}</section>',
        _maybe(' id="{}"', id),
        title,
        _maybe(' <span class="n">{}</span>', count),
        _maybe("<p>{}</p>", help),
        _maybe('<div class="end"><a class="go" href="{}">{}</a></div>', url, link),
        content,
    )


@register.simple_block_tag
def fact(content: str, label: object, *, detail: object = "") -> SafeString:
    return format_html(
        "<div><dt>{}</dt><dd>{}{}</dd></div>", label, content, _maybe(" <small>{}</small>", detail)
    )


@register.simple_block_tag
def notice(
    content: str, family: str, title: object, *, symbol: str = "", url: str = "", link: object = ""
) -> SafeString:
    """Told once, above what it concerns; at most one action."""
    return format_html(
        '<div class="notice {}">{}<div><h2>{}</h2><div class="soft">{}</div></div>{}</div>',
        family,
        icon(symbol or FAMILY_SYMBOLS[family]),
        title,
        content,
        _maybe('<div class="acts"><a class="btn small" href="{}">{}</a></div>', url, link),
    )


@register.simple_block_tag
def todo(
    content: str,
    state: str,
    title: object,
    *,
    guide: str = "",
    due: object = "",
    holder: object = "",
    id: str = "todo",
) -> SafeString:
    """The one thing to do now: a framed step with its form inside."""
    found = mark_of(state, "step")
    return format_html(
        '<section class="todo {}" id="{}"><header>{}<h2>{}</h2>{}{}</header>{}</section>',
        found.family,
        id,
        mark(found.family, found.symbol, found.word),
        title,
        guide_mark(guide),
        _maybe('<span class="end">{}{}</span>', due, _maybe(" · {}", holder)),
        content,
    )


@register.simple_block_tag
def alarm(content: str, order: object, *, number: str = "", who: object = "") -> SafeString:
    """A base failure, nothing else: the order in one sentence, then the number to call."""
    digits = "".join(sign for sign in number if sign.isdigit() or sign == "+")
    call = _maybe(
        '<p class="show"><a class="btn halt" href="tel:{}">{}{}{}</a></p>',
        digits,
        icon("phone"),
        number,
        _maybe(", {}", who),
    )
    return format_html(
        '<section class="alarm" role="alert"><p class="order">{}{}</p>{}{}</section>',
        icon("halted"),
        order,
        content,
        call,
    )
