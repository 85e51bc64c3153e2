"""Showing that it is still the person, where their password is not what shows it."""

import uuid
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from portal.errors import Refused
from portal.forms.passkeys import Answer
from portal.forms.session import OneCode
from portal.permissions import SIGNED_IN, needs
from portal.services import network, passkeys, proofs, second_step, sessions, signin
from portal.services.company import proving
from portal.views.passkeys import asking, ticket_of
from portal.views.second_step import turned_out

TICKET = "company"  # which answer of a company's provider this browser waits for
PURPOSE = "company_proof"  # what it shows, where it signs nobody in


@never_cache
@require_safe
@needs(SIGNED_IN, before_second_step=True)
def prove(request: HttpRequest, purpose: str) -> HttpResponse:
    return turned_out(request) or proof_page(request, purpose)


@never_cache
@require_POST
@needs(SIGNED_IN, before_second_step=True)
def at_company(request: HttpRequest, purpose: str) -> HttpResponse:
    """To the provider of the account that this session was made with, by a page of its own: what a
    form is sent to stays within the portal."""
    _page_of(purpose)
    tie = sessions.tie_of(request)
    if out := turned_out(request):
        return out
    if tie is None:
        raise Http404
    try:
        ticket, url = proving.begin(
            request.user, tie=tie, customer_id=request.bound_to, purpose=purpose,
            address=network.address_of(request),
        )  # fmt: skip
    except Refused as refusal:
        return proof_page(request, purpose, refusal=refusal)
    request.session[TICKET], request.session[PURPOSE] = str(ticket), purpose
    page = {"url": url, "host": urlsplit(url).hostname}
    return render(request, "portal/company_go.html", page)


@sensitive_variables()
def back_from_company(request: Any, purpose: str) -> HttpResponse:
    """The provider's answer to `at_company`; of nobody who is not signed in any more."""
    if not request.user.is_authenticated:
        return HttpResponseRedirect(reverse("portal:sign-in"))
    kept = request.session.get(TICKET)
    try:
        several = proving.finish(
            uuid.UUID(kept) if kept else None, request.GET.dict(), user=request.user,
            purpose=purpose, here=request.path, address=network.address_of(request),
        )  # fmt: skip
    except Refused as refusal:
        return proof_page(request, purpose, refusal=refusal)
    del request.session[PURPOSE]
    return _shown(request, purpose, second_step=several)


@never_cache
@require_POST
@needs(SIGNED_IN, before_second_step=True)
def passkey_options(request: HttpRequest, purpose: str) -> HttpResponse:
    """One of the person's own passkeys."""
    _page_of(purpose)
    _demand_passkey(request)
    try:
        signin.demand_few_unknown("passkey", network.address_of(request))
    except Refused as refusal:
        return JsonResponse({"problem": _words(refusal)}, status=429)
    return asking(request, *passkeys.begin_proof(request.user, purpose))


@never_cache
@require_POST
@needs(SIGNED_IN, before_second_step=True)
def by_passkey(request: HttpRequest, purpose: str) -> HttpResponse:
    """A passkey is both steps."""
    _page_of(purpose)
    _demand_passkey(request)
    form = Answer(request.POST)
    if not form.is_valid():
        said = str(form.errors["credential"][0])
        return proof_page(request, purpose, problem=said)
    try:
        answer = form.cleaned_data["credential"]
        passkeys.prove(request.user, ticket_of(request), answer, purpose=purpose)
    except Refused as refusal:
        return proof_page(request, purpose, refusal=refusal)
    return _shown(request, purpose, second_step=True)


@sensitive_post_parameters("code")
@never_cache
@require_POST
@needs(SIGNED_IN)
def by_code(request: HttpRequest, purpose: str) -> HttpResponse:
    """The second step, in a session that has shown none: the rest is to be shown still."""
    _page_of(purpose)
    form = OneCode(request.POST)
    if not form.is_valid():
        return proof_page(request, purpose, form=form)
    try:
        code, address = form.cleaned_data["code"], network.address_of(request)
        second_step.check(request.user, code, address=address)
    except Refused as refusal:
        form.add_error("code", _words(refusal))
        return proof_page(request, purpose, form=form, status=_status(refusal))
    sessions.note_second_step(request)
    if proofs.ways(request, purpose).is_ready:
        return HttpResponseRedirect(_page_of(purpose))
    return HttpResponseRedirect(reverse("portal:prove", args=[purpose]))


def proof_page(
    request: HttpRequest, purpose: str, *, form: OneCode | None = None,
    refusal: Refused | None = None, problem: str = "", status: int = 0,
) -> HttpResponse:  # fmt: skip
    """Each way that this person has; `refusal` or `problem`: why one did not do."""
    problem = _words(refusal) if refusal else problem
    page = {
        "proof": proofs.ways(request, purpose), "onward": _page_of(purpose),
        "form": form or OneCode(), "problem": problem,
    }  # fmt: skip
    if not status:
        status = _status(refusal) if refusal else 422 if problem or form else 200
    return render(request, "portal/prove.html", page, status=status)


def _page_of(purpose: str) -> str:
    """Where what was shown is used. Never what a request names: raises Http404."""
    known = proofs.PURPOSES.fullmatch(purpose)
    if known is None:
        raise Http404
    if slug := known["customer"]:
        return reverse("portal:erasure", kwargs={"slug": slug})
    own = {proofs.PASSKEYS: "portal:passkey-list", proofs.SECOND_STEP: "portal:second-step"}
    return reverse(own[purpose])


def _shown(request: HttpRequest, purpose: str, *, second_step: bool) -> HttpResponse:
    proofs.show(request, purpose, second_step=second_step)
    notices.success(request, _("Shown: go on within five minutes."))
    return HttpResponseRedirect(_page_of(purpose))


def _demand_passkey(request: Any) -> None:
    if not passkeys.can_be_used_by(request.user):
        raise Http404


def _words(refusal: Refused) -> str:
    return f"{refusal} {refusal.remedy}".strip()


def _status(refusal: Refused) -> int:
    return 429 if isinstance(refusal, signin.TooManyTries) else 422
