import pytest

from portal.drawings.topology import Link, Node, draw


def node(letter, state):
    return Node(letter, letter, state)


def drawn(*masters):
    return draw(host="help.example.com", masters=masters, link=Link("synced"))


def bent(drawing):
    return [part for part in drawing.wire if part.css == "on bent"]


def test_the_line_goes_straight_down_to_a_single_appliance():
    (line,) = drawn(node("A", "SERVES")).wire

    assert (line.x1, line.x2, line.y1, line.y2) == ("50.00%", "50.00%", 0, 36)


@pytest.mark.parametrize(
    ("states", "end"), [(("SERVES", "STANDS_BY"), "22.00%"), (("STANDS_BY", "SERVES"), "78.00%")]
)
def test_the_line_of_a_pair_goes_to_whoever_serves(states, end):
    drawing = drawn(*(node(letter, state) for letter, state in zip("AB", states, strict=True)))

    assert bent(drawing)[-1].x1 == end


def test_where_nobody_serves_there_is_no_line():
    assert drawn(node("A", "NO_ANSWER"), node("B", "STANDS_BY")).wire == []


@pytest.mark.parametrize("count", [0, 3])
def test_a_site_has_one_master_or_two(count):
    with pytest.raises(ValueError, match="one or two masters"):
        drawn(*(node(str(number), "SERVES") for number in range(count)))


def test_the_frame_shows_who_serves_and_who_is_in_trouble():
    frames = [node("A", state).frame for state in ("SERVES", "NO_ANSWER", "STANDS_BY")]

    assert frames == ["serves", "trouble", ""]
