"""A zone whose rules change (a new tzdata): windows are kept as local times and follow the new
rules, bookings are instants and stay; what no longer fits is a conflict in everybody's calendar."""

import zoneinfo
from datetime import timedelta
from importlib import resources

import pytest

from portal import tenancy, times
from portal.models import AuditEvent, Message
from tests.conftest import NOON
from tests.upgrades.services.agenda.conftest import rules
from upgrades.models import Booking, MaintenanceWindow
from upgrades.planning.whynot import Rule
from upgrades.services import audience, clocks, windows

ZONE, LIKE = "Europe/Istanbul", "Asia/Tokyo"


@pytest.fixture
def changed(tmp_path):
    """From now on the site's zone has another zone's rules."""

    def change():
        (tmp_path / ZONE).parent.mkdir()
        area, city = LIKE.split("/")
        rules_of = resources.files(f"tzdata.zoneinfo.{area}").joinpath(city).read_bytes()
        (tmp_path / ZONE).write_bytes(rules_of)
        zoneinfo.reset_tzpath([tmp_path])
        zoneinfo.ZoneInfo.clear_cache()

    yield change
    zoneinfo.reset_tzpath()
    zoneinfo.ZoneInfo.clear_cache()


def test_windows_follow_bookings_stay_and_everybody_sees_the_conflict(world, booked, changed):
    assert world.site.zone == ZONE
    begin = booked.first.starts_at - timedelta(days=1)

    def granted():
        with tenancy.transaction(world.customer):
            row = MaintenanceWindow.objects.get()
            found = windows.granted(world.site, begin, begin + timedelta(days=4))
        return row.at, [times.in_zone(slot.start, ZONE) for slot in found]

    at, before = granted()
    assert rules(world) == {}

    changed()

    same, after = granted()
    assert same == at
    assert {moment.time() for moment in (*before, *after)} == {at}  # the time on the wall
    assert {moment.utcoffset() for moment in before} == {timedelta(hours=3)}
    assert {moment.utcoffset() for moment in after} == {timedelta(hours=9)}
    with tenancy.transaction(world.customer):
        assert Booking.objects.get(pk=booked.first.pk).slot == booked.first.slot
        outside = {row.pk for row in windows.stranded(world.site, at=begin)}
    assert outside == {booked.first.pk, booked.last.pk}
    # The same in the calendars of the customer's people and of staff.
    assert rules(world) == {pk: {Rule.WINDOW} for pk in outside}


def letters(world):
    with tenancy.transaction(world.customer):
        return list(Message.objects.filter(kind="window_clocks").order_by("written_at"))


def test_people_concerned_are_mailed_once_what_the_clocks_show_now(world, booked, changed):
    clocks.look_after(NOON)
    assert letters(world) == []
    begins = booked.first.starts_at
    old = times.in_zone(begins, ZONE)
    changed()

    for _pass in range(2):
        clocks.look_after(NOON)

    with tenancy.transaction(world.customer):
        people = {person.email for person in audience.everybody(booked.job)}
    found = letters(world)
    assert {row.address for row in found} == people
    assert len(found) == 2 * len(people)  # each of the two windows
    mine = [row for row in found if row.address == world.operator.email]
    told = next(row.body_text for row in mine if f"{old:%H:%M} UTC+03:00" in row.body_text)
    assert f"{times.in_zone(begins, ZONE):%H:%M} JST (UTC+09:00)" in told
    assert "outside the maintenance windows" in " ".join(told.split())
    assert all(row.calendars for row in found)
    with tenancy.transaction(world.customer):
        trail = AuditEvent.objects.filter(name="booking.clocks_changed")
        assert [(row.data["was"], row.data["now"]) for row in trail] == [(180, 540)] * 2
        assert Booking.objects.get(pk=booked.first.pk).starts_at == begins
