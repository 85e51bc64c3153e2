"""The fleet at a glance, for staff: versions, what is behind, support. What is asked lives in the
address; each page has its table as a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from appliances.models import Site
from appliances.views.filtered import narrowed
from portal import clock, permissions
from portal.permissions import needs
from portal.services.spreadsheets import written
from upgrades.services.fleetwide import behind, counting, kept, matrix, support
from upgrades.views.importing import as_file

AXES = {
    counting.SHAPE: _("By shape"),
    counting.REGION: _("By region"),
    counting.CUSTOMER: _("By customer"),
}

TABS = (
    ("upgrades:fleet", _("Versions")), ("upgrades:fleet-behind", _("Behind")),
    ("upgrades:fleet-support", pgettext_lazy("of a release", "Support")),
)  # fmt: skip


@require_safe
@needs("platform.view")
def versions(request: HttpRequest) -> HttpResponse:
    by, after = _axis(request), _number(request.GET.get("after", ""))
    found, asked = narrowed(Site.across.all(), request, "by")
    sentence = _sentence(asked)
    if sentence.strip():
        shown = matrix.matrix(found, by, sentence=sentence, after=after)
    else:
        shown = matrix.of_all(by, after=after)
    page = {"matrix": shown, "by": by, "axes": tuple(AXES.items())}
    return _page(request, "fleet", asked | page)


@require_POST
@needs("platform.view")
def count(request: HttpRequest) -> HttpResponse:
    """Count the whole fleet now, where a kept count is shown."""
    by = _axis(request)
    kept.count_now(by, _number(request.GET.get("after", "")))
    asked = request.GET.urlencode()
    return redirect(f"{reverse('upgrades:fleet')}{'?' if asked else ''}{asked}")


@require_safe
@needs("platform.view")
def versions_file(request: HttpRequest) -> StreamingHttpResponse:
    found, _asked = narrowed(Site.across.all(), request)
    lines = matrix.matrix(found, _axis(request), most=None).table()
    return as_file(written(next(lines), lines), "versions.csv")


@require_safe
@needs("platform.view")
def hops(request: HttpRequest) -> HttpResponse:
    found, asked = narrowed(Site.across.all(), request, "target")
    shown = behind.behind(found, target=request.GET.get("target", ""), sentence=_sentence(asked))
    return _page(request, "fleet_behind", asked | {"found": shown})


@require_safe
@needs("platform.view")
def hops_file(request: HttpRequest) -> StreamingHttpResponse:
    found, _asked = narrowed(Site.across.all(), request)
    lines = behind.listed(found, target=request.GET.get("target", ""))
    return as_file(written(next(lines), lines), "behind.csv")


@require_safe
@needs("platform.view")
def supported(request: HttpRequest) -> HttpResponse:
    found, asked = narrowed(Site.across.all(), request)
    shown = support.support(found, on=clock.now().date(), sentence=_sentence(asked))
    return _page(request, "fleet_support", asked | {"found": shown})


@require_safe
@needs("platform.view")
def supported_file(request: HttpRequest) -> StreamingHttpResponse:
    found, _asked = narrowed(Site.across.all(), request)
    lines = support.table(support.support(found, on=clock.now().date()))
    return as_file(written(next(lines), lines), "support.csv")


def _page(request: HttpRequest, template: str, shown: dict[str, Any]) -> HttpResponse:
    may_import = permissions.may(request.user, "fleet.import")
    return render(
        request, f"upgrades/{template}.html", shown | {"may_import": may_import, "tabs": TABS}
    )


def _sentence(asked: dict[str, Any]) -> str:
    return str(asked["asked"]["sentence"])


def _axis(request: HttpRequest) -> str:
    asked = request.GET.get("by", "")
    return asked if asked in counting.AXES else counting.SHAPE


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 0
