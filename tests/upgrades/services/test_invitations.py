import re

import pytest
from django.utils import translation
from icalendar import Calendar

from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades.planning.examples import example
from tests.upgrades.services.booked import a_job, a_site, a_window, utc
from upgrades.services import bookings, invitations

ONE_HOP = example("single", hops=1)
NASTY = "Büro\r\nATTENDEE:mailto:eve@example.com\x1b, Ost; \u202eİstanbul"


@pytest.fixture
def booking(db):
    customer, person = factories.a_customer(), factories.a_person()
    with tenancy.transaction(customer):
        site = a_site(name=NASTY)
        a_window(site)
        job = a_job(site, person, ONE_HOP)
        layout = bookings.lay_out(ONE_HOP, site, earliest=NOON)
        yield bookings.hold(job, layout, by=person, at=NOON)[0]


def read(booking, method="REQUEST", **options):
    sent = bookings.calendar_invitation(booking, method=method, at=NOON, **options)
    calendar = Calendar.from_ical(sent)
    assert not calendar.errors
    (event,) = calendar.events
    assert not event.errors
    return sent, calendar, event


def test_an_invitation_is_read_back_as_it_was_meant(booking):
    sent, calendar, event = read(booking, attendees=["jan@example.com"])

    assert (str(calendar["METHOD"]), str(calendar["VERSION"])) == ("REQUEST", "2.0")
    assert (str(event["UID"]), event["SEQUENCE"]) == (booking.uid, 0)
    assert (event.start, event.end) == (utc("2026-11-28 21:00"), utc("2026-11-29 01:00"))
    assert event["DTSTAMP"].dt == NOON
    assert b"DTSTART:20261128T210000Z\r\n" in sent
    assert str(event["STATUS"]) == "TENTATIVE"
    assert str(event["ATTENDEE"]) == "mailto:jan@example.com"
    assert str(event["ORGANIZER"]).startswith("mailto:")
    assert str(event["URL"]).endswith(f"/c/{booking.customer.slug}/jobs/{booking.job_id}/")
    described = str(event["DESCRIPTION"])
    assert "Saturday 28 November 2026, 22:00–02:00, Europe/Berlin CET (UTC+01:00)" in described
    assert "Last safe start: Sat 28 Nov 2026 22:20 CET (UTC+01:00)." in described


def test_a_name_cannot_write_lines_of_its_own(booking):
    sent, _calendar, event = read(booking)

    assert str(event["SUMMARY"]) == (
        f"Upgrade of Büro ATTENDEE:mailto:eve@example.com, Ost; İstanbul: {booking.job.label}"
    )
    assert "ATTENDEE" not in event
    for line in sent.removesuffix(b"\r\n").split(b"\r\n"):
        assert len(line) <= 75
        assert all(byte >= 32 for byte in line)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a\r\nb", "a b"),
        ("a\x00\x07b\x7f", "ab"),
        ("\u2028a\x85b\u200b", "a b"),
        ("Kızılırmak – Büro, 2", "Kızılırmak – Büro, 2"),
    ],
)
def test_control_characters_are_left_out(text, left):
    assert invitations.plain(text) == left


def test_a_move_is_the_same_entry_with_the_next_number(booking):
    bookings.confirm(booking.job, at=NOON)
    booking.refresh_from_db()
    bookings.move(booking, utc("2026-12-05 21:00"), by=None, at=NOON)

    _sent, _calendar, event = read(booking)

    assert (str(event["UID"]), event["SEQUENCE"]) == (booking.uid, 1)
    assert str(event["STATUS"]) == "CONFIRMED"
    assert event.start == utc("2026-12-05 21:00")


def test_a_cancelled_booking_leaves_the_calendars(booking):
    bookings.release(booking.job, at=NOON)
    booking.refresh_from_db()

    _sent, calendar, event = read(booking, "CANCEL")

    assert str(calendar["METHOD"]) == "CANCEL"
    assert (str(event["STATUS"]), event["SEQUENCE"]) == ("CANCELLED", 1)


def test_an_entry_speaks_the_readers_language(booking):
    with translation.override("fr"):
        _sent, _calendar, event = read(booking)

    assert "samedi 28 novembre 2026" in str(event["DESCRIPTION"])


def test_sending_twice_gives_the_same_bytes(booking):
    assert read(booking)[0] == read(booking)[0]


ONCE = ("UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "ORGANIZER", "ATTENDEE", "STATUS")


@pytest.mark.parametrize("language", ["en", "fr", "tr"])
@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_its_bytes_are_what_the_standards_ask_for(booking, language, method):
    """RFC 5545 §3.1 (lines, folding), §3.3.5 (UTC); RFC 5546 §3.2.2 and §3.2.5 (what must be)."""
    with translation.override(language):
        sent, _calendar, event = read(
            booking, method, attendees=["jan@example.com"], zone="Asia/Tokyo"
        )

    assert sent.endswith(b"END:VCALENDAR\r\n")
    lines = sent.removesuffix(b"\r\n").split(b"\r\n")
    for line in lines:
        assert len(line) <= 75
        assert b"\n" not in line
        line.decode()  # no letter is cut in two
    unfolded = sent.replace(b"\r\n ", b"").decode().split("\r\n")
    names = [re.split("[:;]", line)[0] for line in unfolded]
    inside = names[names.index("BEGIN", 1) :]
    assert {name: inside.count(name) for name in ONCE} == dict.fromkeys(ONCE, 1)
    assert names.count("METHOD") == 1
    moments = [line for line in unfolded if line.startswith("DT")]
    assert all(re.fullmatch(r"DT\w+:\d{8}T\d{6}Z", line) for line in moments)
    assert "\\, Ost\\; " in next(line for line in unfolded if line.startswith("SUMMARY"))
    assert ("DESCRIPTION" in event) == (method == "REQUEST")
    assert str(event["TRANSP"]) == ("OPAQUE" if method == "REQUEST" else "TRANSPARENT")


def test_it_comes_from_whom_the_mails_come_from(booking, settings):
    settings.DEFAULT_FROM_EMAIL = r'"Changeover \"Ost\", Şişli" <desk@example.com>'
    named = read(booking)[2]["ORGANIZER"]
    settings.DEFAULT_FROM_EMAIL = "desk@example.com"
    bare = read(booking)[2]["ORGANIZER"]

    assert str(named) == str(bare) == "mailto:desk@example.com"
    assert "CN" not in bare.params
    assert named.params["CN"] == "Changeover Ost, Şişli"
