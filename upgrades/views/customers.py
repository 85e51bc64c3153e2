"""Staff's way to a customer: the list of all, and one page with its figures and whole history."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal import clock, histories, times
from portal.permissions import needs
from portal.services import customers as known
from portal.templatetags.happenings import happening
from upgrades import customer_queries, queries, start_queries
from upgrades.models import UpgradeJob
from upgrades.queries import Whose
from upgrades.services import searching
from upgrades.views import lines

MINE = Whose()
MOST = 10
# Address, title, right; the order in which support needs them.
PAGES = (
    ("upgrades:start", _("What the customer has to do"), "site.view"),
    ("appliances:site-list", _("Sites"), "site.view"),
    ("upgrades:job-list", _("Upgrades"), "job.view"),
    ("upgrades:calendar", _("Calendar"), "job.view"),
    ("portal:contact-list", _("Contacts and promises"), "contact.view"),
    ("upgrades:contract-list", _("Contracts"), "contract.view"),
    ("upgrades:freeze-list", _("Freezes"), "site.view"),
    ("appliances:return-list", _("Returns"), "return.view"),
    ("portal:message-list", _("Messages"), "message.view"),
    ("portal:member-list", _("People"), "member.view"),
    ("portal:company-provider", _("Company sign-in"), "provider.view"),
    ("portal:webhook-list", _("Webhooks"), "webhook.view"),
    ("portal:audit", _("Audit"), "audit.view"),
    ("portal:customer-data", _("Export and erasure"), "customer.export"),
)


@require_safe
@needs("platform.view")
def customer_list(request: HttpRequest) -> HttpResponse:
    """All customers by name, with what is open at each."""
    query = searching.tidy(request.GET.get("q", ""))
    asked = request.GET.get("after", "")
    after = int(asked) if asked.isdecimal() and len(asked) < 7 else 0
    rows, more = customer_queries.customers(query, clock.now().date(), after=after)
    page = {
        "rows": rows, "query": query,
        "older": after + queries.PAGE if more else None,
        "newer": max(after - queries.PAGE, 0) if after else None,
    }  # fmt: skip
    return render(request, "upgrades/customers.html", page)


@require_safe
@needs("platform.view")
def customer(request: Any) -> HttpResponse:
    """One customer: who they are, what needs a person, what there is, and all that happened."""
    at, slug = clock.now(), request.customer.slug
    group = request.GET.get("about", "")
    history = histories.of_customer(group=group, before=request.GET.get("before", ""))
    needed = start_queries.needs(MINE, folded=True)
    today = times.in_zone(at, request.customer.zone).date()
    page = {
        "figures": customer_queries.figures(at),
        "contract": known.contract_for(today),
        "manager": request.customer.account_manager,
        "lines": lines.queue(needed, now=at, across=False)[:MOST],
        "jobs": queries.jobs(MINE)[:MOST],
        "entries": _entries(history.rows, slug),
        "older": history.older,
        "group": group if group in histories.GROUPS else "",
        "groups": [(code, title) for code, (title, _lives) in histories.GROUPS.items()],
        "pages": [
            (reverse(name, kwargs={"slug": slug}), title)
            for name, title, right in PAGES if request.may(right)
        ],
    }  # fmt: skip
    return render(request, "upgrades/customer.html", page)


def _entries(events: list[Any], slug: str) -> list[dict[str, Any]]:
    """As the component of a log has them; what belongs to an upgrade leads there."""
    named = {event.job_id for event in events} - {None}
    jobs = {job.pk: job for job in UpgradeJob.objects.filter(pk__in=named).select_related("site")}
    return [
        {
            "at": event.at, "number": event.number, "by": event.actor_name,
            "text": _told(happening(event.name), jobs.get(event.job_id), slug),
        }
        for event in events
    ]  # fmt: skip


def _told(words: str | Promise, job: UpgradeJob | None, slug: str) -> str | Promise | SafeString:
    if job is None:
        return words
    url = reverse("upgrades:job", kwargs={"slug": slug, "pk": job.pk})
    return format_html('{} · <a href="{}">{}, {}</a>', words, url, job.label, job.site.name)
