import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.services import letters

EMAILS = Path(letters.__file__).parents[2] / "templates" / "email"
KINDS = sorted(file.stem for file in EMAILS.glob("*.txt") if file.stem not in ("base", "row"))
THEN = datetime(2026, 11, 28, 19, 0, tzinfo=UTC)
FACTS = {
    "customer": "Marmara & Oğulları",
    "name": "Elif Şahin",
    "staff": False,
    "site": "destek.marmara.example",
    "job": "12.1 to 14.1",
    "link": "http://testserver/c/marmara/jobs/1/",
    "requester": "Ines Duarte",
    "from_version": "12.1",
    "to_version": "14.1",
    "begins": THEN,
    "windows": [THEN, THEN + timedelta(days=1)],
    "downtime": timedelta(minutes=8),
    "downtime_worst": timedelta(hours=2, minutes=10),
    "lines": ["1. Back up A", "2. Install base 3.3.2 on A"],
    "left": timedelta(days=7),
    "step": "Install base 3.3.2",
    "appliance": "A",
    "role": "Approver",
    "reason": "<b>too soon</b>",
    "question": "Which first?",
    "answer": "The base",
    "nights": ["Sat 28 Nov 2026 22:00 until 04:00", "Tue 1 Dec 2026 22:00 until 04:00"],
    "night_count": 2,
    "for_users": ["The help desk is away on Saturday night."],
    "number": 3,
    "since": THEN,
}


def render(kind, language="en", zone="Europe/Berlin", **more):
    return letters.render(
        kind, language=language, zone=zone, site_zone="Europe/Istanbul", context={**FACTS, **more}
    )


@pytest.mark.parametrize("language", ["en", "fr", "tr"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_subject_a_text_and_a_page(kind, language):
    letter = render(kind, language)

    assert letter.subject
    assert "\n" not in letter.subject
    assert letter.text.strip()
    assert "Elif Şahin" in letter.text
    assert f'lang="{language}"' in letter.html
    assert max(len(line) for line in letter.text.splitlines()) <= letters.WIDTH
    assert "\n\n\n" not in letter.text


def test_the_kinds_are_the_ladder_of_an_upgrade_and_what_people_need_to_get_in():
    assert KINDS == [
        "appliance_drifted",
        "backup_failed",
        "base_version_ahead",
        "base_version_asked",
        "booked_as_agreed",
        "customer_silent",
        "domain_confirmed",
        "domain_waits",
        "dwell_over",
        "erasure_asked",
        "erasure_confirmed",
        "erasure_done",
        "erasure_taken_back",
        "freeze_calendar",
        "interim_too_long",
        "invitation",
        "line_lifted",
        "line_stopped",
        "member_added",
        "not_ready",
        "notices_late",
        "offer_lapsed",
        "password_link",
        "question_answered",
        "question_asked",
        "readiness_alert",
        "return_due",
        "sandbox_ends",
        "second_step_reset",
        "sign_in_changed",
        "step_asks",
        "step_handed_over",
        "step_waits",
        "upgrade_approved",
        "upgrade_before",
        "upgrade_cancelled",
        "upgrade_done",
        "upgrade_halted",
        "upgrade_proposed",
        "upgrade_rejected",
        "webhook_disabled",
        "window_clocks",
        "window_differs",
        "window_kept",
        "window_missed",
        "window_moved",
    ]


def test_times_are_the_sites_first_and_then_the_readers():
    text = render("upgrade_proposed").text

    assert "Sat 28 Nov 2026, 22:00 UTC+03:00" in text
    assert "20:00 CET (UTC+01:00)" in text
    assert "2 h 10 min" in text


def test_a_reader_on_the_sites_clocks_reads_one_time():
    moment = letters.moment(THEN, "Europe/Istanbul", "Europe/Istanbul")

    assert str(moment) == "Sat 28 Nov 2026, 22:00 UTC+03:00"


def test_another_day_at_the_readers_is_named():
    moment = letters.moment(THEN, "Europe/Istanbul", "Pacific/Auckland")

    assert moment.reader == "Sun 29 Nov 2026, 08:00 NZDT (UTC+13:00)"


def test_the_text_is_plain_and_the_page_is_escaped():
    letter = render("upgrade_rejected")

    assert "<b>too soon</b>" in letter.text
    assert "Marmara & Oğulları" in letter.text
    assert "<b>too soon</b>" not in letter.html
    assert "&lt;b&gt;too soon&lt;/b&gt;" in letter.html


def test_a_base_problem_says_first_not_to_restart():
    letter = render("upgrade_halted", base=True)

    order = "Do not restart appliance A. Call the vendor's support."
    assert order in letter.text
    assert "do not restart" in letter.subject
    assert "Do not restart appliance A." in letter.html
    assert "Do not restart" not in render("upgrade_halted", base=False).text


def test_what_is_not_known_has_no_line():
    assert "Answer by" not in render("upgrade_proposed").text
    assert "Answer by" in render("upgrade_proposed", answer_by=THEN).text


def test_a_subject_is_one_line_whatever_a_name_contains():
    subject = render("upgrade_approved", site="a\r\nBcc: everybody@example.com\x00").subject

    assert re.search(r"[\r\n\x00]", subject) is None


def test_the_page_fetches_nothing():
    html = render("upgrade_proposed").html

    assert not re.search(r"<(img|script|link|iframe)\b", html)


def test_addresses_are_never_broken_over_lines():
    link = "http://testserver/c/marmara/jobs/" + "a" * 90 + "/"
    assert link in render("upgrade_done", link=link, lines=[]).text.splitlines()
