"""Everything by one box. Works without scripts; Control-K goes to the box where they run."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_safe

from portal import tenancy
from portal.permissions import MAY, SIGNED_IN, STAFF, needs
from portal.services import customers
from upgrades.procedures import PROCEDURES
from upgrades.services import searching
from upgrades.services.searching import Found
from upgrades.views.finding import whose
from upgrades.views.phases import told

TITLES = {
    "customer": gettext_lazy("Customers"), "site": gettext_lazy("Sites"),
    "appliance": gettext_lazy("Appliances"), "job": gettext_lazy("Upgrades"),
    "return": gettext_lazy("Returns"), "contact": gettext_lazy("Contacts"),
    "person": gettext_lazy("People"), "message": gettext_lazy("Messages"),
    "package": gettext_lazy("Packages"), "guide": gettext_lazy("Guide"),
    "procedure": gettext_lazy("Procedures"),
}  # fmt: skip
MARKED = {"job": "", "return": "return", "message": "message"}  # kinds with a state: whose life


@dataclass(frozen=True)
class Hit:
    title: str
    detail: str
    url: str
    state: str = ""
    life: str = ""


@require_safe
@needs(SIGNED_IN)
def everywhere(request: Any) -> HttpResponse:
    """Staff: over all customers. Others are led to their customer, or choose one."""
    query = searching.tidy(request.GET.get("q", ""))
    if request.user.is_staff:
        role = STAFF[request.user.staff_role]
        return _page(request, query, lambda action: role in MAY[action])
    mine = customers.of_person(request.user)
    words = f"?{urlencode({'q': query})}" if query else ""
    known = [(each, reverse("upgrades:search", args=[each.slug]) + words) for each in mine]
    if len(known) == 1:
        return redirect(known[0][1])
    return render(request, "upgrades/search_where.html", {"known": known, "query": query})


@require_safe
@needs("site.view")
def of_customer(request: Any) -> HttpResponse:
    """One customer's people: what is its own, and of the sites they see."""
    query = searching.tidy(request.GET.get("q", ""))
    return _page(request, query, request.may)


def _page(request: HttpRequest, query: str, may: Callable[[str], bool]) -> HttpResponse:
    slug = request.customer.slug if hasattr(request, "customer") else ""
    with_sandboxes = not slug and "sandboxes" in request.GET
    with tenancy.with_sandboxes() if with_sandboxes else nullcontext():
        found = searching.search(query, whose(request), may=may)
    exact = [(group.kind, row) for group in found for row in group.exact]
    if len(exact) == 1:
        return redirect(_hit(*exact[0], slug).url)
    groups = [
        {
            "title": TITLES[group.kind], "more": group.more, "count": len(group.rows),
            "hits": [_hit(group.kind, row, slug) for row in group.rows],
            "url": _all(group, query, slug), "id": group.kind,
        }
        for group in found
    ]  # fmt: skip
    shown = {
        "query": query, "groups": groups, "short": len(query) < searching.LEAST,
        "across": not slug, "with_sandboxes": with_sandboxes,
    }  # fmt: skip
    return render(request, "upgrades/search.html", shown)


def _hit(kind: str, row: Any, slug: str) -> Hit:
    title, detail, url = DRAWS[kind](row, slug)
    if not slug and hasattr(row, "customer_id"):
        detail = ", ".join(filter(None, [detail, row.customer.name]))
    owner = row if kind == "customer" else getattr(row, "customer", None)
    if owner is not None and owner.is_sandbox and not slug:
        detail = ", ".join(filter(None, [detail, _("sandbox")]))
    state = row.state if kind in MARKED else ""
    return Hit(title, detail, url, state, MARKED.get(kind, ""))


def _of(name: str, row: Any, pk: Any = None) -> str:
    return reverse(name, kwargs={"slug": row.customer.slug, "pk": pk or row.pk})


def _list_of(name: str, row: Any) -> str:
    return reverse(name, kwargs={"slug": row.customer.slug})


def _package(row: Any, slug: str) -> tuple[str, str, str]:
    kind = row.get_kind_display()
    if slug:
        return row.name, kind, reverse("appliances:customer-package", args=[slug, row.pk])
    return row.name, kind, reverse("appliances:package", args=[row.pk])


def _procedure(row: Any, slug: str) -> tuple[str, str, str]:
    if slug:
        return told(row.title), "", reverse("upgrades:customer-procedure", args=[slug, row.name])
    return told(row.title), "", reverse("upgrades:procedure", args=[row.name])


def _guide(number: str, slug: str) -> tuple[str, str, str]:
    """Staff have a page of all ids; a customer's people the first procedure that follows it."""
    if not slug:
        return number, _("what serves it"), f"{reverse('upgrades:guide')}#{number}"
    citing = [each for each in PROCEDURES.values() if number in each.ids()]
    if citing:
        return number, told(citing[0].title), _procedure(citing[0], slug)[2]
    return number, "", reverse("upgrades:customer-procedure-list", args=[slug])


DRAWS: dict[str, Callable[[Any, str], tuple[str, str, str]]] = {
    "customer": lambda row, slug: (row.name, row.slug, f"/c/{row.slug}/customer/"),
    "site": lambda row, slug: (row.name, row.public_name, _of("upgrades:site", row)),
    "appliance": lambda row, slug: (
        row.name, ", ".join(filter(None, [row.host, row.serial, row.site.name])),
        _of("upgrades:site", row, row.site_id),
    ),
    "job": lambda row, slug: (
        f"{row.label} {row.site.name}", row.title, _of("upgrades:job", row)
    ),
    "return": lambda row, slug: (str(row), row.site.name, _of("appliances:return", row)),
    "contact": lambda row, slug: (
        row.name, row.email or row.phone, _list_of("portal:contact-list", row)
    ),
    "person": lambda row, slug: (
        str(row.user), row.get_role_display(), _list_of("portal:member-list", row)
    ),
    "message": lambda row, slug: (row.subject, row.address, _of("portal:message", row)),
    "package": _package,
    "guide": _guide,
    "procedure": _procedure,
}  # fmt: skip


def _all(group: Found, query: str, slug: str) -> str:
    """The list that shows all of them, narrowed to the words where it can be."""
    if not group.more or group.kind != "site" or '"' in query:
        return ""
    name = "appliances:site-list" if slug else "appliances:site-list-all"
    words = urlencode({"q": f'"{query}"'})
    return f"{reverse(name, args=[slug] if slug else [])}?{words}"
