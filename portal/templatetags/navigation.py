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

STAFF = [
    ("upgrades:now", _("Now"), ""),
    ("appliances:site-list-all", _("Sites"), ""),
    ("upgrades:job-list-all", _("Jobs"), ""),
    ("upgrades:calendar-all", _("Calendar"), ""),
    ("upgrades:team-list", _("Capacity"), "team.view"),
    ("upgrades:platform-freeze-list", _("Freezes"), ""),
    ("appliances:catalogue", _("Catalogue"), ""),
    ("portal:message-list-all", _("Messages"), ""),
    ("portal:audit-all", _("Audit"), ""),
    ("portal:staff-list", _("Staff"), "staff.manage"),
]
CUSTOMER = [
    ("upgrades:start", _("Start"), ""),
    ("appliances:site-list", _("Sites"), "site.view"),
    ("upgrades:job-list", _("Upgrades"), "job.view"),
    ("upgrades:calendar", _("Calendar"), "job.view"),
    ("portal:message-list", _("Messages"), "message.view"),
    ("portal:audit", _("Audit"), "audit.view"),
    ("portal:member-list", _("People"), "member.manage"),
]


@register.simple_tag(takes_context=True)
def navigation(context: template.Context) -> list[dict[str, Any]]:
    """Entries with url, title and whether one is there now. A page that does not exist yet, or
    that the reader may not open, has no entry: nothing on a page is dead."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if request is None or user is None or not user.is_authenticated:
        return []
    entries = _of_staff(user) if user.is_staff else _of_customer(request)
    path = WITHIN_A_CUSTOMER.sub("/", request.path) if user.is_staff else request.path
    here = _deepest(path, [entry["url"] for entry in entries])
    return [entry | {"current": entry["url"] == here} for entry in entries]


def _of_staff(user: Any) -> list[dict[str, Any]]:
    found = [
        {"url": _address(name), "title": title}
        for name, title, need in STAFF
        if not need or OF_STAFF[user.staff_role] in MAY[need]
    ]
    return [entry for entry in found if entry["url"]]


def _of_customer(request: Any) -> list[dict[str, Any]]:
    customer = getattr(request, "customer", None)
    if customer is None:
        return []
    role = _role(request)
    found = [
        {"url": _address(name, slug=customer.slug), "title": title}
        for name, title, need in CUSTOMER
        if not need or role in MAY[need]
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
