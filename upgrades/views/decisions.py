"""The page of a decision link: works without an account, and opening it decides nothing."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_fsm import ConcurrentTransition, TransitionNotAllowed

from portal import clock, tenancy
from portal.errors import Refused
from portal.middleware import refuse
from portal.permissions import OPEN, needs
from portal.services import customers, network
from upgrades.forms.decisions import ACCEPT, DECLINE, DecisionForm
from upgrades.models import DecisionLink, UpgradeJob
from upgrades.services import decision_links, decisions, other_nights, readiness_letters


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(OPEN)
def decision(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show; POST with the form decides, once."""
    try:
        owner = decision_links.customer_of(token, address=network.address_of(request))
        with tenancy.transaction(owner):
            return _answered(request, token, clock.now())
    except (Refused, TransitionNotAllowed, ConcurrentTransition) as refusal:
        return refuse(request, refusal)


def _answered(request: HttpRequest, token: str, at: datetime) -> HttpResponse:
    link = decision_links.find(token, at=at)
    if customers.current().links_need_sign_in and not request.user.is_authenticated:
        asked = urlencode({"next": request.path})
        return HttpResponseRedirect(f"{reverse('portal:sign-in')}?{asked}")
    decisions.demand_reader(link, request.user)
    with translation.override(link.contact.language):
        form = DecisionForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            response = _done(request, token, form.cleaned_data, at)
        else:
            response = _page(request, link, form, at)
        response.headers["Content-Language"] = link.contact.language
    return response


def _done(request: HttpRequest, token: str, given: dict[str, Any], at: datetime) -> HttpResponse:
    answer, digest, word = given["answer"], given["digest"], given["word"]
    if answer == DECLINE:
        link = decisions.decline(token, reason=given["reason"], at=at)
    elif answer == ACCEPT:
        link = decisions.accept(token, digest=digest, word=word, at=at)
    else:
        link = decisions.take(token, answer, digest=digest, word=word, at=at)
    job = UpgradeJob.objects.with_site().select_related("customer").get(pk=link.job_id)
    return render(request, "upgrades/decided.html", _shown(link, job))


def _page(request: HttpRequest, link: DecisionLink, form: DecisionForm, at: datetime) -> Any:
    job = UpgradeJob.objects.with_site().select_related("customer").get(pk=link.job_id)
    link.job = job
    free, refused = other_nights.of(link, at=at)
    shown = _shown(link, job)
    page = {
        **shown, "form": form, "free": free, "refused": refused,
        "offered": other_nights.held(shown["nights"]) if shown["nights"] else None,
        "chosen": form.data.get("answer", ACCEPT), "digest": job.plan.get("digest", ""),
        "happens": readiness_letters.happens(job, shown["nights"]),
        "consequence": readiness_letters.consequence(job.customer),
        "dark": job.plan.get("dark"), "answer_by": link.enrolment.answer_by,
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "upgrades/decision.html", page, status=status)


def _shown(link: DecisionLink, job: UpgradeJob) -> dict[str, Any]:
    standing = job.bookings.filter(state__in=["HELD", "BOOKED"]).order_by("slot")
    return {
        "link": link, "contact": link.contact, "job": job, "site": job.site,
        "owner": job.customer, "nights": list(standing), "phone": settings.SUPPORT_CONTACT,
        "reader_zone": ZoneInfo(link.contact.zone), "page_of": readiness_letters.page_of(job),
        "last": job.enrolments.get(pk=link.enrolment_id).last_possible_on,
    }  # fmt: skip
