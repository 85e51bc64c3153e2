"""Every code that a problem can carry: its status, what it means, what would help.

The framework's are written here; those of refusals are read off the code that raises them
(`manage.py api_schema` does so and writes problems.json), so that none is forgotten.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, gettext_noop as _

CONTRACT = Path(settings.BASE_DIR) / "openapi.yaml"  # as `manage.py api_schema` writes it
FILE = Path(__file__).with_name("problems.json")
REACHED = Path(__file__).with_name("reached.json")  # which operation can come to which
OF_REQUEST = ("idempotency-key-reused", "if-match-missing", "if-match-stale")
SAMPLE = "https://changeover.example.com/api/v1/problems/"
TITLES = {
    400: _("The request cannot be right"),
    401: _("No living key"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("Not with this method"),
    409: _("Refused as things stand"),
    412: _("Changed since it was read"),
    413: _("Too large"),
    415: _("Of another kind"),
    422: _("The key of another request"),
    428: _("Say what was seen"),
    429: _("Too many requests"),
    500: _("Something failed here"),
}
# Of the framework itself: status, what it says, what would help.
PLAIN: dict[str, tuple[int, str, str]] = {
    "invalid": (
        400, _("Some of what was sent cannot be right."), _("`errors` says where, by field."),
    ),
    "malformed": (
        400, _("The request cannot be read."), _("Send JSON in UTF-8, each name once."),
    ),
    "not-authenticated": (
        401, _("A living API key is needed: Authorization: Bearer …"),
        _("Have a key issued under your settings; keys expire, and end with their person."),
    ),
    "forbidden": (
        403, _("You may see this, but not do that."), _("The key's person needs another role."),
    ),
    "key-scope": (
        403, _("This key was made for less: its scope does not cover this."),
        _("Use a key of a wider scope: read, act or administer."),
    ),
    "key-of-sites": (
        403, _("This key is limited to some sites, and this is not of one site."),
        _("Use a key of all the customer's sites."),
    ),
    "key-of-networks": (
        403, _("This key opens from other network addresses than yours."),
        _("Call from an address that the key was made for, or have one made for this."),
    ),
    "key-of-sandbox": (
        403, _("This is a test key: it touches its sandbox alone."),
        _("Use a key of the customer, or one of support's."),
    ),
    "not-found": (
        404, _("There is nothing here, or not for you."),
        _("Look at the address and at the customer of the key."),
    ),
    "method-not-allowed": (
        405, _("This address does not take that method."), _("`Allow` names those it takes."),
    ),
    "too-large": (413, _("The body is too large."), _("Send less, or in parts.")),
    "unsupported-media-type": (
        415, _("The body is of a kind that is not read here."), _("Send application/json."),
    ),
    "throttled": (
        429, _("Too many requests: wait, then go on."), _("`Retry-After` says how many seconds."),
    ),
    "failed": (
        500, _("Something failed here. It was noted."),
        _("Send it again with the same Idempotency-Key; if it stays, tell the vendor's support."),
    ),
}  # fmt: skip
OF_STATUS = {
    400: "malformed", 401: "not-authenticated", 403: "forbidden", 404: "not-found",
    405: "method-not-allowed", 413: "too-large", 415: "unsupported-media-type", 429: "throttled",
}  # fmt: skip

SHOWN = {  # the refusal that stands for a status in examples
    "409": "not-now", "412": "if-match-stale", "422": "idempotency-key-reused",
    "428": "if-match-missing",
}  # fmt: skip


@dataclass(frozen=True)
class Code:
    """`says` and `helps` are message ids of all places that raise it, with their gaps."""

    code: str
    statuses: tuple[int, ...]
    says: tuple[str, ...]
    helps: tuple[str, ...]
    about: str = ""  # in English: of those whose sentence is made where it is said


@lru_cache(maxsize=1)
def table() -> dict[str, Code]:
    """All of them, by code; texts are message ids."""
    plain = {
        code: Code(code, (at,), (says,), (helps,)) for code, (at, says, helps) in PLAIN.items()
    }
    for code, told in json.loads(FILE.read_text()).items():
        statuses, says, helps = (tuple(told[part]) for part in ("statuses", "says", "helps"))
        plain[code] = Code(code, statuses, says, helps, told["about"])
    return plain


def operation(noun: str, action: str) -> str:
    """An operation's name: the first word of its address, and what it does."""
    return f"{noun.replace('-', '_')}_{action}"


@lru_cache(maxsize=1)
def _reached() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(REACHED.read_text())
    return found


def of_operation(name: str) -> dict[str, list[str]]:
    """The refusals that an operation is known to come to, by the status of their answer. Those of
    the request itself (`of_status`) come beside them."""
    found: dict[str, list[str]] = {}
    for code in _reached().get(name, []):
        if code not in OF_REQUEST:  # reached in bulk alone, where they are those of an item
            for status in table()[code].statuses:
                found.setdefault(str(status), []).append(code)
    return dict(sorted(found.items()))


def of_status(status: str) -> list[str]:
    """The codes that every operation with answers of this status may come to."""
    known = [code for code in (*PLAIN, *OF_REQUEST) if int(status) in table()[code].statuses]
    return sorted([*known, *(["not-now"] if status == "409" else [])])


def forget() -> None:
    """Read the files anew: they were written."""
    table.cache_clear()
    _reached.cache_clear()


def said(code: str) -> str:
    return gettext(PLAIN[code][1])


def title(status: int) -> str:
    """One sentence a kind of problem, the same every time."""
    return gettext(TITLES.get(status, TITLES[400] if status < 500 else TITLES[500]))


def example(status: str) -> dict[str, Any]:
    """A problem of this status."""
    code = SHOWN.get(status) or OF_STATUS[int(status)]
    told = table()[code]
    made: dict[str, Any] = {
        "type": f"{SAMPLE}{code}", "title": title(int(status)), "status": int(status),
        "code": code, "detail": gettext(told.says[0]), "instance": "/api/v1/jobs",
    }  # fmt: skip
    return made | ({"remedy": gettext(told.helps[0])} if told.helps else {})
