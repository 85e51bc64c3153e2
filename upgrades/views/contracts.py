"""Maintenance contracts: seen by the customer, made and changed by staff, after a look at what a
shorter one would hit."""

import uuid
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock
from portal.errors import Refused
from portal.models import Contract
from portal.permissions import needs
from portal.services import contracts
from upgrades.forms.freezes import ContractForm
from upgrades.services import whatif
from upgrades.views.whatif import save

COULD_NOT = 422


@require_safe
@needs("contract.view")
def contract_list(request: HttpRequest) -> HttpResponse:
    return _page(request, ContractForm())


@require_POST
@needs("contract.manage")
def contract_make(request: HttpRequest) -> HttpResponse:
    form = ContractForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=COULD_NOT)
    try:
        contracts.make(**form.cleaned_data, by=request.user, at=clock.now())
    except contracts.BadContract as refusal:
        return _page(request, _wrong(form, refusal), status=409)
    notices.success(request, _("The contract is kept."))
    return redirect(_list(request))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("contract.manage")
def contract_change(request: Any, pk: uuid.UUID) -> HttpResponse:
    """Other days than before. Upgrades that it would no longer cover are shown first."""
    contract = get_object_or_404(Contract, pk=pk)
    if request.method != "POST":
        return _change(request, contract, ContractForm(initial=contracts.facts(contract)))
    form = ContractForm(request.POST)
    if not form.is_valid():
        return _change(request, contract, form, status=COULD_NOT)
    try:
        return save(
            request, whatif.ChangeContract(contract.pk, form.cleaned_data),
            title=_("Change a contract"), back=_list(request),
            said=_("The contract is changed."), carried=list(form.fields),
        )  # fmt: skip
    except contracts.BadContract as refusal:
        return _change(request, contract, _wrong(form, refusal), status=409)


def _page(request: HttpRequest, form: ContractForm, *, status: int = 200) -> HttpResponse:
    rows = list(Contract.objects.order_by("-ends_on", "number"))
    shown = {"contracts": rows, "form": form}
    return render(request, "upgrades/contracts.html", shown, status=status)


def _change(
    request: HttpRequest, contract: Contract, form: ContractForm, *, status: int = 200
) -> HttpResponse:
    shown = {"contract": contract, "form": form}
    return render(request, "upgrades/contract_change.html", shown, status=status)


def _wrong(form: ContractForm, refusal: Refused) -> ContractForm:
    for name, why in refusal.fields.items():
        form.add_error(name if name in form.fields else None, str(why))
    return form


def _list(request: Any) -> str:
    return reverse("upgrades:contract-list", kwargs={"slug": request.customer.slug})
