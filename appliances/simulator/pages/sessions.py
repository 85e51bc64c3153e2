"""Signing in to the pages, and what is told after a press. Both are signed, nothing is kept."""

import hashlib
import hmac
from html import escape
from urllib.parse import urlencode, urlsplit

from appliances.simulator.messages import Request, Response, html, see_other
from appliances.simulator.pages import layout
from appliances.simulator.park import Park


def _mark(park: Park, *parts: str) -> str:
    return hmac.new(park.secret, "|".join(parts).encode(), hashlib.sha256).hexdigest()


def is_signed_in(park: Park, request: Request, appliance: dict, area: str) -> bool:
    given = request.cookie(f"sim_{area}")
    wanted = _mark(park, area, appliance["hostname"], _password(appliance, area))
    return hmac.compare_digest(given.encode(), wanted.encode())


def _password(appliance: dict, area: str) -> str:
    """What a session hangs on: a changed password ends it, and so does a reset."""
    if area == "appliance":
        return f"{appliance['admin']['password']}|{appliance['was_reset']}"
    return appliance["users"][0]["password"] if appliance["users"] else ""


def is_foreign(request: Request) -> bool:
    """A form sent from another site's page."""
    origin = request.headers.get("origin")
    return bool(origin) and urlsplit(origin).netloc != request.headers.get("host", "")


def sign_in(park: Park, request: Request, appliance: dict, area: str) -> Response:
    fields = request.fields()
    pair = (fields.get("username"), fields.get("password"))
    if area == "appliance":
        known = [(appliance["admin"]["username"], appliance["admin"]["password"])]
    else:
        users = [row for row in appliance["users"] if row["administrator"] and row["enabled"]]
        known = [(row["username"], row["password"]) for row in users]
    if pair not in known:
        return ask(request, appliance, area, "The user name or the password is wrong.")
    mark = _mark(park, area, appliance["hostname"], _password(appliance, area))
    response = see_other(f"{request.prefix}/{area}")
    path = f"{request.prefix}/{area}"
    response.headers["Set-Cookie"] = f"sim_{area}={mark}; Path={path}; HttpOnly; SameSite=Lax"
    return response


def ask(request: Request, appliance: dict, area: str, problem: str = "") -> Response:
    form = layout.form(
        f"{request.prefix}/{area}/sign-in",
        "Sign in",
        layout.field("User name", "username", more='autocomplete="username" required autofocus'),
        layout.field(
            "Password", "password", kind="password", more='autocomplete="current-password" required'
        ),
    )
    hint = layout.paragraph("A new appliance starts with admin and password.", "faint")
    told = layout.paragraph(problem, "refused") if problem else ""
    body = layout.section(f"Sign in to /{area}", told, form, hint)
    title = f"{appliance['hostname']} /{area}"
    return html(layout.page(title, body, prefix=request.prefix))


def pressed(fields: dict[str, str]) -> str:
    """The button of a form; of a tick box with its Save, the one that the box now stands for."""
    button, on, off = (fields.pop(name, "") for name in ("button", "on", "off"))
    if button != "switch":
        return button
    return on if fields.pop("ticked", "") else off


def back(park: Park, request: Request, address: str, note: str, refused: bool = False) -> Response:
    """To a page of this appliance, with a sentence on it."""
    if not address.startswith(("/appliance", "/login")):
        address = "/appliance"
    kind = "refused" if refused else "done"
    query = urlencode({"note": note, "kind": kind, "mark": _mark(park, note, kind)})
    return see_other(f"{request.prefix}{address}?{query}")


def note(park: Park, request: Request) -> str:
    """The sentence of the press before, if we wrote it."""
    query = request.query
    text, kind = query.get("note", ""), query.get("kind", "")
    if not text or not hmac.compare_digest(query.get("mark", ""), _mark(park, text, kind)):
        return ""
    style = "note refused" if kind == "refused" else "note"
    return f'<p class="{style}" role="status">{escape(text)}</p>'
