"""The frame of every page, and the small pieces pages are made of. Text in, HTML out."""

from datetime import UTC, datetime
from html import escape
from pathlib import Path

from appliances.simulator.messages import Response

STYLE = Path(__file__).with_name("style.css").read_bytes()
FLAG = "Simulated appliance: nothing here is a real one, and no vendor made this page."


def style() -> Response:
    return Response(200, STYLE, "text/css; charset=UTF-8")


def page(
    title: str,
    *sections: str,
    prefix: str = "",
    heading: str = "",
    links: list[tuple[str, str]] = (),
    here: str = "",
    head: str = "",
) -> str:
    """`links` are (address without prefix, label); `here` is the address of this page."""
    rows = "".join(_link(prefix, address, label, here) for address, label in links)
    nav = f'<nav aria-label="Sections">{rows}</nav>' if rows else ""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{head}'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} (simulated)</title>"
        f'<link rel="stylesheet" href="{escape(prefix)}/style.css"></head><body>'
        f'<div class="flag" role="note">{FLAG}</div>'
        f"<header><h1>{escape(heading or title)}</h1></header>{nav}"
        f"<main>{''.join(sections)}</main></body></html>"
    )


def _link(prefix: str, address: str, label: str, here: str) -> str:
    current = ' aria-current="page"' if address == here else ""
    return f'<a href="{escape(prefix + address)}"{current}>{escape(label)}</a>'


def section(title: str, *parts: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{''.join(parts)}</section>"


def facts(*pairs: tuple[str, object]) -> str:
    rows = "".join(f"<dt>{escape(key)}</dt><dd>{escape(str(value))}</dd>" for key, value in pairs)
    return f"<dl>{rows}</dl>"


def table(titles: list[str], rows: list[list[str]]) -> str:
    """Cells are HTML already."""
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in titles)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def paragraph(text: str, kind: str = "") -> str:
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def form(
    action: str, label: str, *inputs: str, upload: bool = False, disabled: bool = False
) -> str:
    kind = ' enctype="multipart/form-data"' if upload else ""
    off = " disabled" if disabled else ""
    return (
        f'<form method="post" action="{escape(action)}"{kind}>{"".join(inputs)}'
        f"<button{off}>{escape(label)}</button></form>"
    )


def hidden(**fields: object) -> str:
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(str(value))}">'
        for name, value in fields.items()
    )


def field(label: str, name: str, value: object = "", kind: str = "text", more: str = "") -> str:
    box = f'<input type="{kind}" name="{escape(name)}" value="{escape(str(value))}" {more}>'
    return f"<label>{escape(label)} {box}</label>"


def tick(label: str, name: str, checked: bool = False, value: str = "1", more: str = "") -> str:
    on = " checked" if checked else ""
    box = f'<input type="checkbox" name="{escape(name)}" value="{escape(value)}"{on} {more}>'
    return f"<label>{box} {escape(label)}</label>"


def switch(
    action: str, label: str, save: str, *, on: str, off: str, ticked: bool, **fields: str
) -> str:
    """A tick box and its Save: `on` and `off` name the buttons that the box stands for."""
    kept = hidden(button="switch", on=on, off=off, **fields)
    return form(action, save, kept, tick(label, "ticked", ticked))


def moment(at: float | None) -> str:
    if at is None:
        return "never"
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def notice(title: str, text: str) -> str:
    return page(title, section(title, paragraph(text)))


def away(name: str, reason: str) -> str:
    """Asks again by itself until the appliance is back."""
    again = '<meta http-equiv="refresh" content="2">'
    return page("Away", section(name, paragraph(reason)), heading=name, head=again)


def public(prefix: str, appliance: dict) -> str:
    links = [("/login", "/login"), ("/appliance", "/appliance")]
    text = "This is where the site's customers would begin a session."
    body = section(appliance["company_name"], paragraph(text))
    return page(appliance["public_name"], body, prefix=prefix, links=links)
