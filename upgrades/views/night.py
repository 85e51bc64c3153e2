"""The night shift's page of one upgrade: by a secret link, without sign-in.

It says where the upgrade is, and nothing else of its customer: neither versions nor the words of
people, neither appliances nor evidence. Whatever is not open answers alike.
"""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal import clock, tenancy
from portal.errors import Refused
from portal.permissions import OPEN, needs
from portal.services import network, signin
from upgrades import queries
from upgrades.forms.live_links import LiveLinkForm
from upgrades.models import Booking, JobStep, LiveLink, UpgradeJob
from upgrades.services import live_links, remaining
from upgrades.views import facts
from upgrades.views.finding import job_of, to_job
from upgrades.views.phases import plain_title, told
from upgrades.views.shown import page

# Who reads it there writes no ticket number: nothing can be done on the page.
NEVER_RESTART = gettext_lazy("Do not restart the appliance. Contact the vendor’s support.")
SECRET = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}


@never_cache
@require_safe
@needs(OPEN)
def night(request: HttpRequest, secret: str) -> HttpResponse:
    """The page, and what it asks for anew by itself."""
    at = clock.now()
    asked = request.GET.get("lang", "")
    language = asked if asked in dict(settings.LANGUAGES) else translation.get_language()
    with translation.override(language):
        response = _answered(request, secret, at)
    for name, value in {**SECRET, "Content-Language": language or "en"}.items():
        response.headers[name] = value
    return response


def _answered(request: Any, secret: str, at: datetime) -> HttpResponse:
    try:
        owner = live_links.customer_of(secret, address=network.address_of(request), at=at)
        with tenancy.transaction(owner):
            shown = _shown(live_links.open_page(secret, at=at), at)
    except signin.TooManyTries:
        return render(request, "upgrades/night_gone.html", status=429)
    except Refused:
        gone = render(request, "upgrades/night_gone.html", status=404)
        if request.htmx:  # the page that asks is over too
            gone.headers["HX-Refresh"] = "true"
        return gone
    template = "upgrades/night.html#live" if request.htmx else "upgrades/night.html"
    return render(request, template, shown)


def _shown(job: UpgradeJob, at: datetime) -> dict[str, Any]:
    steps, bookings = queries.steps_of(job), queries.bookings_of(job)
    found = facts.of(job, steps, seen_at=queries.seen_at(job), now=at)
    number = settings.SUPPORT_CONTACT
    several = max((step.hop for step in steps), default=0) > 1
    return {
        "job": job, "site": job.site, "facts": found, "at": at,
        "phase": plain_title(found.phase.steps, several) if found.phase else "",
        "next": _next(job, steps, bookings, at),
        "ending": remaining.ending(job, steps, bookings, at),
        "never_restart": NEVER_RESTART if queries.holds_of(job) else "",
        "number": number, "digits": "".join(s for s in number if s.isdigit() or s == "+"),
    }  # fmt: skip


def _next(
    job: UpgradeJob, steps: list[JobStep], bookings: list[Booking], at: datetime
) -> dict[str, Any]:
    """What comes next and when; without a time, what goes on now."""
    if job.state != UpgradeJob.State.RUNNING:
        ahead = [each.starts_at for each in bookings if each.starts_at > at]
        first = job.state == UpgradeJob.State.SCHEDULED and ahead
        return {"at": min(ahead), "what": _("the first window opens")} if first else {}
    open_steps = facts.open_of(steps)
    if upcoming := facts.next_step(open_steps, at):
        return {"at": upcoming[0], "what": _event(upcoming[1])}
    foremost = facts.foremost(open_steps)
    return {"what": told(foremost.text)} if foremost else {}


def _event(step: JobStep) -> str:
    words = {"WAITING": _("end of: %(step)s"), "ASKING": _("%(step)s is due")}
    return words.get(step.state, "%(step)s") % {"step": told(step.text)}


@require_POST
@needs("job.share")
def share(request: Any, pk: uuid.UUID) -> HttpResponse:
    """A new link: its address is shown once."""
    job = job_of(request, pk, "job.share")
    form = LiveLinkForm(request.POST)
    if not form.is_valid():
        return page(request, job, sharing=form, status=422)
    secret = live_links.make(job, **form.cleaned_data, by=request.user, at=clock.now())
    address = settings.PUBLIC_URL + reverse("upgrades:night", args=[secret])
    made = {"job": job, "site": job.site, "address": address, "name": form.cleaned_data["name"]}
    return render(request, "upgrades/live_link_made.html", made)


@require_POST
@needs("job.share")
def revoke(request: Any, pk: uuid.UUID, link: uuid.UUID) -> HttpResponse:
    job = job_of(request, pk, "job.share")
    found = get_object_or_404(LiveLink, pk=link, job=job)
    live_links.revoke(found, by=request.user, at=clock.now())
    return to_job(request, job, _("This link answers nobody any more."))
