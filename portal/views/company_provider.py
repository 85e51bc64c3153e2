"""A customer's own sign-in: its provider, its domains, and which account is whose."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from portal import clock, permissions, tenancy
from portal.errors import Refused
from portal.forms.company import ProviderForm
from portal.models import CompanyDomain, CompanyTie
from portal.permissions import needs
from portal.services.company import domains, finding, providers
from portal.services.oidc import discovery
from portal.services.oidc.discovery import Metadata
from portal.services.oidc.wire import ProviderSilent

COULD_NOT = 422


@require_safe
@needs("provider.view")
def provider(request: HttpRequest) -> HttpResponse:
    return _page(request)


@sensitive_post_parameters("secret")
@require_POST
@needs("provider.manage", calls_out=True)
def save(request: HttpRequest) -> HttpResponse:
    """Try it, or try and keep it: the provider is asked for its configuration and its keys, outside
    of a transaction, and only what answers is kept."""
    form = ProviderForm(request.POST)
    found, status = None, COULD_NOT
    if form.is_valid():
        try:
            found = discovery.read(form.cleaned_data["issuer"])
            discovery.keys(found)
            status = 200
        except ProviderSilent as refusal:
            form.add_error("issuer", str(refusal))
            found = None
    with _within(request):
        if found is None or "try" in request.POST:
            return _page(request, form, found=found, status=status)
        return _keep(request, form, found)


@require_POST
@needs("provider.manage")
def enable(request: HttpRequest) -> HttpResponse:
    said = _("Enabled: people of confirmed domains may sign in with their company’s account.")
    return _act(request, providers.enable, said)


@require_POST
@needs("provider.manage")
def disable(request: HttpRequest) -> HttpResponse:
    said = _("Disabled: whoever was signed in by it is signed out.")
    return _act(request, providers.disable, said)


@require_POST
@needs("provider.manage")
def demand(request: HttpRequest) -> HttpResponse:
    said = _("From now on your people sign in with their company’s account alone.")
    return _act(request, providers.demand, said)


@require_POST
@needs("provider.release")
def release(request: HttpRequest) -> HttpResponse:
    said = _("Passwords and passkeys sign in again.")
    return _act(request, providers.release, said)


@require_POST
@needs("provider.trust")
def addresses(request: HttpRequest) -> HttpResponse:
    """What is taken for a verified address; by a button that says which."""
    _demand_every_site(request)
    suffices = request.POST.get("suffices") == "1"
    providers.let_domain_suffice(suffices, by=request.user, at=clock.now())
    if suffices:
        return _back(request, _("From now on an address of a confirmed domain suffices."))
    return _back(request, _("From now on your provider has to say that an address is verified."))


@require_POST
@needs("provider.confirm")
def confirm(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    domain = get_object_or_404(CompanyDomain, pk=pk)
    domains.confirm(domain, by=request.user, at=clock.now())
    return _back(request, _("Confirmed: the domain is this customer’s."))


@require_POST
@needs("provider.manage")
def untie(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    _demand_every_site(request)
    tie = get_object_or_404(CompanyTie, pk=pk)
    providers.untie(tie, by=request.user, at=clock.now())
    return _back(request, _("Taken away: the person’s next account there is tied anew."))


def _keep(request: HttpRequest, form: ProviderForm, found: Metadata) -> HttpResponse:
    values = {name: value for name, value in form.cleaned_data.items() if name != "issuer"}
    try:
        with tenancy.transaction(request.customer):
            providers.save(found, **values, by=request.user, at=clock.now())
    except providers.BadProvider as refusal:
        return _page(request, _wrong(form, refusal), status=COULD_NOT)
    return _back(request, _("Saved: your provider answers as it should."))


@contextmanager
def _within(request: Any) -> Iterator[None]:
    """The customer's transaction after the call, begun by asking whether the person still may."""
    with tenancy.transaction(request.customer):
        permissions.demand(request.user, "provider.manage")
        _demand_every_site(request)
        yield


def _page(
    request: Any, form: ProviderForm | None = None, *, found: Metadata | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    _demand_every_site(request)
    row = providers.of_customer()
    ties = CompanyTie.objects.select_related("user").order_by("user__name")
    named = domains.of_customer()
    page = {
        "waits": [one for one in named if not one.confirmed_at], "provider": row,
        "form": form or ProviderForm(initial=ProviderForm.of(row)),
        "found": found, "redirect_uri": finding.redirect_uri(request.customer.slug),
        "domains": named, "ties": list(ties),
        "left_out": providers.without_domain() if row else [],
    }  # fmt: skip
    return render(request, "portal/company_provider.html", page, status=status)


def _demand_every_site(request: Any) -> None:
    """It signs in everybody: who sees some sites alone has no business here."""
    if permissions.visible_sites(request.user) is not None:
        raise PermissionDenied


def _act(request: HttpRequest, service: Callable[..., Any], said: str) -> HttpResponse:
    _demand_every_site(request)
    service(by=request.user, at=clock.now())
    return _back(request, said)


def _back(request: Any, said: str) -> HttpResponse:
    notices.success(request, said)
    return redirect("portal:company-provider", slug=request.customer.slug)


def _wrong(form: ProviderForm, refusal: Refused) -> ProviderForm:
    for name, why in refusal.fields.items():
        form.add_error(name if name in form.fields else None, str(why))
    return form
