from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from portal.templatetags.instants import from_now, site_time, wall, with_days

EVENING = datetime(2026, 11, 28, 19, 0, tzinfo=UTC)


def plain(markup):
    return "".join(part.split(">")[-1] for part in markup.split("<"))


def test_the_sites_time_stands_first_and_the_readers_second():
    assert plain(site_time(EVENING, "Europe/Istanbul", "Europe/Paris")) == (
        "Sat 28 Nov 2026 22:00 UTC+03:00, 20:00 CET (UTC+01:00)"
    )


def test_the_readers_time_is_left_out_where_clocks_agree():
    assert plain(site_time(EVENING, "Europe/Prague", "Europe/Paris")) == (
        "Sat 28 Nov 2026 20:00 CET (UTC+01:00)"
    )


def test_another_day_at_the_readers_is_said():
    assert plain(site_time(EVENING, "Europe/Paris", "Asia/Tokyo", year=False)) == (
        "Sat 28 Nov 20:00 CET (UTC+01:00), Sun 29 Nov 04:00 JST (UTC+09:00)"
    )


def test_a_span_has_both_ends_on_both_clocks():
    shown = site_time(
        EVENING, "Europe/Istanbul", "Europe/Paris", until=EVENING + timedelta(hours=4)
    )

    assert plain(shown) == ("Sat 28 Nov 2026 22:00–02:00 UTC+03:00, 20:00–00:00 CET (UTC+01:00)")


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(88, "in 1 h 28 min"), (-23, "23 min ago"), (0.3, "now"), (-0.3, "just now")],
)
def test_the_distance_from_now_is_told_in_words(minutes, words):
    assert from_now(EVENING + timedelta(minutes=minutes), EVENING) == words


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "22.1, Mon 1 Feb 2027"),
        ("fr", "22.1, lun. 1 févr. 2027"),
        ("tr", "22.1, 1 Şub 2027 Pzt"),
    ],
)
def test_days_in_a_text_are_written_in_the_readers_language(language, shown):
    with translation.override(language):
        assert with_days("22.1, 2027-02-01") == shown


def test_what_only_looks_like_a_day_stays():
    assert with_days("serial 2027-13-45, +312 s") == "serial 2027-13-45, +312 s"
    assert with_days("2027-13-45T19:00+00:00") == "2027-13-45T19:00+00:00"


def test_instants_in_a_text_stand_on_the_clocks_of_the_site():
    with translation.override("en"):
        shown = with_days("2027-02-01T23:30+00:00 failed", "Europe/Paris")

    assert shown == "Tue 2 Feb 2027 00:30 CET (UTC+01:00) failed"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Sat 1 Jun 2030 19:00"),
        ("fr", "sam. 1 juin 2030 19:00"),
        ("tr", "1 Haz 2030 Cmt 19:00"),
    ],
)
def test_a_time_on_each_sites_own_clock_has_24_hours_in_every_language(language, words):
    with translation.override(language):
        assert wall(datetime.fromisoformat("2030-06-01T19:00")) == words
