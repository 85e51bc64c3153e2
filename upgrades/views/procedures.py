"""The procedures as pages of the guide: a list, and each as page, as plain text, as paper."""

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.permissions import needs
from upgrades.planning.vocabulary import Procedure, Shape
from upgrades.procedures import PROCEDURES
from upgrades.reports import guide as guides, page_texts, pages
from upgrades.reports.paper import GUIDE_NOTE, Paper, compose
from upgrades.views.documents import Printed, asked


@require_safe
@needs("procedure.view")
def procedures(request: HttpRequest) -> HttpResponse:
    """Every procedure by the shape of site it is for."""
    known = [(each, pages.page(each)) for each in PROCEDURES.values()]
    groups = [
        (pages.told(shape.label), [page for each, page in known if each.fits(shape)])
        for shape in Shape
    ]
    return render(request, "upgrades/procedure_list.html", {"groups": groups})


@require_safe
@needs("procedure.view")
def procedure(request: HttpRequest, name: str) -> HttpResponse:
    found = pages.page(_named(name))
    page = {"page": found, "edition": _(GUIDE_NOTE)}
    return render(request, "upgrades/procedure.html", page)


@require_safe
@needs("procedure.view")
def text(request: HttpRequest, name: str) -> HttpResponse:
    """The page as plain text, in UTF-8."""
    language = asked(request)["language"]
    with translation.override(language):
        written = page_texts.text(pages.page(_named(name)))
    return HttpResponse(
        written,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Language": language},
    )


@require_safe
@needs("procedure.view")
def paper(request: HttpRequest, name: str) -> HttpResponse:
    return Printed(_paper(_named(name), **asked(request)))


@require_safe
@needs("platform.view")
def guide(request: HttpRequest) -> HttpResponse:
    """Where each id of the guide is served: for staff."""
    chapters = guides.chapters()
    entries = [entry for _title, those in chapters for entry in those]
    shown = {
        "chapters": chapters,
        "number": len(entries),
        "later": [entry for entry in entries if not entry.is_served],
    }
    return render(request, "upgrades/guide.html", shown)


def _paper(found: Procedure, *, language: str, size: str) -> Paper:
    """Typeset from the very page. The digest is of its text: two prints can be told apart."""
    with translation.override(language):
        page = pages.page(found)
        digest = hashlib.sha256(page_texts.text(page).encode()).hexdigest()[:12]
        return compose(
            "procedure.html", {"page": page}, name=found.name, language=language, size=size,
            digest=digest,
        )  # fmt: skip


def _named(name: str) -> Procedure:
    if name not in PROCEDURES:
        raise Http404
    return PROCEDURES[name]
