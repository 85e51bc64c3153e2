"""Freezes, calendars, what-if, contracts, capacity, staff, limits of members: in every look."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from portal import tenancy
from portal.models import Contract, Membership, User
from tests import factories
from tests.browser import upgrading
from tests.browser.looking import look_everywhere
from tests.upgrades.planning.test_feeds import calendar as content, event
from tests.upgrades.views.conftest import browser
from upgrades.models import Booking, Freeze, MaintenanceWindow, Team
from upgrades.services import calendars
from upgrades.services.whatif import everywhere, working

pytestmark = pytest.mark.browser
C = "/c/marmara"
MOMENT = "%Y-%m-%dT%H:%M"
TEAM = {"name": "Night watch, Europe", "zone": "Europe/Istanbul", "skills": ["SINGLE", "PAIR"],
        "active": "on", "d0s1_begins": "20", "d0s1_until": "24", "d0s1_seats": "2",
        "d5s1_begins": "0", "d5s1_until": "6", "d5s1_seats": "1"}  # fmt: skip


def administrator(made: upgrading.World) -> User:
    return factories.a_member(made.customer, "ADMINISTRATOR", "Ayşe Yılmaz")


def last_night(made: upgrading.World) -> Booking:
    with tenancy.transaction(made.customer):
        return Booking.objects.filter(state="BOOKED").order_by("-window")[0]


def over(booking: Booking, **more: str) -> dict[str, str]:
    begin, end = booking.starts_at + timedelta(hours=3), booking.starts_at + timedelta(hours=11)
    return {"title": "Year-end stocktaking", "begin": begin.strftime(MOMENT),
            "end": end.strftime(MOMENT), "site": "", **more}  # fmt: skip


Stop = tuple[str, User, Callable[[Page], object] | None]


def freezes_of(made: upgrading.World) -> Stop:
    who = administrator(made)
    far = {"title": "Opening of the new warehouse, all sites", "begin": "2030-06-01T00:00",
           "end": "2030-06-08T00:00", "site": ""}  # fmt: skip
    assert browser(who).post(f"{C}/freezes/add/", far).status_code == 302
    at = last_night(made).starts_at
    file = content(event(f"DTSTART:{at:%Y%m%dT%H%M%SZ}", "DURATION:PT8H", title="Stocktaking"))
    with tenancy.transaction(made.customer):
        calendars.add(name="Plant calendar", content=file, by=who, at=made.now)
    return f"{C}/freezes/", who, None


def what_if(made: upgrading.World) -> Stop:
    asked = over(last_night(made))
    return f"{C}/freezes/", administrator(made), lambda page: fill(page, "/freezes/add/", asked)


def what_if_for_all(made: upgrading.World) -> Stop:
    manager, night = factories.staff("ROLLOUT_MANAGER"), last_night(made)
    begin = (night.starts_at + timedelta(hours=3)).replace(tzinfo=None)
    asked = everywhere.ask_freeze(
        title="A bad build of Base 3.3.2", begin=begin, end=begin + timedelta(hours=8), by=manager,
        at=made.now,
    )  # fmt: skip
    working.turn(made.now)
    return f"/settlements/{asked.pk}/", manager, None


def contract_ending(made: upgrading.World) -> Stop:
    ends = (last_night(made).starts_at - timedelta(days=1)).date().isoformat()
    with tenancy.transaction(made.customer):
        path = f"{C}/contracts/{Contract.objects.get().pk}/change/"
    return path, made.agent, lambda page: fill(page, "/change/", {"ends_on": ends})


def fill(page: Page, action: str, values: dict[str, str]) -> None:
    """Fill in the form that goes there, and send it."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")
    form = page.locator(f"form[action$='{action}'], form:not([action])").filter(
        has=page.locator(f"[name={next(iter(values))}]")
    )
    for name, value in values.items():
        field = form.first.locator(f"[name={name}]")
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    with page.expect_navigation():
        form.first.locator("button").last.click()


def team(path: str) -> Callable[[upgrading.World], Stop]:
    def made_of(made: upgrading.World) -> Stop:
        manager = factories.staff("ROLLOUT_MANAGER", "Noor Haddad")
        assert browser(manager).post("/capacity/add/", TEAM).status_code == 302
        return path.format(pk=Team.objects.get().pk), manager, None

    return made_of


def member_sites(made: upgrading.World) -> Stop:
    with tenancy.transaction(made.customer):
        row = Membership.objects.get(user=made.operator)
    return f"{C}/members/{row.pk}/sites/", administrator(made), None


def window_change(made: upgrading.World) -> Stop:
    with tenancy.transaction(made.customer):
        return f"{C}/windows/{MaintenanceWindow.objects.get().pk}/change/", made.approver, None


def override(made: upgrading.World) -> Stop:
    booking, who = last_night(made), administrator(made)
    begins = booking.starts_at
    with tenancy.transaction(made.customer):
        Freeze.objects.create(
            customer_id=made.customer.pk, title="Stocktaking",
            span=(begins, begins + timedelta(hours=9)), made_by=who, made_at=made.now,
        )  # fmt: skip
    return made.at(f"bookings/{booking.window}/override/"), who, None


STOPS: dict[str, Callable[[upgrading.World], Stop]] = {
    "freezes-none": lambda made: (f"{C}/freezes/", administrator(made), None),
    "freezes": freezes_of,
    "what-if": what_if,
    "freezes-of-all": lambda made: ("/freezes/", factories.staff("ROLLOUT_MANAGER"), None),
    "what-if-for-all": what_if_for_all,
    "override": override,
    "contracts": lambda made: (f"{C}/contracts/", made.agent, None),
    "contract-ending": contract_ending,
    "capacity-none": lambda made: ("/capacity/", made.agent, None),
    "capacity": team("/capacity/"),
    "team": team("/capacity/{pk}/"),
    "staff": lambda made: ("/platform/staff/", made.agent, None),
    "platform-audit": lambda made: ("/platform/audit/", made.agent, None),
    "keys": lambda made: ("/keys/", made.agent, None),
    "member-sites": member_sites,
    "window-change": window_change,
}


@pytest.mark.parametrize("name", STOPS)
def test_the_page_is_usable_in_every_look(page_at: Any, name: str) -> None:
    path, who, act = STOPS[name](upgrading.scheduled())

    look_everywhere(page_at, path, name, user=who, act=act)
