from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.drawings.timeline import Band, Kind, Row, draw, draw_day

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def after(hours):
    return NOON + timedelta(hours=hours)


def shapes(*bands, note=""):
    drawing = draw([Row("a", "said", bands, note=note)], begin=NOON, end=after(10))
    return [shape for shape in drawing.lines[0].shapes if shape.css not in ("g-day", "g-week")]


def test_a_band_lies_where_its_hours_are():
    (window,) = shapes(Band(Kind.WINDOW, after(1), after(5)))

    assert (window.css, window.x, window.width) == ("g-win", "10.00%", "40.00%")


def test_a_band_is_cut_at_the_edges_and_left_out_beyond_them():
    found = shapes(
        Band(Kind.FREEZE, after(-5), after(2)),
        Band(Kind.WINDOW, after(-5), after(-1)),
        Band(Kind.BOOKED, after(12), after(13)),
    )

    assert [(shape.css, shape.x, shape.width) for shape in found] == [
        ("g-freeze", "0.00%", "20.00%")
    ]


def test_a_booking_is_painted_over_its_window_and_the_tick_over_both():
    found = shapes(
        Band(Kind.SAFE, after(3)),
        Band(Kind.BOOKED, after(1), after(2)),
        Band(Kind.WINDOW, after(1), after(5)),
    )

    assert [shape.css for shape in found] == ["g-win", "g-book", "g-safe"]
    assert found[-1].width == ""


def test_a_dwell_is_a_line_from_end_to_end():
    (dwell,) = shapes(Band(Kind.DWELL, after(2), after(4)))

    assert (dwell.x, dwell.width) == ("20.00%", "40.00%")


def test_now_is_drawn_only_when_it_is_shown():
    inside = draw([Row("a", "said")], begin=NOON, end=after(10), now=after(5))
    outside = draw([Row("a", "said")], begin=NOON, end=after(10), now=after(11))

    assert inside.lines[0].shapes[-1].css == "g-now"
    assert (inside.now, outside.now) == ("50.00%", "")


def test_midnights_are_those_of_the_zone_even_when_clocks_change():
    paris = ZoneInfo("Europe/Paris")
    begin = datetime(2026, 10, 24, 12, 0, tzinfo=paris)

    drawing = draw([Row("a", "said")], begin=begin, end=begin + timedelta(days=3))

    assert [tick.instant.hour for tick in drawing.days[1:]] == [0, 0, 0]
    assert [tick.instant.day for tick in drawing.days[1:]] == [25, 26, 27]


def test_words_stand_left_of_a_band_that_ends_at_the_edge():
    drawing = draw(
        [Row("a", "said", [Band(Kind.WINDOW, after(8), after(10))], note="start by 21:00")],
        begin=NOON,
        end=after(10),
    )

    assert (drawing.lines[0].note_at, drawing.lines[0].note_left) == ("79.00%", True)


@pytest.mark.parametrize(
    ("day", "hours", "ticks"),
    [
        (date(2026, 3, 29), 23, ["00", "03", "06", "09", "12", "15", "18", "21"]),
        (date(2026, 10, 25), 25, ["00", "03", "06", "09", "12", "15", "18", "21"]),
        (date(2026, 11, 23), 24, ["00", "03", "06", "09", "12", "15", "18", "21"]),
    ],
)
def test_a_day_is_as_long_as_it_is(day, hours, ticks):
    paris = ZoneInfo("Europe/Paris")
    begin = datetime.combine(day, time(), paris)
    end = datetime.combine(day + timedelta(days=1), time(), paris)
    last = datetime.combine(day, time(21), paris)

    drawing = draw_day(
        [Row("a", "said", [Band(Kind.WINDOW, last, end)])], begin=begin, end=end, now=None
    )
    (window,) = [shape for shape in drawing.lines[0].shapes if shape.css == "g-win"]

    assert [f"{tick.instant:%H}" for tick in drawing.days] == ticks
    assert window.x == f"{(hours - 3) / hours * 100:.2f}%"
    assert window.width == f"{3 / hours * 100:.2f}%"


def test_an_hour_that_does_not_exist_is_not_written():
    havana = ZoneInfo("America/Havana")  # midnight to one o'clock is left out
    begin = datetime(2026, 3, 8, tzinfo=havana).astimezone(UTC).astimezone(havana)

    drawing = draw_day([], begin=begin, end=datetime(2026, 3, 9, tzinfo=havana))

    assert [tick.instant.hour for tick in drawing.days] == [1, 3, 6, 9, 12, 15, 18, 21]


def test_weeks_over_a_change_of_clocks_are_elapsed_time():
    paris = ZoneInfo("Europe/Paris")
    begin = datetime(2026, 10, 19, tzinfo=paris)
    end = begin + timedelta(days=14)  # 337 hours
    monday = Band(Kind.WINDOW, datetime(2026, 10, 26, tzinfo=paris), end)

    (window,) = [
        shape
        for shape in draw([Row("a", "said", [monday])], begin=begin, end=end).lines[0].shapes
        if shape.css == "g-win"
    ]

    assert window.x == f"{169 / 337 * 100:.2f}%"


def test_a_row_on_another_zones_clocks_has_the_same_hours_of_the_wall():
    begin, end = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
    found = {}
    for zone in ("Pacific/Kiritimati", "Pacific/Niue"):  # 25 hours apart, over the date line
        here = ZoneInfo(zone)
        band = Band(Kind.WINDOW, *(datetime(2026, 11, 23, hour, tzinfo=here) for hour in (6, 12)))
        row = Row(zone, "said", [band], zone=here)
        shapes = draw_day([row], begin=begin, end=end).lines[0].shapes
        found[zone] = [(s.x, s.width) for s in shapes if s.css == "g-win"]

    assert found["Pacific/Niue"] == found["Pacific/Kiritimati"] == [("25.00%", "25.00%")]


def test_a_flag_stands_where_something_no_longer_fits():
    found = shapes(Band(Kind.CLASH, after(5)), Band(Kind.BOOKED, after(5), after(6)))

    assert [(shape.css, shape.x) for shape in found] == [("g-book", "50.00%"), ("g-flag", "50.00%")]
