"""Pages for people who write programs: what the API takes and gives, and why it says no."""

import json
import re
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from portal.api import document
from portal.api.reading import Document, Operation
from portal.permissions import OPEN
from portal.services import codes

GAP = re.compile(r"%\((\w+)\)[sd]")


@lru_cache(maxsize=1)
def _read() -> tuple[str, dict[str, list[Operation]]]:
    told = Document(json.loads(document.in_json()))
    return told.about, told.nouns()


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """Every operation, by noun."""
    about, nouns = _read()
    told = {"about": about.strip().split("\n\n"), "nouns": nouns}
    return render(request, "portal/api/contents.html", told)


@require_safe
def noun(request: HttpRequest, noun: str) -> HttpResponse:
    """One noun's operations, each with parameters, bodies, answers and a line for curl."""
    _about, nouns = _read()
    if noun not in nouns:
        raise Http404
    told = {"noun": noun, "operations": nouns[noun], "nouns": list(nouns)}
    return render(request, "portal/api/noun.html", told)


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Every code, what it means and what helps. Problems' `type` leads here."""
    found = [
        {
            "code": each.code, "statuses": each.statuses, "about": each.about,
            "says": [_with_gaps(text) for text in each.says],
            "helps": [_with_gaps(text) for text in each.helps],
        }
        for each in sorted(codes.table().values(), key=lambda each: each.code)
    ]  # fmt: skip
    return render(request, "portal/api/problems.html", {"codes": found})


def _with_gaps(text: str) -> str:
    """In the reader's language, with what the case fills in as ‹name›."""
    return GAP.sub(r"‹\1›", gettext(text))


@require_safe
def problem(request: HttpRequest, code: str) -> HttpResponse:
    if code not in codes.table():
        raise Http404
    return redirect(f"{reverse('api-problems')}#{code}")


contents.needs = noun.needs = problems.needs = problem.needs = OPEN  # type: ignore[attr-defined]
