"""Secret calendar addresses, read by a calendar's own library."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from portal import tenancy
from portal.models import AuditEvent, CalendarFeed, Membership
from portal.services import people
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services.booked import a_site, a_window
from tests.upgrades.views.conftest import browser
from upgrades.models import Booking, Freeze

HOSTILE = "Büro\r\nBEGIN:VEVENT\x1b; \u202eİst,anbul\\n"


def made(user, **given):
    """Through the page; the path of the address that it shows once."""
    answer = browser(user).post("/feeds/make/", {"name": "Mine", "customer": "meridian", **given})
    assert answer.status_code == 200, answer
    return re.search(r'value="http[^"]+(/feeds/[\w-]{43}\.ics)"', answer.content.decode())[1]


def read(path, **headers):
    return Client().get(path, headers=headers)


def events(path):
    calendar = Calendar.from_ical(read(path).content)
    assert not calendar.errors
    assert not any(event.errors for event in calendar.events)
    return calendar.events


def of_kind(found, begins):
    return [event for event in found if str(event["SUMMARY"]).startswith(begins)]


def test_a_member_sees_bookings_windows_and_freezes(world, scheduled):
    with tenancy.transaction(world.customer):
        Freeze.objects.create(
            customer=world.customer, title=HOSTILE, made_at=NOON,
            span=(NOON + timedelta(days=40), NOON + timedelta(days=50)),
        )  # fmt: skip
        nights = list(Booking.objects.order_by("slot"))
    path = made(world.operator)
    response = read(path)

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    found = events(path)
    booked = of_kind(found, "Upgrade of Support desk")
    assert [(str(e["UID"]), e.start) for e in booked] == [(n.uid, n.starts_at) for n in nights]
    assert "ATTENDEE" not in booked[0]
    granted = of_kind(found, "Maintenance window: Support desk")
    assert len(granted) >= 59
    assert {str(event["TRANSP"]) for event in granted} == {"TRANSPARENT"}
    [frozen] = of_kind(found, "No upgrades of Support desk")
    assert str(frozen["SUMMARY"]).endswith("Büro BEGIN:VEVENT; İst,anbul\\n")
    assert frozen.start == NOON + timedelta(days=40)
    for line in response.content.removesuffix(b"\r\n").split(b"\r\n"):
        assert len(line) <= 75
        assert all(byte >= 32 for byte in line)


def test_who_has_it_already_is_told_that_nothing_is_new(world, scheduled):
    path = made(world.operator)
    tag = read(path)["ETag"]

    for given in (tag, f'"other", W/{tag}'):
        same = read(path, if_none_match=given)
        assert (same.status_code, same.content) == (304, b"")
    with tenancy.transaction(world.customer):
        Freeze.objects.create(
            customer=world.customer, title="Audit", made_at=NOON,
            span=(NOON + timedelta(days=1), NOON + timedelta(days=2)),
        )  # fmt: skip
    assert read(path, if_none_match=tag).status_code == 200
    assert Client().post(path).status_code == 405


def test_whoever_sees_some_sites_alone_is_shown_those(world, scheduled):
    with tenancy.transaction(world.customer):
        other = a_site(name="Warehouse")
        a_window(other)
        Membership.objects.filter(user=world.operator).update(site_ids=[other.pk])
    found = {str(event["SUMMARY"]) for event in events(made(world.operator))}

    assert found == {"Maintenance window: Warehouse"}


@pytest.mark.parametrize("how", ["ended", "removed", "disabled", "row"])
def test_it_ends_at_once(world, how):
    path = made(world.operator)
    assert read(path).status_code == 200
    feed = CalendarFeed.objects.get()
    if how == "ended":
        assert browser(world.operator).post(f"/feeds/{feed.pk}/end/").status_code == 302
    if how == "disabled":
        people.disable(world.operator, at=NOON)
    with tenancy.transaction(world.customer):
        member = Membership.objects.get(user=world.operator)
        if how == "removed":
            people.remove_member(member, by=world.agent, at=NOON)
        if how == "row":
            member.delete()

    assert read(path).status_code == 404
    with tenancy.transaction(world.customer):
        ended = AuditEvent.objects.filter(name="feed.ended").values_list("data__why", flat=True)
        known = {"ended": ["ended"], "removed": ["membership ended"]}
        assert list(ended) == known.get(how, [])


def test_nobody_ends_or_makes_anothers(world, stranger):
    made(world.operator)
    feed = CalendarFeed.objects.get()

    for person in (stranger, world.approver, world.agent):
        assert browser(person).post(f"/feeds/{feed.pk}/end/").status_code == 404
    asked = {"name": "Theirs", "customer": "meridian"}
    assert browser(stranger).post("/feeds/make/", asked).status_code == 404
    assert CalendarFeed.objects.get().ended_at is None


def test_staff_see_all_or_what_a_sentence_names(world, scheduled):
    other = factories.a_customer("Other")
    with tenancy.transaction(other):
        a_window(a_site(name="Elsewhere"))
    everything = of_kind(events(made(world.agent)), "Meridian Freight: Upgrade of Support desk")
    assert everything
    assert len(events(made(world.agent, sentence="customer:meridian*"))) == len(everything)
    assert events(made(world.agent, sentence="customer:other")) == []
    wrong = browser(world.agent).post("/feeds/make/", {"name": "x", "sentence": "moon:full"})
    assert wrong.status_code == 302
    assert CalendarFeed.objects.count() == 3


def test_staff_that_leave_see_nothing(world, scheduled):
    path = made(world.agent)
    world.agent.staff_role = ""
    world.agent.save()

    assert read(path).status_code == 404


def test_an_address_is_kept_as_its_digest_and_guessing_is_slowed_down(world):
    path = made(world.operator)
    assert path.split("/")[2].encode() not in bytes(CalendarFeed.objects.get().digest)
    codes = [read(f"/feeds/{number:043}.ics").status_code for number in range(61)]
    assert codes == [404] * 60 + [429]
    assert read(path).status_code == 200


def test_the_profile_lists_them_and_ten_are_the_most(world):
    for _ in range(10):
        made(world.operator)
    page = browser(world.operator).get("/profile/").content.decode()
    assert page.count("/end/") >= 10
    more = browser(world.operator).post("/feeds/make/", {"name": "x", "customer": "meridian"})
    assert more.status_code == 409
