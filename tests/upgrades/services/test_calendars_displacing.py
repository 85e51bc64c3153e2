"""What a calendar would displace waits; holidays; refreshes that died; secret addresses."""

import pytest

from portal import tenancy
from portal.models import AuditEvent
from tests.conftest import NOON
from tests.portal.egress_listeners import page
from tests.upgrades.planning.test_feeds import calendar as content, event
from tests.upgrades.services import test_calendars
from tests.upgrades.services.test_calendars import ADDRESS, CHRISTMAS, HOST, kept, mails
from tests.upgrades.services.test_story import approved
from upgrades.models import Booking, Freeze, FreezeCalendar
from upgrades.services import calendars, holidays_of, refreshing
from upgrades.services.calendars import EVERY

authority, answered = test_calendars.authority, test_calendars.answered
administrator, subscribe = test_calendars.administrator, test_calendars.subscribe


def test_what_would_displace_a_booking_waits_until_somebody_accepts_it(
    world, subscribe, answered, administrator, noon
):
    approved(world)
    with tenancy.transaction(world.customer):
        begins = Booking.objects.order_by("slot").first().starts_at
    over_it = event(
        f"DTSTART:{begins:%Y%m%dT%H%M%SZ}", "DURATION:PT2H", title="Stocktaking", uid="2"
    )
    subscribe(address=ADDRESS)

    answered(page(content(CHRISTMAS, over_it)))
    answered(page(content(CHRISTMAS, over_it)), NOON + EVERY)

    assert kept(world) == ["Christmas"]
    [(_address, text)] = mails(world)
    assert "would displace upgrades" in text
    with tenancy.transaction(world.customer):
        found = FreezeCalendar.objects.get()
        assert [one.title for one in calendars.waiting(found)] == ["Stocktaking"]
        calendars.accept(found, by=administrator, at=NOON)
    assert kept(world) == ["Christmas", "Stocktaking"]
    with tenancy.transaction(world.customer), pytest.raises(calendars.NothingPending):
        calendars.accept(FreezeCalendar.objects.get(), by=administrator, at=NOON)


def test_what_waits_is_gone_when_the_calendar_takes_it_back(world, subscribe, answered, noon):
    approved(world)
    subscribe(address=ADDRESS)
    all_days = event("DTSTART;VALUE=DATE:20261120", "DTEND;VALUE=DATE:20261220", title="All")
    answered(page(content(all_days)))
    with tenancy.transaction(world.customer):
        assert FreezeCalendar.objects.get().pending

    answered(page(content(CHRISTMAS)), NOON + EVERY)

    with tenancy.transaction(world.customer):
        assert FreezeCalendar.objects.get().pending is None
    assert kept(world) == ["Christmas"]


def test_public_holidays_of_a_part_of_a_country(world, subscribe):
    subscribe(name="Bavaria", country="DE-BY")

    assert "Epiphany" in kept(world)
    with tenancy.transaction(world.customer):
        row = Freeze.objects.filter(local_begin="2026-12-25T00:00").get()
    assert (row.source, row.local_end) == ("HOLIDAY", "2026-12-26T00:00")
    assert {"DE", "FR", "TR"} <= set(holidays_of.countries())


def test_a_refresh_that_died_is_due_again_and_a_second_one_takes_nothing(world, subscribe):
    subscribe(address=ADDRESS)

    [claimed] = refreshing._claim(world.customer.pk, NOON)
    assert refreshing._claim(world.customer.pk, NOON) == []
    assert claimed.address == ADDRESS
    assert refreshing.due(NOON + refreshing.LEASE) == [world.customer.pk]


def test_an_address_is_a_secret_that_the_audit_trail_does_not_hold(world, subscribe):
    subscribe(address=ADDRESS)

    with tenancy.transaction(world.customer):
        data = AuditEvent.objects.get(name="calendar.added").data
    assert data["host"] == HOST
    assert "secret" not in str(data)
