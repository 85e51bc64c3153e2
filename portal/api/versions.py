"""`ETag` and `If-Match`: nobody changes what they have not seen, and nothing is sent twice for
nothing (RFC 9110 §13).

A tag has two halves: the state of the row that the address names, and the answer's own bytes. A
GET with `If-None-Match` compares the whole. A change compares the first half only, since a job's
answer counts steps that move on by themselves, and who halts it must not lose against them. `*`
stands for whatever it is by now; the state then still decides whether the change is possible.
"""

import hashlib
import json
import re
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import SAFE_METHODS

from portal.api.idempotency import REPLAYED
from portal.errors import Refused

HALF, SALT = 16, "portal.api.versions"
TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
LIST = re.compile(rf"{TAG.pattern}(\s*,\s*{TAG.pattern})*")
NOT_A_CHANGE = (201, 202)  # what is made, or only asked for, has no state before


class Unseen(Refused):
    """A change must say which state of the row was seen: `If-Match` with its ETag, or `*`."""

    code = "if-match-missing"


class Stale(Refused):
    """The row was changed since the state that `If-Match` names."""

    code = "if-match-stale"


def demanded(view: Any, action: str, method: str) -> bool:
    """Whether this action changes the row that its address names."""
    free = method in SAFE_METHODS or action in view.previews
    return not free and view.statuses.get(action, 200) not in NOT_A_CHANGE


def named(view: Any, request: Any) -> str:
    """The states that If-Match names; "" where none is needed. Raises Unseen without it: a repeat
    of what was done must say what its first time said."""
    if "pk" not in view.kwargs or not demanded(view, view.action, request.method):
        return ""
    given: str = request.headers.get("If-Match", "").strip()
    if not given:
        view.seen()  # what is not there is not there, before anything is missing
        raise _unseen()
    if given != "*" and not LIST.fullmatch(given):
        raise ValidationError({"If-Match": [_("Give an ETag as it was told, in quotes, or *.")]})
    return given


def compare(view: Any, given: str) -> None:
    """Raises Stale if none of the named states is that of the row."""
    if not given:
        return
    if view.locked:
        rows = view.rows().select_for_update(of=("self",), no_key=True)
        rows.filter(pk=view.pk).first()
    now = state_of(view)
    if given != "*" and now not in _states(given):
        raise _stale()


def compare_one(seen: Any, given: str) -> None:
    """The same for one of many, whose body says what was seen. Raises Unseen or Stale."""
    given = given.strip()
    if not given:
        raise _unseen()
    if given != "*" and _state(seen) not in _states(given):
        raise _stale()


def _unseen() -> Unseen:
    return Unseen(
        _("This changes something, and does not say which state of it was seen."),
        remedy=_("Send If-Match with the ETag of what you read; * is whatever it is by now."),
    )


def _stale() -> Stale:
    return Stale(
        _("This was changed since you read it."),
        remedy=_("Read it as it is now, then decide again."),
    )


def tag(view: Any, response: Any) -> Any:
    """The answer with its ETag, or 304 for who has it already. A refusal has none."""
    request = view.request
    if REPLAYED in response.headers:
        return response  # what it told may be true no more
    if response.status_code not in (200, 201) or getattr(response, "streaming", False):
        return response
    if request.method in SAFE_METHODS:
        state = state_of(view) if view.action in view.versioned else ""
    else:
        state = _state_after(view)
        if not state:
            return response
    if not getattr(response, "is_rendered", True):
        response.render()
    mine = f"{state}{hashlib.sha256(response.content).hexdigest()[:HALF]}"
    if request.method in SAFE_METHODS and _has(request, mine):
        response = _unchanged(response)
    response.headers["ETag"] = f'"{mine}"'
    patch_vary_headers(response, ["Authorization", "Accept-Language"])
    return response


def state_of(view: Any) -> str:
    """The first half of a tag: of everything that a change of the row would change."""
    return _state(view.seen())


def _state(seen: Any) -> str:
    """Under the installation's key: a row has columns that its reader is not shown, and whoever
    knows the others could try which values of those give the tag."""
    told = json.dumps(seen, default=str, sort_keys=True)
    return salted_hmac(SALT, told, algorithm="sha256").hexdigest()[:HALF]


def columns(row: Any, without: frozenset[str]) -> list[Any]:
    """A row's own columns, without those that move by themselves."""
    fields = row._meta.concrete_fields
    return [getattr(row, field.attname) for field in fields if field.name not in without]


def _state_after(view: Any) -> str:
    """After a change: if it answers with the row as it can be read."""
    if "pk" not in view.kwargs or view.action in view.gives or not view.gives.get("retrieve"):
        return ""
    if view.statuses.get(view.action, 200) in NOT_A_CHANGE or view.action in view.previews:
        return ""
    try:
        return state_of(view)
    except Http404:  # the change took it away
        return ""


def _states(given: str) -> set[str]:
    return {value[:HALF] for weak, value in TAG.findall(given) if not weak}


def _has(request: Any, mine: str) -> bool:
    given = request.headers.get("If-None-Match", "").strip()
    return given == "*" or mine in {value for _weak, value in TAG.findall(given)}


def _unchanged(response: Any) -> HttpResponse:
    empty = HttpResponseNotModified()
    for name in ("Content-Language", "Vary"):
        if name in response.headers:
            empty.headers[name] = response.headers[name]
    return empty
