"""The page that comes before something that displaces upgrades is saved."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from portal import clock
from upgrades.forms.freezes import STRATEGIES
from upgrades.services import whatif
from upgrades.services.whatif import Edit, Preview, Strategy

OF_JOB = "job-"


def save(
    request: Any,
    edit: Edit,
    *,
    title: str,
    back: str,
    said: str,
    carried: Iterable[str] = (),
    may_keep: bool = False,
) -> HttpResponse:
    """Save it if nobody is hit, or if what was chosen on this page still holds; else show it.

    `carried` names the fields of the form that come along hidden, to say the same again.
    `may_keep`: those hit may also keep their times, although they no longer fit.
    """
    shown = {
        "title": title,
        "back": back,
        "strategies": STRATEGIES.items(),
        "carried": [(name, value) for name in carried for value in request.POST.getlist(name)],
        "chosen": request.POST.get("strategy", Strategy.NEXT),
        "refusal": None,
        "may_keep": may_keep,
    }
    try:
        _do(request, edit, keep=may_keep and "keep" in request.POST)
    except whatif.ChangedMeanwhile as refusal:
        first = "digest" not in request.POST
        return _page(
            request, refusal.now, {**shown, "refusal": None if first else refusal},
            status=200 if first else 409,
        )  # fmt: skip
    except whatif.NotSettled as refusal:
        return _page(request, refusal.now, {**shown, "refusal": refusal}, status=409)
    notices.success(request, said)
    return redirect(back)


def _do(request: Any, edit: Edit, *, keep: bool) -> None:
    digest, at = request.POST.get("digest", ""), clock.now()
    if keep:
        whatif.keep(edit, digest=digest, by=request.user, at=at)
        return
    whatif.apply(
        edit, strategy=_strategy(request.POST.get("strategy", "")), per_job=_per_job(request),
        digest=digest, by=request.user, at=at,
    )  # fmt: skip


def _page(
    request: HttpRequest, found: Preview, shown: dict[str, Any], *, status: int
) -> HttpResponse:
    rows = [
        {
            "row": row,
            "name": f"{OF_JOB}{row.job_id}",
            "own": request.POST.get(f"{OF_JOB}{row.job_id}", ""),
            "outcomes": [(STRATEGIES[name], each) for name, each in row.outcomes.items()],
        }
        for row in found.rows
    ]
    page = {**shown, "rows": rows, "digest": found.digest}
    return render(request, "upgrades/whatif.html", page, status=status)


def _strategy(text: str) -> Strategy:
    return Strategy(text) if text in list(Strategy) else Strategy.NEXT


def _per_job(request: HttpRequest) -> dict[uuid.UUID, Strategy]:
    found = {}
    for name, value in request.POST.items():
        if name.startswith(OF_JOB) and value in list(Strategy):
            try:
                found[uuid.UUID(name.removeprefix(OF_JOB))] = Strategy(str(value))
            except ValueError:
                continue
    return found
