"""The calendar's pages: what is on them, for whom, and what their addresses say."""

import re
from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades.views.conftest import browser
from upgrades.models import Booking, Enrolment, Freeze, MaintenanceWindow, Rollout
from upgrades.services import windows

OWN, ALL = "/c/meridian/calendar/", "/calendar/"
VIEWS = ["month", "week", "list", "sites", "day"]
DAY = timedelta(days=1)


@pytest.fixture
def nights(world, scheduled):
    with tenancy.transaction(world.customer):
        return list(Booking.objects.order_by("window"))


def page(user, path=OWN, **asked):
    answer = browser(user).get(path, asked)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def cell(content, day):
    """What stands in one day of a month."""
    found = re.search(rf'<time datetime="{day}".*?</td>', content, re.S)
    return found[0] if found else ""


def test_every_view_shows_a_customers_bookings_to_its_people_and_to_staff(world, nights, viewer):
    on = f"{nights[0].starts_at + 3 * DAY / 24:%Y-%m-%d}"  # Istanbul's
    for view in VIEWS:
        asked = {"view": view, "on": on, "zone": "site"}

        own, across = page(viewer, **asked), page(world.agent, ALL, **asked)

        assert "Support desk" in own
        assert "Meridian Freight" in across
        for content in (own, across):
            assert "22:00" in content
            assert f"/c/meridian/calendar/bookings/{nights[0].pk}/" in content or view == "sites"


def test_nobody_sees_what_is_not_theirs(world, nights, stranger, confined):
    assert browser(stranger).get(OWN).status_code == 404
    assert browser(stranger).get(ALL).status_code == 404
    assert browser(confined).get(ALL).status_code == 404
    with tenancy.transaction(world.customer):
        Freeze.objects.create(
            customer=world.customer, site=world.site, title="Hidden stocktaking", made_at=NOON,
            span=DateTimeTZRange(NOON, NOON + DAY),
        )  # fmt: skip
    for view in VIEWS:
        asked = {"view": view, "on": "2026-11-23"}
        assert "Hidden" in page(world.approver, **asked)
        for content in (page(stranger, "/c/other/calendar/", **asked), page(confined, **asked)):
            assert "Support desk" not in content
            assert "Hidden stocktaking" not in content
            assert not any(str(night.pk) in content for night in nights)


def test_who_is_confined_finds_no_booking_and_a_viewer_moves_none(
    world, nights, viewer, confined, stranger
):
    path = f"{OWN}bookings/{nights[0].pk}/"

    assert "Move to" in page(world.operator, path)
    assert "Move to" not in page(viewer, path)
    assert browser(viewer).get(f"{path}move/").status_code == 403
    assert browser(viewer).post(f"{path}move/").status_code == 403
    for person in (confined, stranger):
        assert browser(person).get(path).status_code == 404
        assert browser(person).post(f"{path}move/").status_code == 404


def test_a_day_holds_what_begins_on_it_on_the_clock_that_was_chosen(world, nights):
    factories.User.objects.filter(pk=world.agent.pk).update(zone="Pacific/Kiritimati")
    begin = nights[0].starts_at  # 19:00 in UTC, 22:00 in Istanbul, 09:00 of the next day there
    here, next_day = begin.date(), begin.date() + DAY
    for zone, day, clock in (("", next_day, "09:00"), ("site", here, "22:00"),
                             ("UTC", here, "19:00")):  # fmt: skip
        content = page(world.agent, ALL, on=f"{here}", zone=zone)
        assert f"<b>{clock}</b>" in cell(content, day)
        assert str(nights[0].pk) not in cell(content, here if day == next_day else next_day)


def test_a_day_on_which_the_clocks_change_says_so(world, nights):
    factories.User.objects.filter(pk=world.agent.pk).update(zone="Europe/Paris")

    content = page(world.agent, ALL, on="2026-10-01")

    assert "25 hours" in cell(content, "2026-10-25")
    assert "hours" not in cell(content, "2026-10-24")
    assert "25 hours: the clocks change" in page(world.agent, ALL, view="week", on="2026-10-25")


def test_next_and_previous_jump_to_what_holds_anything(world, nights):
    client = browser(world.agent)
    content = client.get(ALL, {"on": "2027-06-10"}).content.decode()
    [earlier] = re.findall(r'rel="prev"[^>]*href="([^"]+)"', content)
    [later] = re.findall(r'rel="next"[^>]*href="([^"]+)"', content)

    assert f"on={nights[-1].starts_at:%Y-%m-%d}" in earlier
    assert "on=2027-07-01" in later  # nothing lies there: the next month
    assert client.get(earlier.replace("&amp;", "&")).status_code == 200


def test_the_filter_language_chooses_for_staff_and_says_what_it_cannot_read(world, nights):
    on = f"{nights[0].starts_at:%Y-%m-%d}"
    for sentence, found in (("customer:meridian", True), ("shape:pair", False), ("meri", True)):
        content = page(world.agent, ALL, on=on, q=sentence)
        assert (str(nights[0].pk) in content) is found
        assert f'value="{sentence}"' in content

    answer = browser(world.agent).get(ALL, {"on": on, "q": "colour:red"})
    assert answer.status_code == 422
    content = answer.content.decode()
    assert "There is no field “colour”." in content
    assert str(nights[0].pk) not in content


def test_staff_choose_a_rollout(world, nights, scheduled):
    rollout = Rollout.objects.create(
        name="Autumn", release=world.packages["14.1.1"], starts_on=date(2026, 11, 1),
        ends_on=date(2027, 11, 1), made_by=world.agent, made_at=NOON,
    )  # fmt: skip
    asked = {"on": f"{nights[0].starts_at:%Y-%m-%d}", "rollout": str(rollout.pk)}
    assert str(nights[0].pk) not in page(world.agent, ALL, **asked)
    with tenancy.transaction(world.customer):
        Enrolment.objects.create(
            customer=world.customer, rollout=rollout, site=world.site, job=scheduled,
            enrolled_at=NOON,
        )  # fmt: skip

    assert str(nights[0].pk) in page(world.agent, ALL, **asked)


def test_a_customer_chooses_by_site_and_state_and_all_links_keep_it(world, nights, viewer):
    on = f"{nights[0].starts_at:%Y-%m-%d}"
    asked = {"on": on, "site": str(world.site.pk), "state": "BOOKED"}

    content = page(viewer, **asked)

    assert str(nights[0].pk) in content
    assert f"site={world.site.pk}&amp;state=BOOKED&amp;view=week" in content
    assert str(nights[0].pk) not in page(viewer, **{**asked, "state": "USED"})


STRANGE = [
    {"on": "soon"}, {"on": "0001-01-01"}, {"on": "9999-12-31"}, {"view": "<b>"}, {"zone": "Mars"},
    {"site": "5d0c8f0e-4f0a-4a53-9b6f-2f2f6f0b6a11"}, {"state": "'"}, {"after": "999999"},
    {"after": "²"}, {"site": "\0"}, {"on": ""},
]  # fmt: skip


def test_what_cannot_be_read_is_as_if_it_were_not_said(world, viewer):
    for asked in STRANGE:
        for view in VIEWS:
            assert "<h1>" in page(viewer, **{"view": view, **asked})


def test_conflicts_stand_below_with_every_reason_and_can_be_listed_alone(world, nights, viewer):
    with tenancy.transaction(world.customer):
        windows.remove(MaintenanceWindow.objects.get(), by=world.agent, at=NOON)
        Freeze.objects.create(
            customer=world.customer, title="Stocktaking", made_at=NOON,
            span=DateTimeTZRange(nights[0].starts_at, nights[0].ends_at),
        )  # fmt: skip
    on = f"{nights[0].starts_at:%Y-%m-%d}"

    content = page(viewer, on=on)

    assert "This is outside the maintenance windows of the site." in content
    assert "Stocktaking: nothing may run from" in content
    assert "clash" in cell(content, nights[0].starts_at.date())
    alone = page(viewer, view="list", on=on, state="CONFLICT")
    assert str(nights[0].pk) in alone
    path = f"{OWN}bookings/{nights[0].pk}/"
    assert "Stocktaking: nothing may run from" in page(viewer, path)


def test_a_dense_day_folds_into_a_number_with_a_link(world, nights):
    on = nights[0].starts_at
    with tenancy.transaction(world.customer):
        row = Booking.objects.get(pk=nights[0].pk)
        for number in range(1, 8):
            begin = on.replace(hour=13, minute=0) + number * timedelta(minutes=20)
            Booking.objects.create(
                customer=world.customer, site=world.site, job=row.job, window=100 + number,
                slot=DateTimeTZRange(begin, begin + timedelta(minutes=10)), worst_minutes=5,
                uid=f"dense-{number}", state="BOOKED",
            )  # fmt: skip
    content = page(world.agent, ALL, on=f"{on:%Y-%m-%d}", zone="UTC")
    found = cell(content, on.date())

    assert len(re.findall('class="ev [a-z]+ clash"', found)) == 4  # in the way of no window
    assert "4 more" in found
    [link] = re.findall(r'class="ev fold" href="([^"]+)"', found)
    whole = browser(world.agent).get(link.replace("&amp;", "&")).content.decode()
    assert whole.count("<tr>") == 1 + 8


def test_the_timeline_has_dwell_and_windows_in_words_too(world, nights, viewer):
    content = page(viewer, view="sites", on=f"{nights[0].starts_at:%Y-%m-%d}")

    for word in ("g-win", "g-book", "g-dwell", "g-safe", "dwell from", "last safe start"):
        assert word in content
