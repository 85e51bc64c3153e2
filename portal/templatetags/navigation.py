"""The bar's entries: for staff the whole park, for a customer's people their own pages."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _, trans_real

from portal.permissions import MAY, STAFF as OF_STAFF, WHOLE, membership_of
from portal.tenancy import NoCustomer

register = template.Library()
A_START = re.compile("/(c/[^/]+/)?")
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


@dataclass(frozen=True)
class Bar:
    """Links: all entries, those of the bar itself, those behind "More", and which of the latter
    says "you are here", if one does."""

    entries: str = ""
    first: str = ""
    more: str = ""
    here: str = ""


@register.simple_tag(takes_context=True)
def navigation(context: template.Context) -> Bar:
    """A page that does not exist yet, or that the reader may not open, has no entry: nothing on a
    page is dead."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if request is None or user is None or not user.is_authenticated:
        return Bar()
    if user.is_staff:
        role, whole, slug = OF_STAFF[user.staff_role], True, ""
        path = WITHIN_A_CUSTOMER.sub("/", request.path)
    elif (customer := getattr(request, "customer", None)) is not None:
        (role, whole), slug, path = _role(request), customer.slug, request.path
    else:
        return Bar()
    first, more = _entries(user.is_staff, role, slug, whole)
    here = _deepest(path, [url for url, _title in (*first, *more)])
    return _bar(trans_real.catalog(), user.is_staff, role, slug, whole, here)


@dataclass(frozen=True)
class Addresses:
    """Of what stands on every page; "" where there is no such page."""

    language: str
    theme: str
    sign_out: str
    profile: str


@register.simple_tag
@lru_cache(maxsize=1)
def addresses() -> Addresses:
    names = ("language", "theme", "sign-out", "profile")
    return Addresses(*(_address(f"portal:{name}") for name in names))


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


Known = list[tuple[str, Any, str]]
Entries = tuple[tuple[str, Any], ...]  # address, title


@lru_cache(maxsize=512)
def _entries(is_staff: bool, role: str, slug: str, whole: bool) -> tuple[Entries, Entries]:
    """Of the bar itself, and behind "More": by this role, at the customer of this address; `whole`:
    at every site of it."""
    if is_staff:
        return _open(STAFF, role), _open(STAFF_MORE, role)
    own = [[each for each in known if whole or each[2] not in WHOLE]
           for known in (CUSTOMER, CUSTOMER_MORE)]  # fmt: skip
    return _open(own[0], role, slug=slug), _open(own[1], role, slug=slug)


@lru_cache(maxsize=512)
def _bar(
    _catalogue: object, is_staff: bool, role: str, slug: str, whole: bool, here: str
) -> Bar:  # fmt: skip
    """Made of all that it depends on; the catalogue is the one that titles are looked up in."""
    first, more = _entries(is_staff, role, slug, whole)
    return Bar(
        _links((*first, *more), here), _links(first, here), _links(more, here),
        next((str(title) for url, title in more if url == here), ""),
    )  # fmt: skip


def _links(entries: Entries, here: str) -> str:
    shown = [{"url": url, "title": title, "current": url == here} for url, title in entries]
    return get_template("components/nav_links.html").render({"entries": shown})


def _open(known: Known, role: Any, **parts: str) -> Entries:
    """Those that are there and that this role may open."""
    found = (
        (_address(name, **parts), title)
        for name, title, need in known
        if not need or role in MAY.get(need, ())
    )
    return tuple(entry for entry in found if entry[0])


def _role(request: Any) -> tuple[str, bool]:
    """The reader's role at this customer, and whether at every site of it. On pages of errors the
    customer was left already: what the policy found on the way in is remembered."""
    try:
        member = membership_of(request.user)
    except NoCustomer:
        member = getattr(request, "member", None)
    return (str(member.role), member.site_ids is None) if member else ("", False)


def _address(name: str, **parts: str) -> str:
    try:
        return reverse(name, kwargs=parts)
    except NoReverseMatch:
        return ""


def _deepest(path: str, addresses: list[str]) -> str:
    """The longest address that the path lies under; the start page, under which all of a
    customer's pages lie, only when one is on it."""
    under = [
        address for address in addresses
        if path == address or (path.startswith(address) and not A_START.fullmatch(address))
    ]  # fmt: skip
    return max(under, key=len, default="")
