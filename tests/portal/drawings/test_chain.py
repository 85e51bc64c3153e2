import pytest

from portal.drawings.chain import Kind, Link


@pytest.mark.parametrize(
    ("kind", "done", "symbol"),
    [
        (Kind.HAVE, False, ""),
        (Kind.BASE, False, ""),
        (Kind.BASE, True, "done"),
        (Kind.DWELL, False, "waiting"),
        (Kind.GOAL, False, "chev"),
        (Kind.GOAL, True, "done"),
    ],
)
def test_what_is_done_wears_a_tick_whatever_it_is(kind, done, symbol):
    assert Link(kind, "label", "title", done=done).symbol == symbol
