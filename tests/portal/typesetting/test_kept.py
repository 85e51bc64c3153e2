from portal.typesetting.kept import SECONDS, Kept


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_paper_is_there_for_an_hour_under_its_own_key_alone():
    clock = Clock()
    kept = Kept(now=clock)
    kept.put(b"one", b"paper")

    clock.now = SECONDS
    assert (kept.get(b"one"), kept.get(b"other")) == (b"paper", None)
    clock.now += 1
    assert kept.get(b"one") is None
    assert (kept.papers, kept.size) == ({}, 0)


def test_the_oldest_go_when_there_is_too_much_and_one_that_is_too_large_is_not_kept():
    kept = Kept(most=10)
    for key in (b"1", b"2", b"3"):
        kept.put(key, b"four")

    assert list(kept.papers) == [b"2", b"3"]
    kept.put(b"large", b"x" * 11)
    kept.put(b"3", b"four")
    assert (list(kept.papers), kept.size) == ([b"2", b"3"], 8)
