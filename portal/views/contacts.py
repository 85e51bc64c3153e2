"""Contacts, promises, and what was agreed about alerts: the customer's administrator and staff."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock, permissions
from portal.errors import Refused
from portal.forms.contacts import AgreementForm, ContactForm, LinksForm, PromiseForm
from portal.models import Contact, Promise
from portal.permissions import needs
from portal.services import contacts, customers, promises

COULD_NOT = 422


@require_safe
@needs("contact.view")
def contact_list(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@needs("contact.manage")
def make(request: HttpRequest) -> HttpResponse:
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=COULD_NOT)
    try:
        contacts.make(**form.cleaned_data, by=request.user, at=clock.now())
    except contacts.BadContact as refusal:
        return _page(request, form=_wrong(form, refusal), status=409)
    return _done(request, _("The contact is kept."))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("contact.manage")
def change(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    contact = get_object_or_404(_seen(request), pk=pk)
    form = ContactForm(
        request.POST if request.method == "POST" else None, initial=ContactForm.of(contact)
    )
    status = COULD_NOT if form.is_bound else 200
    if form.is_valid():
        try:
            contacts.change(contact, **form.cleaned_data, by=request.user, at=clock.now())
        except contacts.BadContact as refusal:
            form, status = _wrong(form, refusal), 409
        else:
            return _done(request, _("The contact is changed."))
    shown = {"contact": contact, "form": form}
    return render(request, "portal/contact_change.html", shown, status=status)


@require_POST
@needs("contact.manage")
def end(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    contact = get_object_or_404(_seen(request), pk=pk)
    contacts.end(contact, by=request.user, at=clock.now())
    return _done(request, _("This contact is told of nothing any more."))


@require_POST
@needs("promise.manage")
def promise(request: HttpRequest) -> HttpResponse:
    form = PromiseForm(request.POST)
    if not form.is_valid():
        return _page(request, promise_form=form, status=COULD_NOT)
    promises.make(**form.cleaned_data, by=request.user, at=clock.now())
    return _done(request, _("The promise is kept."))


@require_POST
@needs("promise.manage")
def promise_end(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    promises.end(get_object_or_404(Promise, pk=pk), by=request.user, at=clock.now())
    return _done(request, _("The promise binds nobody any more."))


@require_POST
@needs("contact.manage")
def links(request: HttpRequest) -> HttpResponse:
    """The customer may demand sign-in for its links: for those of every site."""
    permissions.demand_whole(request.user)  # type: ignore[arg-type]
    form = LinksForm(request.POST)
    form.is_valid()
    customers.agree(**form.cleaned_data, by=request.user, at=clock.now())
    return _done(request, _("Saved."))


@require_POST
@needs("agreement.manage")
def agree(request: HttpRequest) -> HttpResponse:
    form = AgreementForm(request.POST)
    if not form.is_valid():
        return _page(request, agreement=form, status=COULD_NOT)
    customers.agree(**form.cleaned_data, by=request.user, at=clock.now())
    return _done(request, _("Saved."))


def _page(request: Any, *, status: int = 200, **forms_that_came_back: forms.Form) -> HttpResponse:
    customer = customers.current()
    usual = {"language": customer.language, "zone": customer.zone, "rank": 1}
    agreed = {"silent_rule": customer.silent_rule, "account_manager": customer.account_manager_id}
    page = {
        "contacts": list(_seen(request).select_related("user").in_order()),
        "promises": list(Promise.objects.order_by("kind")),
        "silent_rule": customer.get_silent_rule_display(),
        "account_manager": customer.account_manager,
        "form": ContactForm(initial=usual),
        "promise_form": PromiseForm(initial={"agreed_on": clock.now().date()}),
        "links_form": LinksForm(initial={"links_need_sign_in": customer.links_need_sign_in}),
        "agreement": AgreementForm(initial=agreed),
        "may_end": not request.user.is_staff,
        **forms_that_came_back,
    }
    return render(request, "portal/contacts.html", page, status=status)


def _seen(request: Any) -> Any:
    """The contacts that this reader may know."""
    return contacts.seen(Contact.objects.told(), permissions.visible_sites(request.user))


def _wrong(form: ContactForm, refusal: Refused) -> ContactForm:
    for name, why in refusal.fields.items():
        form.add_error(name if name in form.fields else None, str(why))
    if not refusal.fields:
        form.add_error(None, str(refusal))
    return form


def _done(request: Any, said: str) -> HttpResponse:
    notices.success(request, said)
    return redirect("portal:contact-list", slug=request.customer.slug)
