import os

import pytest

from portal.typesetting.kept import SECONDS, Kept


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def sheet(content):
    file = os.memfd_create("paper")
    os.write(file, content)
    return file


def is_open(file):
    try:
        os.fstat(file)
    except OSError:
        return False
    return True


def test_a_paper_is_there_for_an_hour_under_its_own_key_alone():
    clock, paper = Clock(), sheet(b"paper")
    kept = Kept(now=clock)
    kept.put(b"one", paper)

    clock.now = SECONDS
    assert (kept.get(b"one"), kept.get(b"one"), kept.get(b"other")) == (b"paper", b"paper", None)
    clock.now += 1
    assert kept.get(b"one") is None
    assert (kept.papers, kept.size, is_open(paper)) == ({}, 0, False)


@pytest.mark.parametrize("bounds", [{"most": 10}, {"papers": 2}])
def test_the_oldest_go_when_there_is_too_much(bounds):
    kept, first = Kept(**bounds), sheet(b"four")
    kept.put(b"1", first)
    for key in (b"2", b"3"):
        kept.put(key, sheet(b"four"))

    assert (list(kept.papers), is_open(first)) == ([b"2", b"3"], False)


def test_one_that_is_too_large_or_there_already_is_not_kept():
    kept = Kept(most=10)
    kept.put(b"3", sheet(b"four"))
    large, again = sheet(b"x" * 11), sheet(b"four")
    kept.put(b"large", large)
    kept.put(b"3", again)

    assert (list(kept.papers), kept.size) == ([b"3"], 4)
    assert (is_open(large), is_open(again)) == (False, False)


def test_a_child_lets_go_of_every_paper():
    kept, paper = Kept(), sheet(b"paper")
    kept.put(b"one", paper)

    kept.let_go()

    assert (kept.get(b"one"), is_open(paper)) == (None, False)
