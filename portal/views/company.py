"""Signing in with a company's account: by the address to the company's page, and back from it."""

import uuid
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from portal.errors import Refused
from portal.forms.session import CompanyAddress
from portal.permissions import OPEN, needs
from portal.services import network, second_step, sessions, signin
from portal.services.company import signing_in
from portal.services.company.signing_in import Arrived
from portal.views.proofs import PURPOSE, TICKET, back_from_company
from portal.views.second_step import half_sign_in


@sensitive_post_parameters("password")
@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "POST"])
@needs(OPEN)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the address, then lead to the company's page.

    By a page of its own and not by a redirect: what a form is sent to stays within the portal (the
    policy's `form-action`), redirects included.
    """
    form, status = CompanyAddress(request.POST or None), 200
    after = sessions.next_page(request)
    if form.is_valid():
        email, address = form.cleaned_data["email"], network.address_of(request)
        try:
            ticket, url = signing_in.begin(email, after=after, address=address)
        except Refused as refusal:
            form.add_error(None, _words(refusal))
            status = _status(refusal)
        else:
            request.session[TICKET] = str(ticket)
            request.session.pop(PURPOSE, None)
            page = {"url": url, "host": urlsplit(url).hostname}
            return render(request, "portal/company_go.html", page)
    return _page(request, form, after, status)


@sensitive_variables()
@never_cache
@require_GET
@needs(OPEN)
def back(request: HttpRequest, company: str = "") -> HttpResponse:
    """Where a provider sends people back to. `company` stands in the address alone: the ticket of
    this browser says whose answer it is."""
    if purpose := request.session.get(PURPOSE, ""):
        return back_from_company(request, purpose)
    kept = request.session.get(TICKET)
    try:
        arrived = signing_in.finish(
            uuid.UUID(kept) if kept else None, request.GET.dict(), here=request.path,
            address=network.address_of(request),
        )  # fmt: skip
        return _go_in(request, arrived)
    except Refused as refusal:
        form = CompanyAddress({})
        form.errors.clear()
        form.add_error(None, _words(refusal))
        return _page(request, form, "/", _status(refusal))


def _go_in(request: HttpRequest, arrived: Arrived) -> HttpResponse:
    """A customer's provider decides what it asks its people. Staff whose provider says nothing of
    a second factor show the portal's own."""
    user = arrived.user
    if user.is_staff and not arrived.multi_factor and second_step.is_on(user):
        half_sign_in(request, user, tie=arrived.tie)
        return redirect(f"{reverse('portal:sign-in-code')}?{urlencode({'next': arrived.after})}")
    sessions.begin(request, user, second_step=arrived.multi_factor, tie=arrived.tie)
    return redirect(arrived.after)


def _page(request: HttpRequest, form: CompanyAddress, after: str, status: int) -> HttpResponse:
    page = {"form": form, "next": after}
    return render(request, "portal/sign_in_company.html", page, status=status)


def _words(refusal: Refused) -> str:
    return f"{refusal} {refusal.remedy}".strip()


def _status(refusal: Refused) -> int:
    return 429 if isinstance(refusal, signin.TooManyTries) else 422
