import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal import clock
from portal.errors import Refused
from portal.forms.session import NewLink, Reading, SignIn
from portal.middleware import refuse
from portal.models import User
from portal.permissions import OPEN, SIGNED_IN, needs
from portal.services import (
    company_requirement,
    invitations,
    network,
    passkey_challenges,
    people,
    second_step,
    sessions,
    signin,
)
from portal.services.company import finding
from portal.views.second_step import half_sign_in

log = logging.getLogger(__name__)


@sensitive_post_parameters("password")
@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "POST"])
@needs(OPEN)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign-in by e-mail. A wrong password is said on the page, with 200 as forms are."""
    form, status = SignIn(request.POST or None), 200
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(sessions.next_page(request))
    if form.is_valid():
        try:
            user = signin.authenticate(**form.cleaned_data, address=network.address_of(request))
            return go_on(request, user)
        except Refused as refusal:
            log.warning("sign-in refused", extra={"outcome": refusal.code})
            form.add_error(None, f"{refusal} {refusal.remedy}".strip())
            status = 429 if isinstance(refusal, signin.TooManyTries) else 200
    return sign_in_page(request, form, status=status)


def sign_in_page(
    request: HttpRequest, form: SignIn | None = None, *, problem: str = "", status: int = 200
) -> HttpResponse:
    """`problem`: why a passkey or a company's account did not sign in; the password may."""
    page = {
        "form": form or SignIn(), "next": sessions.next_page(request), "problem": problem,
        "passkeys": passkey_challenges.are_offered(), "company": finding.is_offered(),
    }  # fmt: skip
    return render(request, "portal/sign_in.html", page, status=status)


def go_on(request: HttpRequest, user: User) -> HttpResponse:
    """After the password: signed in, or asked for the code of the second step. Raises
    CompanyAccountDemanded."""
    company_requirement.demand_free(user)
    after = sessions.next_page(request)
    if not second_step.is_on(user):
        sessions.begin(request, user)
        return redirect(after)
    half_sign_in(request, user)
    return redirect(f"{reverse('portal:sign-in-code')}?{urlencode({'next': after})}")


@require_POST
@needs(OPEN)
def sign_out(request: HttpRequest) -> HttpResponse:
    sessions.end(request)
    return redirect("portal:sign-in")


@require_http_methods(["GET", "POST"])
@needs(OPEN)
def new_link(request: HttpRequest) -> HttpResponse:
    """Ask for a link to set a new password; the answer is the same for everybody."""
    form = NewLink(request.POST or None)
    sent = form.is_valid()
    if sent:
        email, address = form.cleaned_data["email"], network.address_of(request)
        try:
            signin.demand_few_tries("link", email, address)
        except signin.TooManyTries as refusal:
            return refuse(request, refusal)
        invitations.send_new_link(email, at=clock.now())
    return render(request, "portal/new_link.html", {"form": form, "sent": sent})


@require_POST
@needs(OPEN)
def language(request: HttpRequest) -> HttpResponse:
    """Another language: kept with the person, and in a cookie for whoever comes next here."""
    form = Reading(request.POST)
    response = HttpResponseRedirect(sessions.next_page(request))
    if not form.is_valid() or not (chosen := form.cleaned_data["language"]):
        return response
    if request.user.is_authenticated:
        people.choose(request.user, language=chosen)
    _remember(response, settings.LANGUAGE_COOKIE_NAME, chosen)
    return response


@require_POST
@needs(OPEN)
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the system has it."""
    form = Reading(request.POST)
    response = HttpResponseRedirect(sessions.next_page(request))
    if not form.is_valid() or not (chosen := form.cleaned_data["theme"]):
        return response
    chosen = "" if chosen == "system" else chosen
    if request.user.is_authenticated:
        people.choose(request.user, theme=chosen)
    _remember(response, "theme", chosen)
    return response


@require_POST
@needs(SIGNED_IN)
def zone(request: HttpRequest) -> HttpResponse:
    form = Reading(request.POST)
    if form.is_valid() and form.cleaned_data["zone"]:
        people.choose(request.user, zone=form.cleaned_data["zone"])
    return HttpResponseRedirect(sessions.next_page(request))


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.SECURE_COOKIES,
        httponly=True,
        samesite="Lax",
    )
