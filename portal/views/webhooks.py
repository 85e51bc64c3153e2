"""A customer's endpoints for webhooks, and each delivery to them."""

import json
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from portal import clock, permissions, queries
from portal.errors import Refused
from portal.forms.webhooks import RotationForm, WebhookForm
from portal.models import Webhook, WebhookDelivery
from portal.permissions import needs
from portal.publishing import EVENTS
from portal.services.webhooks import bodies, endpoints

COULD_NOT = 422
EXAMPLES = ("job.started", "step.asked", "booking.moved")


@require_safe
@needs("webhook.view")
def webhook_list(request: HttpRequest) -> HttpResponse:
    return _list(request, WebhookForm())


@require_POST
@needs("webhook.manage")
@sensitive_variables("secret")
def make(request: HttpRequest) -> HttpResponse:
    """Make an endpoint. Its secret is shown on this answer and never again."""
    form = WebhookForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=COULD_NOT)
    try:
        hook, secret = endpoints.make(**form.cleaned_data, by=request.user, at=clock.now())
    except endpoints.BadWebhook as refusal:
        return _list(request, _wrong(form, refusal), status=409)
    return _one(request, hook, secret=secret)


@require_safe
@needs("webhook.view")
def webhook(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _one(request, _row(pk))


@require_POST
@needs("webhook.manage")
def change(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    hook, form = _row(pk), WebhookForm(request.POST)
    if not form.is_valid():
        return _one(request, hook, form=form, status=COULD_NOT)
    try:
        endpoints.change(hook, **form.cleaned_data, by=request.user, at=clock.now())
    except endpoints.BadWebhook as refusal:
        return _one(request, _row(pk), form=_wrong(form, refusal), status=409)
    return _done(request, hook, _("The endpoint is changed."))


@require_POST
@needs("webhook.manage")
@sensitive_variables("secret")
def rotate(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A new secret, shown on this answer and never again."""
    hook, form = _row(pk), RotationForm(request.POST)
    if not form.is_valid():
        return _one(request, hook, rotation=form, status=COULD_NOT)
    hook, secret = endpoints.rotate(hook, **form.cleaned_data, by=request.user, at=clock.now())
    return _one(request, hook, secret=secret)


@require_POST
@needs("webhook.manage")
def disable(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, endpoints.disable, _("The endpoint is told of nothing more."))


@require_POST
@needs("webhook.manage")
def enable(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    said = _("The endpoint is told again. What it missed is in the list of events of the API.")
    return _act(request, pk, endpoints.enable, said)


@require_POST
@needs("webhook.manage")
def test(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    said = _("An event was queued. Its delivery appears below within seconds.")
    return _act(request, pk, endpoints.test, said)


@require_POST
@needs("webhook.manage")
def end(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    endpoints.end(_row(pk), by=request.user, at=clock.now())
    notices.success(request, _("The endpoint is removed."))
    return redirect("portal:webhook-list", slug=_slug(request))


@require_safe
@needs("webhook.view")
def delivery(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One delivery: what is sent, and each try."""
    _demand_every_site(request)
    known = WebhookDelivery.objects.select_related("webhook", "event")
    found = get_object_or_404(known, pk=pk)
    body = json.dumps(json.loads(bodies.written(found.event)), indent=2)
    page = {"delivery": found, "attempts": list(found.attempts.order_by("at")), "body": body}
    return render(request, "portal/webhook_delivery.html", page)


@require_POST
@needs("webhook.manage")
def send_again(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    _demand_every_site(request)
    found = get_object_or_404(WebhookDelivery.objects.select_related("webhook"), pk=pk)
    endpoints.send_again(found, by=request.user, at=clock.now())
    notices.success(request, _("It is queued again, under the same id."))
    return redirect("portal:webhook-delivery", slug=_slug(request), pk=found.pk)


@require_safe
@needs("event.view")
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every event that programs are told of, with examples."""
    shown = [(name, json.dumps(bodies.example(name), indent=2)) for name in EXAMPLES]
    kinds = [(name, bodies.SUBJECTS[name.partition(".")[0]]) for name in EVENTS]
    return render(request, "portal/webhook_events.html", {"kinds": kinds, "examples": shown})


def _list(request: HttpRequest, form: WebhookForm, *, status: int = 200) -> HttpResponse:
    _demand_every_site(request)
    rows = Webhook.objects.exclude(state=Webhook.State.ENDED).order_by("made_at")
    page = {"webhooks": list(rows), "form": form}
    return render(request, "portal/webhooks.html", page, status=status)


def _one(request: HttpRequest, hook: Webhook, *, status: int = 200, **more: Any) -> HttpResponse:
    _demand_every_site(request)
    state = request.GET.get("state", "")
    state = state if state in WebhookDelivery.State.values else ""
    page = {
        "webhook": hook, "state": state, "states": WebhookDelivery.State.choices,
        "page": queries.webhook_deliveries(
            hook, state=state, before=request.GET.get("before", "")
        ),
        "form": WebhookForm(initial=WebhookForm.of(hook)), "rotation": RotationForm(), **more,
    }  # fmt: skip
    return render(request, "portal/webhook.html", page, status=status)


def _demand_every_site(request: Any) -> None:
    """An endpoint is told of the whole customer: who sees some sites alone has no business here."""
    if permissions.visible_sites(request.user) is not None:
        raise PermissionDenied


def _row(pk: uuid.UUID) -> Webhook:
    return get_object_or_404(Webhook.objects.exclude(state=Webhook.State.ENDED), pk=pk)


def _act(
    request: HttpRequest, pk: uuid.UUID, service: Callable[..., Webhook], said: str
) -> HttpResponse:
    return _done(request, service(_row(pk), by=request.user, at=clock.now()), said)


def _done(request: HttpRequest, hook: Webhook, said: str) -> HttpResponse:
    notices.success(request, said)
    return redirect("portal:webhook", slug=_slug(request), pk=hook.pk)


def _slug(request: Any) -> str:
    return str(request.customer.slug)


def _wrong(form: WebhookForm, refusal: Refused) -> WebhookForm:
    for name, why in refusal.fields.items():
        form.add_error(name if name in form.fields else None, str(why))
    if not refusal.fields:
        form.add_error(None, str(refusal))
    return form
