"""A form that is not taken: it is too large, or came too late, since its session has ended or
somebody signed in anew meanwhile.

Nothing typed is lost: it stands on the answer, and is sent from there once its person is signed in.
It is kept nowhere. A form of somebody else's page is never offered like this: what is shown here
passed the check against forgery, or came from a page of ours by the browser's own word.

It is shown as its form words it: under each field's label, choices and days in words. Nobody is
signed in, so only what the form's class says is known; no row is read.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from types import ModuleType
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import gettext as _

from portal import times

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 (its name)
# Words that are shown to nobody, not even to who typed them.
SECRET = ("password", "secret", "token", "code", "again", "credential")
# What no person types: ids of rows, and digests of what was seen. What a day or a moment is.
OURS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16}|[0-9a-f]{64}")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?")
TOO_LATE = 403
Answer = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True)
class Typed:
    """What somebody gave for one field. `label` is empty where its form is not known."""

    name: str
    label: object
    words: list[str]


class Measured:
    """Refuses a body that says it is larger than anything here takes, before any of it is read: a
    form is written to the disk while it is read. One that says less than it has is cut there."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.META.get("CONTENT_LENGTH") or "0"
        if request.path.startswith("/api/") or not said.isdecimal():
            return self.get_response(request)  # the API measures by itself
        if int(said) <= settings.BODY_LIMIT:
            return self.get_response(request)
        raise RequestDataTooBig(f"{said} bytes are more than any page takes.")


def ended(request: HttpRequest) -> HttpResponse:
    """Of a form that passed the check, where nobody is signed in any more."""
    return _page(request)


def offered(request: HttpRequest) -> HttpResponse | None:
    """Of a form that did not pass the check: the same, if it is of a page of ours from before a
    sign-in; None for any other."""
    return _page(request) if request.method == "POST" and _is_ours(request) else None


def _is_ours(request: HttpRequest) -> bool:
    """A browser names the page's origin with every POST, and no page can forge that."""
    origin = request.META.get("HTTP_ORIGIN", "")
    here = f"{request.scheme}://{request.get_host()}"
    return origin in (here, *settings.CSRF_TRUSTED_ORIGINS)


def _page(request: Any) -> HttpResponse:
    values = [
        (name, value)
        for name, many in request.POST.lists()
        if name != TOKEN and not _is_secret(name)
        for value in many
    ]
    secret = [name for name in request.POST if name != TOKEN and _is_secret(name)]
    user = getattr(request, "user", None)
    page = {
        "values": values, "typed": list(_typed(request, values)),
        "files": sorted(request.FILES), "has_secrets": bool(secret),
        "to": request.get_full_path(),
        "signed_in": user is not None and user.is_authenticated,
    }  # fmt: skip
    return render(request, "portal/unsent.html", page, status=TOO_LATE)


def _typed(request: Any, values: Iterable[tuple[str, str]]) -> Iterator[Typed]:
    """In the order of the page; what is empty, hidden or nobody's words is left out."""
    given: dict[str, list[str]] = {}
    for name, value in values:
        if value.strip():
            given.setdefault(name, []).append(value)
    fields = _fields(request.path_info, given.keys())
    for name, each in given.items():
        field = fields.get(name)
        if field is not None and field.widget.is_hidden:
            continue
        words = [said for value in each if (said := _word(field, value))]
        if words:
            yield Typed(name, field.label or "" if field is not None else "", words)


def _fields(path: str, names: Iterable[str]) -> dict[str, forms.Field]:
    """Of the forms that the address' view knows. Where two have a field of one name, that of the
    form which more of the names are of."""
    try:
        view = resolve(path).func
    except Resolver404:
        return {}
    known = vars(sys.modules[view.__module__]).values()
    mine = [part for part in known if isinstance(part, ModuleType) and ".forms" in part.__name__]
    known = [*known, *(part for module in mine for part in vars(module).values())]
    found = [
        part.base_fields for part in known
        if isinstance(part, type) and issubclass(part, forms.BaseForm)
        and hasattr(part, "base_fields")
    ]  # fmt: skip
    found.sort(key=lambda fields: (len(fields.keys() & set(names)), -len(fields)))
    return {name: field for fields in found for name, field in fields.items()}


def _word(field: forms.Field | None, value: str) -> str:
    """A value as a person says it; empty where it is nothing that anybody typed."""
    if isinstance(field, forms.BooleanField):
        return _("yes")
    if isinstance(field, forms.ChoiceField):
        is_read = isinstance(field, forms.ModelChoiceField)  # its choices are rows
        known = [] if is_read or _is_asked(field.choices) else _flat(field.choices)
        value = next((str(word) for code, word in known if str(code) == value), value)
        return _("as chosen") if OURS.fullmatch(value) else value
    if field is None and OURS.fullmatch(value):
        return ""
    with suppress(ValueError):  # a day that there is not stays as it was typed
        if DAY.fullmatch(value):
            return times.day_label(date.fromisoformat(value))
        if MOMENT.fullmatch(value):
            moment = datetime.fromisoformat(value)
            return f"{times.day_label(moment)} {times.clock_label(moment)}"
    return value


def _is_asked(choices: Any) -> bool:
    """Whether they come of a function, which may read anything."""
    return isinstance(choices, CallableChoiceIterator)


def _flat(choices: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Choices, those of groups among them."""
    for code, word in choices:
        if isinstance(word, list | tuple):
            yield from _flat(word)
        else:
            yield code, word


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in SECRET)
