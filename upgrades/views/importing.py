"""Customers and sites from CSV: given, looked at, loaded; and out again in the same columns.

Between the preview and the load the files travel with the page, sealed by us; nothing of them is
kept here before somebody agrees to what was shown.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages as notices
from django.core import signing
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appliances.forms.importing import ImportForm
from appliances.models import Site
from appliances.services import filtering
from appliances.services.importing import exporting, loads
from appliances.services.importing.cells import Options
from appliances.services.importing.columns import COLUMNS, KEYS, Kind
from appliances.services.importing.reading import Given
from portal import clock
from portal.errors import Refused
from portal.permissions import needs
from upgrades.forms.freezes import STRATEGIES
from upgrades.services import displaced
from upgrades.services.whatif import Strategy

SALT, HOUR = "appliances.fleet-import", 3600
MOST_LINES, MOST_BYTES, MOST_SEALED = 1000, 1_000_000, 800_000
SHOWN = 200
KINDS = {
    Kind.CUSTOMER: gettext_lazy("Customers"), Kind.CONTRACT: gettext_lazy("Contracts"),
    Kind.CONTACT: gettext_lazy("Contacts"), Kind.SITE: gettext_lazy("Sites"),
    Kind.APPLIANCE: gettext_lazy("Appliances"),
}  # fmt: skip


class TooMuch(Refused):
    code = "import-too-much"


class SealBroken(Refused):
    code = "import-too-old"


@require_http_methods(["GET", "HEAD", "POST"])
@needs("fleet.import")
def preview(request: HttpRequest) -> HttpResponse:
    """The form; and of files that were given, everything that would happen."""
    if request.method != "POST":
        return _page(request, ImportForm())
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    dates = form.cleaned_data["dates"]
    try:
        files = _given(form.cleaned_data["files"])
        at = clock.now()
        report = loads.preview(
            files, options=Options(dates), by=request.user, at=at, watch=displaced.watch(at)
        )
        sealed = "" if report.problems or not report.to_do else _sealed(files, dates, report)
    except Refused as refusal:
        form.add_error("files", " ".join(map(str, filter(None, (refusal, refusal.remedy)))))
        return _page(request, form, status=422)
    status = 422 if report.problems else 200
    return _page(request, form, report=report, sealed=sealed, status=status)


@require_POST
@needs("fleet.import")
def load(request: HttpRequest) -> HttpResponse:
    """What the preview showed, unless something changed since: then the preview again. Booked
    upgrades that it hits are treated as chosen; unless something is chosen they stay."""
    files, dates, seen = _opened(request.POST.get("sealed", ""))
    at, chosen = clock.now(), request.POST.get("strategy", "")
    treat = loads.let_be
    if chosen in list(Strategy):
        treat = displaced.treat(Strategy(chosen), by=request.user, at=at)
    report = loads.load(
        files, options=Options(dates), by=request.user, at=at, seen=seen,
        watch=displaced.watch(at), treat=treat,
    )  # fmt: skip
    if report.problems:
        return _page(request, ImportForm(), report=report, status=409)
    notices.success(request, _("Imported."))
    if report.hits:
        jobs = ", ".join(dict.fromkeys(f"{hit.customer} {hit.job}" for hit in report.hits[:SHOWN]))
        notices.warning(request, _("These no longer fit and keep their times: %(jobs)s.")
                        % {"jobs": jobs})  # fmt: skip
    return redirect("upgrades:fleet")


@require_safe
@needs("fleet.import")
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Sites of a filter, with their customers, contacts and contracts."""
    at = clock.now()
    found = filtering.matching(Site.across.all(), request.GET.get("q", ""), on=at.date())
    return as_file(exporting.export(found, by=request.user, at=at), "fleet.csv")


def as_file(lines: Any, name: str) -> StreamingHttpResponse:
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _given(uploads: Sequence[Any]) -> list[Given]:
    """Raises TooMuch: a page waits for its answer, so it takes less than the command."""
    if sum(upload.size for upload in uploads) > MOST_BYTES:
        raise _too_much()
    files = [Given(upload.name, upload.read()) for upload in uploads]
    if sum(file.data.count(b"\n") for file in files) > MOST_LINES:
        raise _too_much()
    return files


def _too_much() -> TooMuch:
    return TooMuch(
        _("This page takes %(lines)d lines and %(most)d MB at once.")
        % {"lines": MOST_LINES, "most": MOST_BYTES // 1_000_000},
        remedy=_("Divide the files, or use the command import_fleet."),
    )


def _sealed(files: Sequence[Given], dates: str, report: loads.Report) -> str:
    told = {
        "files": [[file.name, file.data.decode("latin-1")] for file in files],
        "dates": dates, "seen": report.mark,
    }  # fmt: skip
    sealed = signing.dumps(told, salt=SALT, compress=True)
    if len(sealed) > MOST_SEALED:
        raise _too_much()
    return sealed


def _opened(sealed: str) -> tuple[list[Given], str, str]:
    try:
        told = signing.loads(sealed, salt=SALT, max_age=HOUR)
    except signing.BadSignature as wrong:
        raise SealBroken(
            _("This preview is too old."), remedy=_("Give the files again.")
        ) from wrong
    files = [Given(name, text.encode("latin-1")) for name, text in told["files"]]
    return files, told["dates"], told["seen"]


def _page(
    request: HttpRequest, form: ImportForm, *, report: loads.Report | None = None,
    sealed: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    shown: dict[str, Any] = {"form": form, "report": report, "sealed": sealed}
    shown["columns"] = [
        (KINDS[kind], [(c.name, c.name == KEYS[kind]) for c in COLUMNS if c.kind == kind])
        for kind in Kind
    ]
    if report is not None:
        shown |= {
            "problems": report.problems[:SHOWN], "more_problems": len(report.problems) - SHOWN,
            "changes": report.to_do[:SHOWN], "more_changes": len(report.to_do) - SHOWN,
            "counts": [(KINDS[Kind(kind)], counts) for kind, counts in report.counts.items()],
            "hits": report.hits[:SHOWN], "more_hits": len(report.hits) - SHOWN,
            "strategies": STRATEGIES.items() if report.hits else (),
            "kept": report.kept[:SHOWN], "kinds": {str(kind): word for kind, word in KINDS.items()},
        }  # fmt: skip
    return render(request, "upgrades/import.html", shown, status=status)
