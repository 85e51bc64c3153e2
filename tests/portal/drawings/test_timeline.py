from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.drawings.timeline import Band, Kind, Row, draw

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
