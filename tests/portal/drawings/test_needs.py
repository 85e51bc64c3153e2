"""Two columns and the lines between them."""

from portal.drawings.needs import (
    ENDS,
    LETTERS,
    LINE,
    NODES,
    ROW,
    TOP,
    WIDTH,
    WORDS,
    Need,
    Thing,
    draw,
)  # fmt: skip


def things(left: int, right: int) -> list[Thing]:
    return [
        *(Thing(f"b{number}", f"b{number}", right=False) for number in range(left)),
        *(Thing(f"p{number}", f"p{number}", right=True) for number in range(right)),
    ]


def at(drawing, key):
    [mark] = [mark for mark in drawing.marks if mark.thing.key == key]
    return float(mark.x), float(mark.y)


def test_each_column_stands_in_its_order_and_the_shorter_one_is_spread():
    drawing = draw(things(2, 6), [])

    assert float(drawing.height) == 6 * ROW + 2 * TOP
    rights = [at(drawing, f"p{number}") for number in range(6)]
    assert {x for x, _y in rights} == {NODES[1]}
    assert [y for _x, y in rights] == [TOP + (number + 0.5) * ROW for number in range(6)]
    assert at(drawing, "b0") == (NODES[0], TOP + 1.5 * ROW)
    assert at(drawing, "b1") == (NODES[0], TOP + 4.5 * ROW)


def test_a_line_begins_at_what_needs_and_ends_at_what_is_needed():
    drawing = draw(things(1, 1), [Need("p0", "b0", "documented")])

    [line] = drawing.lines
    y = TOP + ROW / 2
    assert line.path.startswith(f"M229.0 {y:.1f}C")
    assert line.path.endswith(f"{ENDS[0]:.1f} {y:.1f}")
    assert line.how == "documented"


def test_within_a_column_it_goes_round_the_outside_the_farther_the_wider():
    drawing = draw(things(3, 9), [
        Need("p0", "p1", "demo"), Need("p0", "p4", "demo"), Need("p0", "p8", "demo"),
        Need("b0", "b2", "demo"),
    ])  # fmt: skip

    outs = [float(line.path.split("C")[1].split()[0]) for line in drawing.lines]
    near, far, farthest, left = outs
    assert ENDS[1] < near < far < farthest < float(drawing.width)
    assert 0 < left < NODES[0]


def test_what_is_not_drawn_has_no_line():
    assert draw(things(1, 1), [Need("p0", "elsewhere", "demo")]).lines == []
    assert draw([], [Need("p0", "b0", "demo")]).marks == []


def test_what_it_is_about_lies_on_top():
    rows = [Thing("p0", "p0", right=True, here=True), *things(1, 2)[0:1], things(0, 2)[1]]

    drawing = draw(rows, [Need("p0", "b0", "demo"), Need("p1", "b0", "demo")])

    assert [line.here for line in drawing.lines] == [False, True]


def test_no_number_is_written_with_a_comma():
    drawing = draw(things(3, 4), [Need("p3", "b2", "demo")])

    assert all("," not in each for mark in drawing.marks for each in (mark.x, mark.y, mark.words_x))


def test_a_name_stands_under_its_mark_below_both_columns_in_as_many_lines_as_it_needs():
    name = "Licence add-on, 10 representatives, for the year of the move"
    add_on = Thing("l", name, right=True, below=True)

    drawing = draw([*things(2, 3), add_on], [Need("l", "p2", "demo"), Need("l", "b1", "demo")])

    [mark] = [mark for mark in drawing.marks if mark.thing is add_on]
    begins = 3 * ROW + 2 * TOP
    assert at(drawing, "p2")[1] == TOP + 2.5 * ROW  # the columns stand as they would without it
    assert at(drawing, "b1")[1] == TOP + 2.25 * ROW
    assert (mark.y, mark.words_x) == (f"{begins:.1f}", mark.x)
    assert " ".join(words for _y, words in mark.words) == name
    assert [float(y) - begins for y, _words in mark.words] == [LINE, 2 * LINE]
    assert float(drawing.height) == begins + ROW + 2 * LINE
    outside, across = (line.path for line in drawing.lines)
    assert outside.startswith(f"M{NODES[1] + WORDS / 2:.1f} {begins:.1f}C")  # not through its words
    assert across.startswith(f"M{NODES[1] - WORDS / 2:.1f} {begins:.1f}C")


def test_words_under_a_mark_have_room_to_either_side():
    wide = 7.4  # of the letters of a name at 13 px, on average

    assert NODES[1] - LETTERS * wide / 2 > 0
    assert NODES[1] + LETTERS * wide / 2 <= WIDTH
