"""The bar's entries: for staff the whole park, for a customer's people their own pages."""

import re
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from portal.permissions import MAY, STAFF as OF_STAFF, membership_of
from portal.tenancy import NoCustomer

register = template.Library()
WITHIN_A_CUSTOMER = re.compile("^/c/[^/]+/")  # staff's entries stand for every customer's pages

# What is opened all day stands in the bar, the rest behind "More"; what is not there, nowhere.
STAFF = [
    ("upgrades:now", _("Now"), ""),
    ("upgrades:rollout-list", _("Rollouts"), "rollout.view"),
    ("upgrades:job-list-all", _("Jobs"), ""),
    ("upgrades:calendar-all", _("Calendar"), ""),
    ("appliances:site-list-all", _("Sites"), ""),
    ("upgrades:fleet", _("Fleet"), ""),
    ("appliances:catalogue", _("Catalogue"), ""),
]
STAFF_MORE = [
    ("upgrades:customer-list", _("Customers"), ""),
    ("upgrades:stuck", _("Standing still"), ""),
    ("upgrades:team-list", _("Capacity"), "team.view"),
    ("upgrades:platform-freeze-list", _("Freezes"), ""),
    ("appliances:question-list", _("Questions"), ""),
    ("appliances:return-list-all", _("Returns"), ""),
    ("appliances:thresholds-all", _("Thresholds"), "threshold.manage"),
    ("portal:message-list-all", _("Messages"), ""),
    ("portal:audit-all", _("Audit"), ""),
    ("portal:staff-list", _("Staff"), "staff.manage"),
    ("portal:erasure-list", _("Erasures"), "erasure.confirm"),
]
CUSTOMER = [
    ("upgrades:start", _("Start"), ""),
    ("appliances:site-list", _("Sites"), "site.view"),
    ("upgrades:job-list", _("Upgrades"), "job.view"),
    ("upgrades:calendar", _("Calendar"), "job.view"),
    ("portal:message-list", _("Messages"), "message.view"),
]
CUSTOMER_MORE = [
    ("upgrades:freeze-list", _("Freezes"), "site.view"),
    ("appliances:return-list", _("Returns"), "return.view"),
    ("upgrades:contract-list", _("Contracts"), "site.view"),
    ("portal:webhook-list", _("Webhooks"), "webhook.view"),
    ("portal:audit", _("Audit"), "audit.view"),
    ("portal:member-list", _("People"), "member.manage"),
    ("portal:company-provider", _("Company sign-in"), "provider.manage"),
    ("portal:customer-data", _("Our data"), "customer.export"),
]


@register.simple_tag(takes_context=True)
def navigation(context: template.Context) -> list[dict[str, Any]]:
    """Entries with url, title and whether one is there now. A page that does not exist yet, or
    that the reader may not open, has no entry: nothing on a page is dead."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if request is None or user is None or not user.is_authenticated:
        return []
    staff = user.is_staff
    first, more = _of_staff(user) if staff else _of_customer(request)
    path = WITHIN_A_CUSTOMER.sub("/", request.path) if staff else request.path
    here = _deepest(path, [entry["url"] for entry in [*first, *more]])
    return [
        entry | {"current": entry["url"] == here, "more": entry in more}
        for entry in [*first, *more]
    ]


@register.simple_tag(takes_context=True)
def search_address(context: template.Context) -> str:
    """Where the box of the bar searches: for staff everywhere, for others at their customer."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if request is None or user is None or not user.is_authenticated:
        return ""
    if user.is_staff:
        return _address("upgrades:search-all")
    customer = getattr(request, "customer", None)
    return _address("upgrades:search", slug=customer.slug) if customer else ""


@register.filter
def standing(entries: list[dict[str, Any]], more: bool) -> list[dict[str, Any]]:
    """The entries of the bar itself, or those behind "More"."""
    return [entry for entry in entries if entry["more"] is more]


@register.filter
def here(entries: list[dict[str, Any]]) -> str:
    """The title of the entry that says "you are here", if it is one of these."""
    return next((str(entry["title"]) for entry in entries if entry["current"]), "")


Known = list[tuple[str, Any, str]]
Entries = list[dict[str, Any]]


def _of_staff(user: Any) -> tuple[Entries, Entries]:
    role = OF_STAFF[user.staff_role]
    return _open(STAFF, role), _open(STAFF_MORE, role)


def _of_customer(request: Any) -> tuple[Entries, Entries]:
    customer = getattr(request, "customer", None)
    if customer is None:
        return [], []
    role = _role(request)
    return (
        _open(CUSTOMER, role, slug=customer.slug),
        _open(CUSTOMER_MORE, role, slug=customer.slug),
    )


def _open(known: Known, role: Any, **parts: str) -> Entries:
    """Those that are there and that this role may open."""
    found = [
        {"url": _address(name, **parts), "title": title}
        for name, title, need in known
        if not need or role in MAY.get(need, ())
    ]
    return [entry for entry in found if entry["url"]]


def _role(request: Any) -> str:
    """The reader's role at this customer; none once the customer was left (pages of errors)."""
    try:
        member = membership_of(request.user)
    except NoCustomer:
        return ""
    return member.role if member else ""


def _address(name: str, **parts: str) -> str:
    try:
        return reverse(name, kwargs=parts)
    except NoReverseMatch:
        return ""


def _deepest(path: str, addresses: list[str]) -> str:
    """The longest address that the path lies under; the start page only when one is on it."""
    under = [address for address in addresses if path.startswith(address) and address != "/"]
    return max(under, key=len, default="")
