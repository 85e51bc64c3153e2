"""What is done with a rollout: written, edited with what it changes shown first, moved on."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal import clock
from portal.errors import Refused
from portal.filtering import BadFilter
from portal.permissions import needs
from upgrades.forms.rollouts import LettersForm, ReasonForm, RolloutForm
from upgrades.models import Rollout
from upgrades.services.rollouts import drafts, editing, lettering, lives, stopping
from upgrades.views.rollouts.pages import named

ACTS: dict[str, Callable[..., Rollout]] = {
    "open": lives.open_it, "resume": lives.resume, "close": lives.close, "cancel": lives.cancel,
    "next-wave": lives.open_next_wave, "lift": stopping.lift, "tell": stopping.tell,
    "draw": drafts.draw_again,
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("rollout.manage")
def add(request: HttpRequest) -> HttpResponse:
    form = RolloutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = drafts.draft(form.wish(), by=request.user, at=clock.now())
        except (drafts.BadRollout, BadFilter) as refusal:
            _marked(form, refusal)
        else:
            notices.success(request, _("Drafted. It is being worked out who would be in it."))
            return redirect("upgrades:rollout", pk=made.pk)
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("rollout.manage")
def edit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Shown first what it changes for whom; saved with the digest of what was shown."""
    found = named(pk)
    form = RolloutForm(request.POST or None, rollout=found)
    if request.method == "POST" and form.is_valid():
        wish = form.wish()
        try:
            if digest := request.POST.get("digest", ""):
                editing.apply(found, wish, digest=digest, by=request.user, at=clock.now())
                notices.success(request, _("Saved. It is being drawn anew."))
                return redirect("upgrades:rollout", pk=pk)
            return _form(request, form, found, editing.difference(found, wish))
        except (drafts.BadRollout, BadFilter) as refusal:
            _marked(form, refusal)
    return _form(request, form, found)


@require_POST
@needs("rollout.manage")
def act(request: HttpRequest, pk: uuid.UUID, verb: str) -> HttpResponse:
    if verb not in ACTS:
        raise Http404
    ACTS[verb](named(pk), by=request.user, at=clock.now())
    return redirect("upgrades:rollout", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("rollout.manage")
def pause(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _with_reason(request, pk, lives.pause, "pause")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("rollout.manage")
def stop(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Stop the line: whom it hits, and the letters as they would go."""
    return _with_reason(request, pk, stopping.stop, "stop")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("rollout.manage")
def letters(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The letters of a stopped line, in every language, to be written anew before they go."""
    found = named(pk)
    usual = {
        f"{part}_{language}": said
        for language, words in lettering.words(found).items()
        for part, said in words.items()
    }
    form = LettersForm(request.POST or None, initial={"digest": lettering.digest(found)} | usual)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["digest"]
        try:
            lettering.write(found, form.words(), seen=seen, by=request.user, at=clock.now())
        except lettering.BadLetter as refusal:
            _marked(form, refusal)
        else:
            notices.success(request, _("Saved. The letters go when you send them."))
            return redirect("upgrades:rollout", pk=pk)
    page = {"rollout": found, "form": form, "letters": stopping.drafted(found)}
    status = 422 if form.is_bound else 200
    return render(request, "upgrades/rollout_letters.html", page, status=status)


def _with_reason(
    request: HttpRequest, pk: uuid.UUID, service: Callable[..., Rollout], verb: str
) -> HttpResponse:
    found, form = named(pk), ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        service(found, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())
        return redirect("upgrades:rollout", pk=pk)
    page: dict[str, Any] = {"rollout": found, "form": form, "verb": verb}
    if verb == "stop":
        page |= {"hits": stopping.hits(found), "letters": stopping.drafted(found, reason="…")}
    status = 422 if request.method == "POST" else 200
    return render(request, "upgrades/rollout_stop.html", page, status=status)


def _form(
    request: HttpRequest, form: RolloutForm, found: Rollout | None,
    difference: editing.Difference | None = None,
) -> HttpResponse:  # fmt: skip
    page = {"form": form, "rollout": found, "difference": difference}
    if difference is not None:
        page["carried"] = [
            (name, value)
            for name, value in request.POST.items()
            if name not in ("csrfmiddlewaretoken", "digest")
        ]
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "upgrades/rollout_form.html", page, status=status)


def _marked(form: RolloutForm | LettersForm, refusal: Refused) -> None:
    """At the field that is wrong; what concerns the waves stands above their table."""
    names = {"filter": "audience"}
    for name, said in refusal.fields.items():
        field = names.get(name, name)
        remedy = f" {refusal.remedy}" if refusal.remedy else ""
        form.add_error(field if field in form.fields else None, f"{said}{remedy}")
