"""The calendar over REST: every kind of entry once, in order, whatever the size of a page."""

from datetime import date, time

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import Caller
from upgrades.models import Freeze, PlatformFreeze
from upgrades.services import windows

SPAN = {"start": "2026-11-23T00:00:00Z", "end": "2026-12-07T00:00:00Z"}
KINDS = "booking,freeze,window"


@pytest.fixture
def full(world, scheduled):
    """Two bookings, a freeze on each site's clock, one for all, and windows every night."""
    span = DateTimeTZRange(NOON, NOON.replace(day=25))
    with tenancy.transaction(world.customer):
        Freeze.objects.create(
            customer=world.customer, title="Stocktaking", span=span, made_at=NOON,
            local_begin="2026-11-24T00:00", local_end="2026-11-25T00:00",
        )  # fmt: skip
        windows.add(
            world.site, rule="FREQ=WEEKLY;BYDAY=WE", starts_on=date(2026, 11, 1),
            at_time=time(22, 0), minutes=60, title="Early", by=world.agent, at=NOON,
        )  # fmt: skip
    PlatformFreeze.objects.create(title="Outage", span=span, made_at=NOON)
    return scheduled


def paged(caller, **asked):
    """All pages, as one list."""
    found, page = [], caller.get("calendar", **SPAN, **asked).json()
    while True:
        found += page["results"]
        if not page["next"]:
            return found
        cursor = page["next"].split("cursor=")[1].split("&")[0]
        page = caller.get("calendar", **SPAN, **asked, cursor=cursor).json()


def test_every_entry_comes_once_and_in_order(operator, full):
    whole = paged(operator, kind=KINDS, limit="100")

    for limit in ("1", "3"):
        assert paged(operator, kind=KINDS, limit=limit) == whole
    keys = [(one["starts_at"], one["kind"], one["id"]) for one in whole]
    assert keys == sorted(set(keys))
    assert {kind: sum(one["kind"] == kind for one in whole) for kind in KINDS.split(",")} == {
        "booking": 2, "freeze": 2, "window": 15 + 2,  # the last night goes into it
    }  # fmt: skip


def test_an_entry_says_what_it_is(operator, full, world):
    whole = paged(operator, kind=KINDS, limit="100")

    booking = next(one for one in whole if one["kind"] == "booking")
    assert (booking["job"], booking["state"], booking["window"]) == (full["id"], "BOOKED", 1)
    assert booking["starts_at"] <= booking["last_safe_start"] < booking["ends_at"]
    assert (booking["zone"], booking["site"]["id"]) == ("Europe/Istanbul", str(world.site.pk))
    freezes = {one["title"]: one for one in whole if one["kind"] == "freeze"}
    assert freezes["Stocktaking"]["local_start"] == "2026-11-24T00:00"
    assert freezes["Outage"]["customer"] is None


def test_filters_choose_and_windows_of_everybody_are_not_asked_for(operator, agent, full, world):
    assert [one["kind"] for one in paged(operator, state="USED", kind="booking")] == []
    assert len(paged(agent, kind="booking")) == 2
    refused = agent.get("calendar", **SPAN, kind="window")
    assert refused.status_code == 400
    assert len(paged(agent, kind="window", site=str(world.site.pk))) == 17
    assert operator.get("calendar", **{**SPAN, "end": "2027-12-07T00:00:00Z"}).status_code == 400


@pytest.mark.usefixtures("full")
def test_other_customers_are_told_of_nothing_but_what_is_for_all(noon, world):
    other = factories.a_customer("Borealis", slug="borealis")
    stranger = Caller(factories.a_member(other, "ADMINISTRATOR"), other)

    assert [one["title"] for one in paged(stranger, kind=KINDS)] == ["Outage"]
    assert paged(stranger, kind="booking,window", site=str(world.site.pk)) == []


def test_a_cursor_that_is_none_of_ours_is_refused(operator):
    for cursor in ("x", "W10", "bnVsbA", "WyIyMDI2IiwiYm9va2luZyIsIjEiXQ"):
        assert operator.get("calendar", **SPAN, cursor=cursor).status_code == 400
