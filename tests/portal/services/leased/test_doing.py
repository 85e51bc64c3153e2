"""Leased work is done once, by whoever has it, whoever dies."""

import signal
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, connections

from portal import own_clock, rehearsing
from portal.services import cleaning, leased
from tests import factories
from tests.portal.services.leased import worker
from tests.portal.services.leased.conftest import a_report, an_export
from tests.upgrades import processes
from upgrades.models import RolloutReport


def test_it_is_done_once_with_no_transaction_open(one):
    seen = []

    def looking(row):
        seen.append((connection.in_atomic_block, row.tries))
        worker.do(row)

    assert one.due()
    assert one.one(looking)

    found = one.now()
    assert (found.state, found.tries, found.lease_until) == ("MADE", 1, None)
    assert (found.stored_as, one.stored()) == (found.file(1), [1])
    assert seen == [(False, 1)]
    assert not one.due()
    assert not one.one(looking), "it is over"


def test_of_workers_at_once_one_has_it(one):
    together, done, said = threading.Barrier(4, timeout=60), [], []

    def slowly(row):
        done.append(row.tries)
        worker.do(row)

    def at_once():
        try:
            together.wait()
            said.append(one.one(slowly))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=at_once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert (sorted(said), done) == ([False, False, False, True], [1])
    assert (one.now().state, one.stored()) == ("MADE", [1])


@pytest.mark.parametrize("when", ["holding", "ending"])
def test_whoever_lost_it_writes_nothing_over_the_others(one, when):
    def overtaken(row):
        if when == "ending":
            leased.hold(row)
            default_storage.save(row.file(row.tries), ContentFile(b"late"))
        one.expire()
        assert one.one()
        leased.hold(row) if when == "holding" else leased.ending(row).__enter__()

    assert not one.one(overtaken)

    found = one.now()
    assert (found.state, found.tries, found.stored_as) == ("MADE", 2, found.file(2))
    with default_storage.open(found.stored_as) as stored:
        assert stored.read() == b"of try 2"
    assert one.stored() == [2], "what the late one stored is gone"


def test_whoever_lost_it_to_one_that_works_yet_leaves_it_alone(one):
    def overtaken(row):
        one.expire()
        assert one.work().take(one.owner, one.pk).tries == 2
        one.leave(2)
        raise OSError("the store is away")

    assert not one.one(overtaken)

    found = one.now()
    assert (found.state, found.tries, one.stored()) == ("MAKING", 2, [2])
    assert found.lease_until > datetime.now(UTC)


@pytest.mark.parametrize("point", worker.POINTS)
def test_killed_anywhere_it_is_done_by_the_next_worker(one, point):
    words = (point, one.model._meta.label, str(one.owner or ""), str(one.pk))
    process = processes.python(
        "-m", "tests.portal.services.leased.worker", *words, FILES=default_storage.location
    )
    assert process.wait(60) == -signal.SIGKILL
    if point != "ended":
        assert (one.now().state, one.due(), one.one()) == ("MAKING", False, False)
        assert one.stored() == ([1] if point in ("stored", "ending") else [])
        one.expire()
        assert one.due()

        assert one.one()

    last = 1 if point == "ended" else 2
    found = one.now()
    assert (found.state, found.tries, found.stored_as) == ("MADE", last, found.file(last))
    assert one.stored() == [last]
    assert not one.due()


def test_a_lease_is_lengthened_and_not_at_every_call(one):
    row = one.work().take(one.owner, one.pk)
    first = one.now().lease_until
    leased.hold(row, every=timedelta(minutes=1))
    assert one.now().lease_until == first

    leased.hold(row)
    second = one.now().lease_until
    row.lease_until -= timedelta(minutes=1)
    leased.hold(row, every=timedelta(minutes=1))

    assert first < second < one.now().lease_until


def test_what_is_over_is_neither_held_nor_ended_again(one):
    row = one.work().take(one.owner, one.pk)
    worker.do(row)

    with pytest.raises(leased.Lost):
        leased.hold(row)
    with pytest.raises(leased.Lost), leased.ending(row):
        pytest.fail("it is over")

    found = one.now()
    assert (found.state, found.tries, found.lease_until) == ("MADE", 1, None)


def test_those_of_a_sandbox_are_done_too(db, noon, own_store):
    one = an_export("Our CI", id=own_clock.new_id(), sandbox_shapes=["SINGLE"])

    assert one.due()
    assert one.work().turn(most=1) == 1
    assert one.now().state == "MADE"


def test_a_row_is_nobody_elses_and_a_twin_does_none(one):
    other = factories.a_customer("Bosporus")
    if one.owner:
        assert not one.work().one(other.pk, one.pk)
    with rehearsing.playing(rehearsing.Twin(other.pk, ("127.0.0.1", 1))):
        assert leased.due(one.model) == []

    assert (one.now().state, one.now().tries) == ("WAITING", 0)


def test_a_row_that_is_erased_meanwhile_leaves_no_file(db, noon, own_store):
    """Of a customer's all of its folder goes."""
    one, names = a_report(), []

    def erased(row):
        names.append(default_storage.save(row.file(row.tries), ContentFile(b"x")))
        RolloutReport.objects.all().delete()
        with leased.ending(row):
            pytest.fail("there is nothing to end")

    assert not one.one(erased)
    assert not default_storage.exists(names[0])


def test_what_no_row_names_is_swept_of_the_platforms_folders_too(one):
    assert one.one()
    one.leave(5)  # by one that was killed long after it had lost it
    assert cleaning.sweep_files() == []
    assert one.stored() == [1, 5]

    cleaning.sweep_files(older_than=timedelta(0))

    assert one.stored() == [1]
