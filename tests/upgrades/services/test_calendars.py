"""Calendars that bring freezes: files, addresses over HTTPS, holidays; and what goes wrong."""

from datetime import timedelta

import pytest

from portal import tenancy
from portal.egress import Guard
from portal.models import AuditEvent, Message
from tests import factories
from tests.conftest import NOON
from tests.portal.egress_listeners import OUTSIDE, Authority, listening, page
from tests.upgrades.planning.test_feeds import calendar as content, event
from upgrades.models import Freeze, FreezeCalendar
from upgrades.planning import stored
from upgrades.services import calendars, freezes, refreshing
from upgrades.services.calendars import EVERY
from upgrades.services.refreshing import PAUSE

HOST = "calendar.example.com"
ADDRESS = f"https://{HOST}/secret/freezes.ics"
CHRISTMAS = event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227", title="Christmas")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def administrator(world):
    return factories.a_member(world.customer, "ADMINISTRATOR", "Adele Roth")


@pytest.fixture
def subscribe(world, administrator):
    def add(**values):
        with tenancy.transaction(world.customer):
            given = {"name": "Operations", "by": administrator, "at": NOON}
            return calendars.add(**(given | values))

    return add


@pytest.fixture
def answered(authority):
    """Refresh what is due, the address answering like this; what was asked."""

    def refresh(raw, at=NOON):
        context, _print = authority.server(HOST)
        with listening(raw, context) as listener:
            guard = Guard(
                resolve=lambda *asked: [OUTSIDE], dial=listener.dial,
                authorities=str(authority.file),
            )  # fmt: skip
            refreshing.refresh_due(at, guard=guard)
        return b"".join(listener.requests).decode()

    return refresh


def kept(world):
    with tenancy.transaction(world.customer):
        return sorted(Freeze.objects.values_list("title", flat=True))


def state(world):
    with tenancy.transaction(world.customer):
        found = FreezeCalendar.objects.get()
    said = str(stored.load(found.problem)) if found.problem else ""
    return said, found.failures, found.next_at


def mails(world):
    with tenancy.transaction(world.customer):
        return list(
            Message.objects.filter(kind="freeze_calendar").values_list("address", "body_text")
        )


def test_a_file_becomes_freezes_at_once_in_the_sites_own_days(world, subscribe):
    made = subscribe(content=content(CHRISTMAS), site=world.site)

    with tenancy.transaction(world.customer):
        [one] = freezes.of(world.site, None, NOON, NOON + timedelta(days=60))
        assert AuditEvent.objects.filter(name="calendar.counted").count() == 1
    assert (one.title, one.scope, one.span.start.isoformat()) == (
        "Christmas", "site", "2026-12-23T21:00:00+00:00",
    )  # fmt: skip
    with tenancy.transaction(world.customer):
        calendars.remove(made, by=world.approver, at=NOON)
    assert kept(world) == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"content": b"<html>"}, "file"),
        ({"country": "XX"}, "file"),
        ({"country": "DE-XX"}, "file"),
        ({"address": "http://calendar.example.com/"}, "address"),
        ({"address": "https://127.0.0.1/"}, "address"),
        ({"address": "https://user@calendar.example.com/"}, "address"),
        ({"address": "https://calendar.example.com:8443/"}, "address"),
        ({}, "address"),
        ({"address": ADDRESS, "country": "DE"}, "address"),
        ({"name": " ", "country": "DE"}, "name"),
    ],
)
def test_what_cannot_be_a_calendar_is_refused(world, subscribe, values, field):
    with pytest.raises(calendars.BadCalendar) as refusal:
        subscribe(**values)

    assert list(refusal.value.fields) == [field]
    with tenancy.transaction(world.customer):
        assert not FreezeCalendar.objects.exists()


def test_an_address_is_fetched_with_its_etag_and_kept_when_it_did_not_change(
    world, subscribe, answered
):
    subscribe(address=ADDRESS.replace("https", "webcal"))

    asked = answered(page(content(CHRISTMAS), "200 OK", 'ETag: "one"'))
    assert asked.startswith("GET /secret/freezes.ics HTTP/1.1")
    assert kept(world) == ["Christmas"]
    assert answered(page(b""), NOON + timedelta(hours=1)) == ""  # it is not due

    asked = answered(page(b"", "304 Not Modified"), NOON + EVERY)
    assert 'If-None-Match: "one"' in asked
    assert state(world) == ("", 0, NOON + 2 * EVERY)
    answered(page(content()), NOON + 2 * EVERY)
    assert kept(world) == []


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (page(b"", "302 Found", "Location: https://169.254.169.254/"), "leads to another one"),
        (page(b"gone", "410 Gone"), "error (410)"),
        (page(b"<!doctype html><title>Sign in</title>"), "not a calendar"),
        (page(b"x" * 1_000_001), "too large"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", "too large"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nBEGIN", "cannot be reached"),
        (page(content(event("DTSTART:20261201T080000Z", "RRULE:FREQ=SECONDLY"))), "“Inventory”"),
    ],
)
def test_what_goes_wrong_is_told_once_waits_longer_and_leaves_the_freezes(
    world, subscribe, answered, administrator, raw, said
):
    subscribe(address=ADDRESS)
    answered(page(content(CHRISTMAS)))
    later = NOON + EVERY

    answered(raw, later)
    answered(raw, later + PAUSE)

    told, failures, next_at = state(world)
    assert said in told
    assert (failures, next_at) == (2, later + PAUSE + 2 * PAUSE)
    assert kept(world) == ["Christmas"]
    [(address, text)] = mails(world)
    assert address == administrator.email
    assert said in text
    answered(page(content(CHRISTMAS)), next_at)
    assert state(world) == ("", 0, next_at + EVERY)


def test_an_address_that_is_silent_for_long_is_in_the_trail_once_and_so_is_its_return(
    world, subscribe, answered
):
    gone = page(b"gone", "410 Gone")
    subscribe(address=ADDRESS)
    answered(page(content(CHRISTMAS)))

    def trail():
        with tenancy.transaction(world.customer):
            rows = AuditEvent.objects.filter(name__in=["calendar.lost", "calendar.found"])
            return [(row.name, row.data.get("said", "")) for row in rows.order_by("number")]

    answered(gone, NOON + refreshing.LONG - EVERY)
    assert trail() == []
    for days in (0, 3, 6):
        answered(gone, NOON + refreshing.LONG + timedelta(days=days))
    assert trail() == [("calendar.lost", "The address answers with an error (410).")]
    assert kept(world) == ["Christmas"]
    answered(page(content(CHRISTMAS)), NOON + timedelta(days=16))
    assert [name for name, _said in trail()] == ["calendar.lost", "calendar.found"]
