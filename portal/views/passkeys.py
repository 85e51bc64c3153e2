"""One's own passkeys, and signing in with one."""

import uuid
from contextlib import nullcontext
from typing import Any

from django import forms
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from portal.errors import Refused
from portal.forms.passkeys import Answer, Named, NewPasskey, Removal
from portal.permissions import OPEN, SIGNED_IN, needs
from portal.services import network, passkey_challenges, passkeys, proofs, sessions, signin
from portal.views.second_step import half_signed_in
from portal.views.session import sign_in_page

TICKET = "passkey"  # which challenge this browser may answer
RESTS = "passkey_rests"  # whether what it makes takes what was shown elsewhere


@never_cache
@require_safe
@needs(SIGNED_IN)
def passkey_list(request: HttpRequest) -> HttpResponse:
    return _page(request)


@sensitive_post_parameters("password")
@never_cache
@require_POST
@needs(SIGNED_IN)
def register_options(request: HttpRequest) -> HttpResponse:
    """What the browser is asked, once the person has shown anew that it is them."""
    _demand_offered()
    form = NewPasskey(request.POST, ways=proofs.ways(request, proofs.PASSKEYS))
    if not form.is_valid():
        return _problem(_first(form), 422)
    try:
        rests = proofs.ask(request, proofs.PASSKEYS, form.cleaned_data.get("password", ""))
        ticket, asked = passkeys.begin_registration(request.user)
    except Refused as refusal:
        return _problem(_words(refusal), _status(refusal))
    request.session[RESTS] = rests
    return asking(request, ticket, asked)


@never_cache
@require_POST
@needs(SIGNED_IN)
def register(request: HttpRequest) -> HttpResponse:
    """Recovery codes, where there are any, are shown on this answer, once."""
    _demand_offered()
    answer, named = Answer(request.POST), Named(request.POST)
    if not (answer.is_valid() and named.is_valid()):
        return _page(request, problem=_first(answer) or _first(named), status=422)
    rests = request.session.pop(RESTS, True)
    try:
        with proofs.taken(request, proofs.PASSKEYS) if rests else nullcontext():
            codes = passkeys.register(
                request.user, ticket_of(request), answer.cleaned_data["credential"],
                **named.cleaned_data,
            )  # fmt: skip
    except Refused as refusal:
        return _page(request, problem=_words(refusal), status=422)
    sessions.note_second_step(request)
    if codes:
        return _page(request, codes=codes)
    notices.success(request, _("Kept: it signs you in from now on."))
    return redirect("portal:passkey-list")


@sensitive_post_parameters("password")
@never_cache
@require_POST
@needs(SIGNED_IN)
def remove(request: HttpRequest) -> HttpResponse:
    form = _removal(request, request.POST)
    if not form.is_valid():
        return _page(request, removal=form, status=422)
    try:
        with proofs.proven(request, proofs.PASSKEYS, form.cleaned_data.get("password", "")):
            passkeys.remove(request.user, form.cleaned_data["passkey"].pk)
    except Refused as refusal:
        form.add_error("password" if "password" in form.fields else None, _words(refusal))
        return _page(request, removal=form, status=_status(refusal))
    notices.success(request, _("Removed. Delete it on the device too."))
    return redirect("portal:passkey-list")


@never_cache
@require_POST
@needs(OPEN)
def sign_in_options(request: HttpRequest) -> HttpResponse:
    """Any passkey of this portal; after a right password, one of that person."""
    _demand_offered()
    try:
        signin.demand_few_unknown("passkey", network.address_of(request))
    except Refused as refusal:
        return _problem(_words(refusal), 429)
    person = half_signed_in(request) if "second_step" in request.POST else None
    return asking(request, *passkeys.begin_sign_in(person))


@never_cache
@require_POST
@needs(OPEN)
def sign_in(request: HttpRequest) -> HttpResponse:
    """A passkey is both steps: the person is signed in."""
    _demand_offered()
    form = Answer(request.POST)
    if not form.is_valid():
        return sign_in_page(request, problem=_first(form), status=422)
    try:
        user = passkeys.sign_in(ticket_of(request), form.cleaned_data["credential"])
        sessions.begin(request, user, second_step=True)
    except Refused as refusal:
        return sign_in_page(request, problem=_words(refusal), status=422)
    return redirect(sessions.next_page(request))


def _demand_offered() -> None:
    if not passkey_challenges.are_offered():
        raise Http404


def asking(request: HttpRequest, ticket: uuid.UUID, asked: str) -> HttpResponse:
    request.session[TICKET] = str(ticket)
    return HttpResponse(asked, content_type="application/json")


def ticket_of(request: HttpRequest) -> uuid.UUID | None:
    """Which challenge this browser may answer: once."""
    kept = request.session.pop(TICKET, None)
    return uuid.UUID(kept) if kept else None


def _problem(words: str, status: int) -> JsonResponse:
    return JsonResponse({"problem": words}, status=status)


def _words(refusal: Refused) -> str:
    return f"{refusal} {refusal.remedy}".strip()


def _status(refusal: Refused) -> int:
    return 429 if isinstance(refusal, signin.TooManyTries) else 422


def _first(form: forms.Form) -> str:
    return next((str(said[0]) for said in form.errors.values()), "")


def _removal(request: HttpRequest, data: Any = None) -> Removal:
    return Removal(
        data, passkeys=passkeys.of_person(request.user), auto_id="remove_%s",
        ways=proofs.ways(request, proofs.PASSKEYS),
    )  # fmt: skip


def _page(
    request: HttpRequest, *, removal: Removal | None = None, codes: list[str] | None = None,
    problem: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    ways = proofs.ways(request, proofs.PASSKEYS)
    page = {
        "proof": ways, "passkeys": passkeys.of_person(request.user), "codes": codes,
        "problem": problem, "offered": passkey_challenges.are_offered(),
        "form": NewPasskey(ways=ways), "removal": removal or _removal(request),
    }  # fmt: skip
    return render(request, "portal/passkeys.html", page, status=status)
