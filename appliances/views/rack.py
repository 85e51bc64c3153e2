"""A return at the rack, on a telephone: opened by the QR code of its papers.

It asks for the serial number of the box before it shows a button, at each opening: what was read
is proven by a seal in the address for a few hours, so that the next code that is scanned asks anew.
Serves what the guide asks of a return (G-RMA-1, G-RMA-2, G-RMA-3, G-RMA-4).
"""

import uuid
from typing import Any

from django.contrib import messages as notices
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from appliances import actions as do
from appliances.forms.returns import Photograph, Serial
from appliances.models import HardwareReturn
from appliances.services import boxes, late_ticks, photographs
from appliances.views import return_moves
from appliances.views.returns import find
from portal import clock, permissions
from portal.permissions import needs

SALT = "at the rack"
AGO = "ago"  # seconds, told by the page's script where it kept what was sent
SEAL_LASTS = 4 * 3600  # seconds, real: a reset takes an hour
# The moves that are made at the box, with the action whose instructions stand beside them.
AT_THE_BOX = {
    "wipe": do.FACTORY_RESET, "power-off": do.SHUT_DOWN, "pack": do.PACK, "label": None,
    "book-pickup": None, "hand-over": do.HAND_OVER,
}  # fmt: skip


@require_safe
@needs("return.view")
def rack(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    row = find(request, pk, "return.view")
    if not row.physical:  # there is no box
        return redirect("appliances:return", slug=request.customer.slug, pk=row.pk)
    return _page(request, row, open_=_seen(request, row))


@require_POST
@needs("return.manage")
def recognise(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The serial number as read off the box; another one's is refused."""
    row, form = find(request, pk, "return.manage"), Serial(request.POST)
    if not form.is_valid():
        return _page(request, row, open_=False, serial=form, status=422)
    boxes.recognise(row, serial=form.cleaned_data["serial"], by=request.user, at=clock.now())
    return redirect(_address(request, row, signing.dumps(_told(request, row), salt=SALT)))


@require_POST
@needs("return.manage")
def move(request: HttpRequest, pk: uuid.UUID, verb: str) -> HttpResponse:
    """A move that is made at the box. Without the seal nothing is done."""
    row = find(request, pk, "return.manage")
    asked = return_moves.MOVES.get(verb)
    if asked is None or verb not in AT_THE_BOX:
        raise Http404
    if not _seen(request, row):
        return _page(request, row, open_=False, status=422)
    form = asked.form(row, request.POST)
    if not form.is_valid():
        return _page(request, row, open_=True, moving={verb: form}, status=422)
    asked.make(row, form, request.user, clock.now(), request.POST.get(AGO, ""))
    return _back(request, row)


@require_POST
@needs("return.manage")
def photograph(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A picture as evidence: of the label, the screen, the packed box."""
    row = find(request, pk, "return.manage")
    if not _seen(request, row):
        return _page(request, row, open_=False, status=422)
    form = Photograph(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, row, open_=True, picture=form, status=422)
    picture, shows, at = form.cleaned_data["picture"], form.cleaned_data["shows"], clock.now()
    taken_at = late_ticks.happened(row, request.POST.get(AGO, ""), at=at)
    photographs.add(row, picture.chunks(), shows=shows, by=request.user, at=at, taken_at=taken_at)
    return _back(request, row)


def _told(request: HttpRequest, row: HardwareReturn) -> dict[str, str]:
    """Whose seal it is, and for which box."""
    return {"return": str(row.pk), "by": str(request.user.pk), "serial": row.serial}


def _seen(request: HttpRequest, row: HardwareReturn) -> bool:
    """Whether this person has read this box's serial number a while ago."""
    try:
        told = signing.loads(request.GET.get("seen", ""), salt=SALT, max_age=SEAL_LASTS)
    except signing.BadSignature:
        return False
    return bool(told == _told(request, row))


def _address(request: HttpRequest, row: HardwareReturn, seal: str) -> str:
    kept = {"slug": request.customer.slug, "pk": row.pk}
    return f"{reverse('appliances:return-rack', kwargs=kept)}?seen={seal}"


def _back(request: HttpRequest, row: HardwareReturn) -> HttpResponse:
    notices.success(request, _("Saved."))
    return redirect(_address(request, row, request.GET["seen"]))


def _page(
    request: HttpRequest, row: HardwareReturn, *, open_: bool, serial: Serial | None = None,
    moving: dict[str, Any] | None = None, picture: Photograph | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Before the seal: one question. After it: what is done, what is to do, what comes."""
    may = permissions.may(request.user, "return.manage", site_id=row.site_id)
    moves = [
        (verb, one, (moving or {}).get(verb) or one.form(row), AT_THE_BOX[verb])
        for verb, one in return_moves.possible(row)
        if may and verb in AT_THE_BOX
    ]
    page = {
        "row": row,
        "site": row.site,
        "open": open_,
        "may": may,
        "seal": request.GET.get("seen", "") if open_ else "",
        "serial": serial or Serial(),
        "moves": moves,
        "road": return_moves.road(row),
        "picture": picture or Photograph(),
        "photographs": photographs.of(row) if open_ else [],
        "early": row.state in (row.State.DRAFT, row.State.REQUESTED, row.State.AUTHORISED),
    }
    return render(request, "appliances/rack.html", page, status=status)
