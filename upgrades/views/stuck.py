"""Runs that stand still: for staff a page over all customers, and the two safe things to do."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal import clock, times
from portal.permissions import needs
from portal.services import heartbeats
from portal.templatetags.instants import from_now
from upgrades import stuck_queries
from upgrades.queries import ALL
from upgrades.services import nudging
from upgrades.stuck_queries import Stuck, Why
from upgrades.views.finding import job_of, step_of
from upgrades.views.lanes import text_of

MARKS = {  # family, symbol
    Why.LOST: ("stop", "broken"), Why.UNTAKEN: ("stop", "waiting"), Why.SLOW: ("asks", "warn"),
    Why.IDLE: ("stop", "planned"), Why.OVERRUN: ("stop", "missed"), Why.RESTS: ("wait", "paused"),
}  # fmt: skip


@require_safe
@needs("platform.view")
def stuck(request: HttpRequest) -> HttpResponse:
    """What should have moved and did not, the worst first, with what may safely be done."""
    at = clock.now()
    page = {
        "lines": [_line(one, at) for one in stuck_queries.stuck(ALL, at)],
        "runner": heartbeats.parts().get(heartbeats.STEPS),
        "patience": heartbeats.PATIENCE[heartbeats.STEPS],
        "minutes": int(stuck_queries.PATIENCE.total_seconds() // 60),
    }
    return render(request, "upgrades/stuck.html", page)


@require_POST
@needs("step.act")
def look_again(request: HttpRequest, pk: uuid.UUID, seq: int) -> HttpResponse:
    step = step_of(request, pk, seq, "step.act")
    nudging.look_again(step, by=request.user, at=clock.now())
    return _back(request, pk, _("It is looked at now. Nothing was sent a second time."))


@require_POST
@needs("job.run")
def go_on(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    nudging.go_on(job_of(request, pk, "job.run"), by=request.user, at=clock.now())
    return _back(request, pk, _("It goes on."))


def _back(request: Any, pk: uuid.UUID, said: str) -> HttpResponse:
    """Staff to their list, a customer's people to the upgrade."""
    notices.success(request, said)
    if request.user.is_staff:
        return redirect("upgrades:stuck")
    return redirect("upgrades:job", slug=request.customer.slug, pk=pk)


def _line(one: Stuck, at: datetime) -> dict[str, Any]:
    job, slug = one.job, one.job.customer.slug
    family, symbol = MARKS[one.why]
    clock_there = times.clock_label(times.in_zone(one.since, job.site.zone))
    line = {
        "family": family, "symbol": symbol, "word": _word(one.why), "title": _title(one),
        "detail": _("%(where)s · %(job)s") % {
            "where": f"{job.customer.name} · {job.site.public_name}", "job": job.label,
        },
        "what_if_not": _what_if_not(one.why), "holder": one.step.holder if one.step else job.holder,
        "when": _("since %(when)s") % {"when": clock_there}, "ago": from_now(one.since, at),
        "url": reverse("upgrades:job", kwargs={"slug": slug, "pk": job.pk}),
    }  # fmt: skip
    if one.step is not None:
        at_step = {"slug": slug, "pk": job.pk, "seq": one.step.seq}
        line |= {"act": reverse("upgrades:step-look", kwargs=at_step), "deed": _("Look now")}
    elif one.why == Why.IDLE:
        at_job = {"slug": slug, "pk": job.pk}
        line |= {
            "act": reverse("upgrades:job-go-on", kwargs=at_job),
            "deed": _("Begin what is next"),
        }
    return line


def _word(why: Why) -> str:
    return {
        Why.LOST: _("Runner lost"), Why.UNTAKEN: _("Not taken"), Why.SLOW: _("Too slow"),
        Why.IDLE: _("Idle"), Why.OVERRUN: _("Over time"), Why.RESTS: _("Paused"),
    }[why]  # fmt: skip


def _title(one: Stuck) -> str:
    if one.step is None:
        return {
            Why.IDLE: _("It runs, and no step of it is open"),
            Why.OVERRUN: _("Its window is over, its work is not"),
            Why.RESTS: _("It is paused, and its window has begun"),
        }[one.why]
    told = {
        Why.LOST: _("The step runner that had it is not heard any more: %(step)s"),
        Why.UNTAKEN: _("It is due, and no step runner took it: %(step)s"),
        Why.SLOW: _("It takes longer than it should at worst: %(step)s"),
    }[one.why]
    return told % {"step": text_of(one.step)}


def _what_if_not(why: Why) -> str:
    """What comes of it by itself, where nobody does anything."""
    return {
        Why.LOST: _("Another runner takes it over and looks first; if none does, it stays so."),
        Why.UNTAKEN: _("It begins as soon as a runner is free; until then its window goes by."),
        Why.SLOW: _("The portal goes on looking, and holds it for a person at its deadline."),
        Why.IDLE: _("Nothing: it stays so until somebody has it begin what is next."),
        Why.OVERRUN: _("It goes on to its next safe point, outside the time that was agreed."),
        Why.RESTS: _("The window passes, and has to be booked again."),
    }[why]  # fmt: skip
