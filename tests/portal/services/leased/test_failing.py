"""Leased work that fails is tried again, then given up; nothing of it stays."""

from datetime import UTC, datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404

from portal.services import leased
from tests.portal.services.leased import worker
from tests.portal.services.leased.conftest import One, an_export
from upgrades.models import RolloutReport


def test_what_fails_is_tried_again_and_given_up_with_all_that_it_stored(one, caplog):
    def fails(row):
        one.leave(row.tries)
        raise RuntimeError("no fonts")

    left = []
    for _try in range(3):
        assert one.due()
        assert not one.one(fails)
        left.append((one.now().state, one.now().tries, one.stored()))

    assert left == [("MAKING", 1, []), ("MAKING", 2, []), ("MAKING", 3, [])]
    assert str(one.pk) in caplog.text
    for number in (1, 2, 3):
        one.leave(number)  # by workers that were killed
    assert not one.one()
    found = one.now()
    assert (found.state, found.tries, found.lease_until, one.stored()) == ("FAILED", 3, None, [])
    assert not one.due()


def test_what_was_ended_stays_though_the_worker_fails_after(one):
    """As one does that cannot know what became of its transaction."""

    def cut_off(row):
        worker.do(row)
        raise ConnectionError

    assert not one.one(cut_off)

    assert (one.now().state, one.stored(), one.due()) == ("MADE", [1], False)


def test_what_fails_for_good_is_given_up_at_once(one):
    def may_not(row):
        one.leave(row.tries)
        raise Http404

    assert not one.one(may_not, final=(Http404,))

    assert (one.now().state, one.now().tries, one.stored()) == ("FAILED", 1, [])


def test_whoever_lost_it_gives_nothing_up(one):
    def overtaken(row):
        one.expire()
        assert one.one()
        raise Http404

    assert not one.one(overtaken, final=(Http404,))

    assert (one.now().state, one.stored()) == ("MADE", [2])


def test_raised_at_the_end_nothing_of_it_stays(one):
    def at_odds(row):
        name = default_storage.save(row.file(row.tries), ContentFile(b"whole"))
        with leased.ending(row) as found:
            worker.finish(found, name)
            raise leased.Lost

    assert not one.one(at_odds)

    found = one.now()
    assert (found.state, found.stored_as, one.stored()) == ("MAKING", "", [])
    assert found.lease_until > datetime.now(UTC), "the next one comes when its lease is over"


def test_what_a_try_has_written_is_undone_before_the_next_and_at_the_end(one):
    undone = []
    work = one.work(lambda _row: 1 / 0, undo=lambda row: undone.append(row.tries))
    for _try in range(4):
        work.one(one.owner, one.pk)

    assert undone == [0, 1, 2, 3]


def test_a_pause_is_kept_after_a_try_that_failed(one, monkeypatch):
    monkeypatch.setattr(one.model, "PAUSE", timedelta(minutes=2))

    assert not one.one(lambda _row: 1 / 0)

    assert (one.due(), one.one()) == (False, False)
    one.expire()
    assert one.one()


def test_one_that_fails_stops_no_other(one):
    second = an_export("Bosporus") if one.owner else None
    if second is None:
        first = one.now()
        given = {"rollout": first.rollout, "by": first.by, "language": "fr", "paper": "a4"}
        second = One(RolloutReport, **given)

    def some(row):
        if row.pk == one.pk:
            raise RuntimeError("this one")
        worker.do(row)

    assert one.work(some).turn(most=9) == 1
    assert (one.now().state, second.now().state) == ("MAKING", "MADE")
