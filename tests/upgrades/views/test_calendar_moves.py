"""A booking is chosen in the calendar, looked at and moved."""

import re
from datetime import date

from portal import tenancy
from tests.upgrades.views import test_calendar
from tests.upgrades.views.conftest import browser
from tests.upgrades.views.test_calendar import OWN, page
from upgrades.models import Booking

nights = test_calendar.nights


def choose(content):
    return re.findall(r'name="start" value="([^"]+)"(?![^>]*disabled)', content)


def test_a_booking_is_chosen_looked_at_and_moved(world, nights):
    client = browser(world.operator)
    path = f"{OWN}bookings/{nights[-1].pk}/"
    content = client.get(path).content.decode()
    assert "refused" in content
    start = choose(content)[0]

    looked = client.get(f"{path}move/", {"start": start}).content.decode()
    assert "Move this window?" in looked
    with tenancy.transaction(world.customer):
        assert Booking.objects.get(pk=nights[-1].pk).revision == 0
    answer = client.post(f"{path}move/", {"start": start})

    assert answer.status_code == 302
    with tenancy.transaction(world.customer):
        assert Booking.objects.get(pk=nights[-1].pk).starts_at.isoformat() == start
    assert "Moved." in client.get(path).content.decode()


def test_a_move_out_of_what_was_approved_is_said_before_it_is_made(world, nights, scheduled):
    path = f"{OWN}bookings/{nights[-1].pk}/"
    starts = choose(page(world.operator, path))
    far = [start for start in starts if date.fromisoformat(start[:10]) > scheduled.not_after]

    looked = page(world.operator, f"{path}move/", start=far[-1])
    stays = page(world.approver, f"{path}move/", start=far[-1])

    assert "goes back to be approved anew" in looked
    assert "What was approved stays approved." in stays


def test_what_is_no_opening_moves_nothing(world, nights):
    path = f"{OWN}bookings/{nights[0].pk}/move/"
    client = browser(world.operator)
    for start in ("", "soon", "2026-11-24T03:00:00+00:00"):
        assert client.get(path, {"start": start}).status_code == 422
        assert client.post(path, {"start": start}).status_code == 422


def test_where_only_what_comes_after_is_in_the_way_the_whole_path_moves(world, nights):
    path = f"{OWN}bookings/{nights[0].pk}/"
    client = browser(world.operator)
    content = client.get(path).content.decode()
    assert "with those after it" in content
    start = choose(content)[-1]

    alone = client.get(f"{path}move/", {"start": start})
    both = client.get(f"{path}move/", {"start": start, "whole_path": "on"})

    assert alone.status_code == 422
    assert "the windows after it must move too" in alone.content.decode()
    assert "The windows after it move too." in both.content.decode()
    assert client.post(f"{path}move/", {"start": start, "whole_path": "on"}).status_code == 302
    with tenancy.transaction(world.customer):
        moved = list(Booking.objects.order_by("window"))
    assert [row.revision for row in moved] == [1] * len(nights)
    assert moved[0].starts_at.isoformat() == start


def test_a_reason_is_said_once_above_the_nights_that_it_is_of(world, nights):
    content = page(world.operator, f"{OWN}bookings/{nights[0].pk}/")

    starts = re.findall(r'name="start" value="([^"]+)"', content)
    reasons = re.findall(r'<p class="soft" id="(why-\d+)">(.*?)</p>', content)
    tied = re.findall(r'name="start" value="[^"]+" aria-describedby="(why-\d+)"', content)
    assert len(starts) == len(set(starts)) > len(reasons)
    assert content.count("What comes after it in this job begins on") == len(
        [said for _id, said in reasons if "What comes after it in this job begins on" in said]
    )
    marks = content.count("</svg>with those after it")
    first = [key for key, said in reasons if "move the windows after it too" in said]
    assert marks > len(first)
    assert len([key for key in tied if key in first]) == marks
    assert {key for key, _said in reasons} == set(tied)


def test_nights_that_are_free_stand_first_and_have_no_reason(world, nights):
    content = page(world.operator, f"{OWN}bookings/{nights[-1].pk}/")

    shown = content[content.index("<legend>Move to</legend>") :]
    first, *_rest = re.findall(r'<p class="soft" id="why-|name="start"', shown)
    assert first == 'name="start"'
    free = choose(content)
    assert free == sorted(free)
