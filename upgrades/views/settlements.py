"""A change for every customer: how far it is, what it hits, the decision, who was left."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from appliances.models import Package
from portal import clock
from portal.permissions import needs
from upgrades.forms.freezes import STRATEGIES
from upgrades.models import Settlement
from upgrades.services.whatif import Strategy, everywhere, lists, working

ON_A_PAGE = 20  # customers


@require_safe
@needs("platform.view")
def settlement(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _page(request, get_object_or_404(Settlement, pk=pk))


@require_POST
@needs("platform.manage")
def confirm(request: Any, pk: uuid.UUID) -> HttpResponse:
    """As it was shown: it counts now, and a worker treats whoever it hits."""
    found, chosen = get_object_or_404(Settlement, pk=pk), request.POST.get("strategy", "")
    if chosen not in list(Strategy):
        return _page(request, found, status=422)
    everywhere.confirm(found, strategy=Strategy(chosen), by=request.user, at=clock.now())
    notices.success(request, _("It counts now. Each customer that it hits is treated in turn."))
    return redirect("upgrades:settlement", pk=pk)


@require_POST
@needs("platform.manage")
def drop(request: Any, pk: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(Settlement, pk=pk)
    everywhere.drop(found, by=request.user, at=clock.now())
    notices.success(request, _("Dropped: nothing was changed."))
    if found.package_id:
        return redirect("appliances:package", pk=found.package_id)
    return redirect("upgrades:platform-freeze-list")


@require_POST
@needs("platform.manage")
def retry(request: Any, pk: uuid.UUID) -> HttpResponse:
    """The customers that the portal failed at, once more."""
    everywhere.retry(get_object_or_404(Settlement, pk=pk), by=request.user, at=clock.now())
    notices.success(request, _("Tried again: the customers that it failed at."))
    return redirect("upgrades:settlement", pk=pk)


@require_POST
@needs("platform.manage")
def withdraw(request: Any, pk: uuid.UUID) -> HttpResponse:
    """The vendor took a package back. Upgrades that need it are shown before it counts."""
    found = get_object_or_404(Package, pk=pk)
    asked = everywhere.ask_withdrawal(found, by=request.user, at=clock.now())
    if asked.ended_at:
        notices.success(request, _("Withdrawn: no path chooses it any more."))
        return redirect("appliances:package", pk=pk)
    return redirect("upgrades:settlement", pk=asked.pk)


def _page(request: HttpRequest, found: Settlement, *, status: int = 200) -> HttpResponse:
    done, of_all = working.progress(found)
    pages = Paginator(lists.parts(found), ON_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    shown = {
        "settlement": found, "done": done, "of_all": of_all, "page": page,
        "parts": [{"part": part, "rows": [_row(row) for row in part.shown]} for part in page],
        "left": [(part, lists.why(part)) for part in lists.left(found)],
        "strategies": STRATEGIES.items(), "failed": lists.may_retry(found),
        "chosen": found.strategy or Strategy.NEXT,
        "word": STRATEGIES.get(found.strategy, ""),
    }  # fmt: skip
    return render(request, "upgrades/settlement.html", shown, status=status)


def _row(kept: dict[str, Any]) -> dict[str, Any]:
    """A kept row with instants again, and all words the reader's."""
    kept = lists.told(kept)
    outcomes = [
        (
            STRATEGIES[Strategy(one["strategy"])],
            {**one, "moves": [{"now": datetime.fromisoformat(m["now"])} for m in one["moves"]]},
        )
        for one in kept["outcomes"]
    ]
    starts = [
        (datetime.fromisoformat(start), datetime.fromisoformat(end))
        for _window, start, end in kept["starts"]
    ]
    return {**kept, "starts": starts, "outcomes": outcomes}
