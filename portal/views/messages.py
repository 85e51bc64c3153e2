import uuid

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal import clock, queries
from portal.models import Message
from portal.permissions import needs
from portal.services import ledger


@require_safe
@needs("message.view")
def across(request: HttpRequest) -> HttpResponse:
    """Staff: the messages of all customers."""
    return _list(request, across=True)


@require_safe
@needs("message.view")
def messages(request: HttpRequest) -> HttpResponse:
    return _list(request, across=False)


def _list(request: HttpRequest, *, across: bool) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in Message.State.values else ""
    page = queries.messages(state=state, before=request.GET.get("before", ""), across=across)
    shown = {"page": page, "state": state, "states": Message.State.choices, "across": across}
    return render(request, "portal/message_list.html", shown)


@require_safe
@needs("message.view")
def message(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(Message.objects.select_related("recipient"), pk=pk)
    page = {"message": found, "deliveries": queries.deliveries_of(found)}
    return render(request, "portal/message.html", page)


@require_POST
@needs("message.view")
def send_again(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(Message, pk=pk)
    ledger.send_again(found, by=request.user, at=clock.now())
    notices.success(request, _("The message is in the outbox again. It leaves within a minute."))
    return redirect("portal:message", slug=request.customer.slug, pk=found.pk)


@require_POST
@needs("message.view")
def came_back(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A mail that left was returned: its contact is not written to any more."""
    found = get_object_or_404(Message.objects.select_related("contact"), pk=pk)
    ledger.came_back(found, by=request.user, at=clock.now())
    notices.success(request, _("Noted. Whoever is next is told."))
    return redirect("portal:message", slug=request.customer.slug, pk=found.pk)
