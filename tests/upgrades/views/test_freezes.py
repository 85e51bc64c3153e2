"""Freezes on their pages: seen by members, managed by administrators, shown before they count."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades.planning.test_feeds import calendar as content, event
from tests.upgrades.views.conftest import address, browser
from upgrades.models import Booking, Freeze, FreezeCalendar, FreezeOverride
from upgrades.services import calendars, freezing

LIST = "/c/meridian/freezes/"
ADD = f"{LIST}add/"
SUMMER = {"title": "Summer", "begin": "2027-06-01T00:00", "end": "2027-06-08T00:00", "site": ""}


@pytest.fixture
def administrator(world):
    return factories.a_member(world.customer, "ADMINISTRATOR", "Adele Roth")


def booked(world):
    with tenancy.transaction(world.customer):
        return list(Booking.objects.filter(state="BOOKED").order_by("window"))


def over_the_last(world):
    at = booked(world)[-1].starts_at + timedelta(hours=3)
    ends = at + timedelta(hours=8)
    return {**SUMMER, "title": "Stocktaking", "begin": f"{at:%Y-%m-%dT%H:%M}",
            "end": f"{ends:%Y-%m-%dT%H:%M}"}  # fmt: skip


def hidden(page):
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))


def test_a_freeze_that_hits_nobody_is_set_at_once_and_lifted(world, administrator):
    client = browser(administrator)

    assert client.post(ADD, SUMMER).status_code == 302
    page = client.get(LIST).content.decode()
    assert "Summer" in page
    assert "Adele Roth" in page
    with tenancy.transaction(world.customer):
        freeze = Freeze.objects.get()
    assert client.post(f"{LIST}{freeze.pk}/lift/").status_code == 302
    assert "Nothing is frozen" in client.get(LIST).content.decode()


def test_one_that_hits_upgrades_shows_them_first_and_is_saved_as_chosen(
    world, scheduled, administrator
):
    client, was = browser(administrator), booked(world)[-1].starts_at
    asked = over_the_last(world)

    page = client.post(ADD, asked).content.decode()
    assert "Nothing is saved yet" in page
    assert scheduled.label in page
    with tenancy.transaction(world.customer):
        assert not Freeze.objects.exists()
    stale = client.post(ADD, {**asked, "digest": "of yesterday", "strategy": "next"})
    assert stale.status_code == 409
    answer = client.post(ADD, {**asked, **hidden(page), "strategy": "next"})

    assert answer.status_code == 302
    assert booked(world)[-1].starts_at > was
    with tenancy.transaction(world.customer):
        assert Freeze.objects.get().title == "Stocktaking"


@pytest.mark.parametrize("values", [{"title": ""}, {"begin": "soon"}, {"end": "2027-05-01T00:00"}])
def test_what_cannot_be_is_marked_at_its_field(world, administrator, values):
    answer = browser(administrator).post(ADD, {**SUMMER, **values})

    assert answer.status_code in (409, 422)
    assert 'class="error"' in answer.content.decode()


def test_a_file_is_uploaded_and_what_is_none_is_refused(world, administrator):
    client = browser(administrator)
    christmas = content(event("DTSTART;VALUE=DATE:20261224", title="<b>Christmas</b>"))

    def upload(file):
        return client.post(f"{LIST}calendars/add/", {
            "name": "Plant", "site": str(world.site.pk), "country": "",
            "file": SimpleUploadedFile("freezes.ics", file),
        })  # fmt: skip

    refused = upload(b"<html>")
    assert refused.status_code == 409
    assert "not a calendar" in refused.content.decode()
    assert upload(christmas).status_code == 302
    page = client.get(LIST).content.decode()
    assert "&lt;b&gt;Christmas&lt;/b&gt;" in page
    with tenancy.transaction(world.customer):
        row = FreezeCalendar.objects.get()
    assert client.post(f"{LIST}calendars/{row.pk}/remove/").status_code == 302
    with tenancy.transaction(world.customer):
        assert not Freeze.objects.exists()


def test_the_secret_part_of_an_address_is_shown_to_nobody(world, administrator, viewer):
    client = browser(administrator)
    given = {"name": "Plant", "address": "https://calendar.example.com/token-4711/a.ics"}
    assert client.post(f"{LIST}calendars/add/", given).status_code == 302

    for person in (administrator, viewer, world.agent):
        page = browser(person).get(LIST).content.decode()
        assert "calendar.example.com" in page
        assert "token-4711" not in page


def test_what_waits_is_accepted_after_a_look(world, scheduled, administrator):
    at = booked(world)[-1].starts_at
    file = content(event(f"DTSTART:{at:%Y%m%dT%H%M%SZ}", "DURATION:PT8H", title="Stocktaking"))
    with tenancy.transaction(world.customer):
        made = calendars.add(name="Plant", content=file, by=administrator, at=NOON)
        assert not Freeze.objects.exists()
    client, path = browser(administrator), f"{LIST}calendars/{made.pk}/accept/"

    listed = client.get(LIST).content.decode()
    assert "wait for you" in listed
    zone = ZoneInfo(world.customer.zone)
    begins = at.astimezone(zone).isoformat(timespec="minutes")
    assert f'Stocktaking: <span class="when line"><time datetime="{begins}">' in listed
    page = client.post(path).content.decode()
    assert scheduled.label in page
    assert client.post(path, {**hidden(page), "strategy": "next"}).status_code == 302
    with tenancy.transaction(world.customer):
        assert Freeze.objects.get().title == "Stocktaking"


def test_an_approver_overrides_with_a_reason(world, scheduled, viewer):
    with tenancy.transaction(world.customer):
        begin, end = booked(world)[0].starts_at, booked(world)[0].ends_at
        freezing.add(
            title="Stocktaking", begin=begin.replace(tzinfo=None),
            end=end.replace(tzinfo=None) + timedelta(hours=6), by=world.approver, at=NOON,
        )  # fmt: skip
        window = booked(world)[0].window
    path = address(world, scheduled, f"bookings/{window}/override/")

    assert browser(viewer).get(path).status_code == 403
    assert "Stocktaking" in browser(world.approver).get(path).content.decode()
    assert browser(world.approver).post(path, {"reason": ""}).status_code == 422
    assert browser(world.approver).post(path, {"reason": "agreed"}).status_code == 302
    with tenancy.transaction(world.customer):
        assert FreezeOverride.objects.get().reason == "agreed"


def test_who_may_see_and_who_may_change(world, viewer, stranger, confined, administrator):
    with tenancy.transaction(world.customer):
        everywhere = freezing.add(
            title="Everywhere", begin=NOON.replace(tzinfo=None),
            end=NOON.replace(tzinfo=None) + timedelta(days=1), by=administrator, at=NOON,
        )  # fmt: skip
        here = freezing.add(
            title="Support desk only", begin=NOON.replace(tzinfo=None), site=world.site,
            end=NOON.replace(tzinfo=None) + timedelta(days=1), by=administrator, at=NOON,
        )  # fmt: skip
    assert browser(viewer).get(LIST).status_code == 200
    assert browser(stranger).get(LIST).status_code == 404
    for act in (ADD, f"{LIST}{everywhere.pk}/lift/", f"{LIST}calendars/add/"):
        assert browser(viewer).post(act, SUMMER).status_code == 403
        assert browser(world.operator).post(act, SUMMER).status_code == 403
        assert browser(stranger).post(act, SUMMER).status_code == 404
    # Who sees some sites freezes those alone, and lifts nothing of all.
    assert "Support desk only" not in browser(confined).get(LIST).content.decode()
    assert browser(confined).post(ADD, SUMMER).status_code == 422
    assert browser(confined).post(f"{LIST}{everywhere.pk}/lift/").status_code == 404
    assert browser(confined).post(f"{LIST}{here.pk}/lift/").status_code == 404
    with tenancy.transaction(world.customer):
        assert Freeze.objects.count() == 2
