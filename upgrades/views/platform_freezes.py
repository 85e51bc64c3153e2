"""Freezes for everybody, or of one release: set by the vendor's rollout managers."""

import uuid
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST, require_safe

from appliances.models import Package
from portal import clock
from portal.permissions import needs
from upgrades.forms.freezes import STRATEGIES, PlatformFreezeForm
from upgrades.models import PlatformFreeze
from upgrades.services import freeze_lists, freezing, misfits, whatif
from upgrades.services.whatif import Strategy, everywhere

COULD_NOT = 422
DIGEST = "digest-"


@require_safe
@needs("platform.view")
def freeze_list(request: HttpRequest) -> HttpResponse:
    return _page(request, _form())


@require_POST
@needs("platform.manage")
def add(request: HttpRequest) -> HttpResponse:
    """Shown first, customer by customer, if it hits upgrades; saved, and each customer settled."""
    form, at = _form(request.POST), clock.now()
    if not form.is_valid():
        return _page(request, form, status=COULD_NOT)
    edit = whatif.AddFreezeForAll(**form.cleaned_data)
    try:
        freezing.demand_possible(edit.title, edit.begin, edit.end, at=at)
    except freezing.BadFreeze as refusal:
        for name, why in refusal.fields.items():
            form.add_error(name, str(why))
        return _page(request, form, status=409)
    if "strategy" not in request.POST:
        hits = everywhere.preview_all(edit, by=request.user, at=at)
        if hits:
            return _hits(request, hits, list(form.fields))
    freeze = freezing.add_for_all(**form.cleaned_data, by=request.user, at=at)
    return _settled(request, freeze)


@require_POST
@needs("platform.manage")
def settle(request: HttpRequest) -> HttpResponse:
    """What a freeze hits that stands already: shown, then put right."""
    freeze = _named(request)
    if "strategy" in request.POST:
        return _settled(request, freeze)
    hits = everywhere.preview_all(_of(freeze), by=request.user, at=clock.now())
    if hits:
        return _hits(request, hits, ["freeze"])
    notices.success(request, _("It hits no upgrade."))
    return redirect("upgrades:platform-freeze-list")


@require_POST
@needs("platform.manage")
def lift(request: HttpRequest) -> HttpResponse:
    freezing.lift_for_all(_named(request), by=request.user, at=clock.now())
    notices.success(request, _("The freeze is lifted."))
    return redirect("upgrades:platform-freeze-list")


def _settled(request: HttpRequest, freeze: PlatformFreeze) -> HttpResponse:
    chosen = request.POST.get("strategy", "")
    left = everywhere.settle_all(
        _of(freeze), strategy=Strategy(chosen) if chosen in list(Strategy) else Strategy.NEXT,
        digests=_digests(request), by=request.user, at=clock.now(),
    )  # fmt: skip
    notices.success(request, _("The freeze stands."))
    for each in left:
        notices.warning(request, f"{each.customer.name}: {each.why}")
    if left:
        said = ngettext(
            "%(count)d customer was left as it is: look at what the freeze hits.",
            "%(count)d customers were left as they are: look at what the freeze hits.",
            len(left),
        ) % {"count": len(left)}
        notices.warning(request, said)
    return redirect("upgrades:platform-freeze-list")


def _hits(request: HttpRequest, hits: list[everywhere.Hit], carried: list[str]) -> HttpResponse:
    page = {
        "hits": [
            {
                "customer": hit.customer,
                "name": f"{DIGEST}{hit.customer.pk}",
                "digest": hit.found.digest,
                "rows": [
                    (row, [(STRATEGIES[name], one) for name, one in row.outcomes.items()])
                    for row in hit.found.rows
                ],
            }
            for hit in hits
        ],
        "strategies": STRATEGIES.items(),
        "chosen": Strategy.NEXT,
        "carried": [(name, value) for name in carried for value in request.POST.getlist(name)],
    }
    return render(request, "upgrades/whatif_all.html", page)


def _page(request: HttpRequest, form: PlatformFreezeForm, *, status: int = 200) -> HttpResponse:
    shown = {"freezes": list(freeze_lists.for_all(ahead_of=clock.now())), "form": form}
    return render(request, "upgrades/platform_freezes.html", shown, status=status)


def _form(data: Any = None) -> PlatformFreezeForm:
    releases = Package.objects.filter(kind=Package.Kind.PRODUCT, withdrawn_at=None)
    return PlatformFreezeForm(data, releases=releases.order_by("-released_on", "version"))


def _of(freeze: PlatformFreeze) -> whatif.Settle:
    return whatif.Settle(misfits.Kind.FREEZE, str(freeze.pk))


def _named(request: HttpRequest) -> PlatformFreeze:
    pk = _uuid(request.POST.get("freeze", ""))
    return get_object_or_404(PlatformFreeze, pk=pk)


def _digests(request: HttpRequest) -> dict[uuid.UUID, str]:
    given = ((name.removeprefix(DIGEST), value) for name, value in request.POST.items()
             if name.startswith(DIGEST))  # fmt: skip
    return {pk: str(value) for name, value in given if (pk := _uuid(name))}


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
