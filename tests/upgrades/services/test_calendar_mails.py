"""Calendar entries that go with the mails: read back by a calendar's own library."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from portal import tenancy
from portal.models import Message
from portal.services import messages
from tests.conftest import NOON
from upgrades.models import Booking, UpgradeJob
from upgrades.services import jobs, rebooking


@pytest.fixture
def job(world):
    """To 14.1.1 by two windows, approved."""
    with tenancy.transaction(world.customer):
        job = jobs.draft(
            world.site, world.packages["14.1.1"], procedure="single", method="automatic",
            by=world.agent, at=NOON,
        )  # fmt: skip
        jobs.submit(job, by=world.agent, at=NOON)
        return jobs.approve(again(), by=world.approver, at=NOON)


def again():
    return UpgradeJob.objects.with_site().select_related("customer").get()


def entries(sink, to):
    """Every entry that reached somebody, in order: method, UID, SEQUENCE, STATUS."""
    found = []
    for mail in sink.mails:
        for part in mail.walk() if mail["To"] == to else ():
            if part.get_content_type() == "text/calendar":
                calendar = Calendar.from_ical(part.get_content())
                (event,) = calendar.events
                assert not event.errors
                assert str(calendar["METHOD"]) == part.get_param("method")
                assert str(event["ATTENDEE"]) == f"mailto:{to}"
                found.append((
                    str(calendar["METHOD"]), str(event["UID"]), event["SEQUENCE"],
                    str(event["STATUS"]), event.start,
                ))  # fmt: skip
    return found


def test_an_entry_lives_from_the_approval_over_a_move_to_its_end(world, job, sink):
    messages.send_due(NOON)
    with tenancy.transaction(world.customer):
        nights = list(Booking.objects.order_by("slot"))
    last = nights[-1]
    invited = entries(sink, world.operator.email)
    assert [each[:4] for each in invited] == [
        ("REQUEST", night.uid, 0, "CONFIRMED") for night in nights
    ]

    moved = last.starts_at + timedelta(days=1)
    with tenancy.transaction(world.customer):
        rebooking.move(Booking.objects.get(pk=last.pk), moved, by=world.agent, at=NOON)
    messages.send_due(NOON)
    assert entries(sink, world.operator.email)[len(nights) :] == [
        ("REQUEST", last.uid, 1, "CONFIRMED", moved)
    ]

    with tenancy.transaction(world.customer):
        jobs.cancel(again(), by=world.agent, reason="A bad build", at=NOON)
    messages.send_due(NOON)
    ended = entries(sink, world.operator.email)[len(nights) + 1 :]
    assert [(each[0], each[1], each[3]) for each in ended] == [
        ("CANCEL", night.uid, "CANCELLED") for night in nights
    ]
    assert ended[-1][2] == 2


def test_who_was_never_invited_gets_no_cancellation(world, sink):
    with tenancy.transaction(world.customer):
        job = jobs.draft(
            world.site, world.packages["12.2.0"], procedure="single", method="automatic",
            by=world.agent, at=NOON,
        )  # fmt: skip
        jobs.submit(job, by=world.agent, at=NOON)
        jobs.cancel(again(), by=world.agent, reason="A bad build", at=NOON)

    with tenancy.transaction(world.customer):
        assert not Message.objects.filter(kind="upgrade_cancelled").exists()
        assert not Message.objects.exclude(calendars=[]).exists()


def test_support_hears_why_the_customer_said_no(world, job):
    with tenancy.transaction(world.customer):
        jobs.cancel(again(), by=world.approver, reason="Year’s end", at=NOON)
        told = Message.objects.get(kind="upgrade_cancelled", recipient=world.agent)

    assert "Year’s end" in told.body_text


def test_the_text_tells_both_clocks(world, job):
    world.operator.zone = "America/New_York"
    world.operator.save()
    with tenancy.transaction(world.customer):
        booking = Booking.objects.order_by("slot").last()
        rebooking.move(booking, booking.starts_at + timedelta(days=1), by=world.agent, at=NOON)
        told = Message.objects.get(kind="window_moved", recipient=world.operator)

    (event,) = Calendar.from_ical(told.calendars[0]).events
    said = str(event["DESCRIPTION"])
    assert "Europe/Istanbul UTC+03:00" in said
    assert "On your clock" in said
    assert "America/New_York EST (UTC−05:00)" in said
