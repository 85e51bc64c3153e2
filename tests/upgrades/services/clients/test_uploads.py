"""A large exported list: read by a worker, whole or not at all, whoever dies on the way."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage

from portal import clock, tenancy
from portal.services import leased
from tests.upgrades.following import CHECK, looks_of, step_of, upgraded
from upgrades.models import ClientExport, ClientLook, ClientRow, JobStep
from upgrades.services.clients import exports, looks, uploads

HEAD = "Name,Hostname,Status,Status Details\n"


def lines(number, detail="2026-11-24 09:00:00"):
    return HEAD + "".join(f"POS-{n},pos-{n},Online,{detail}\n" for n in range(number))


@pytest.fixture
def job(world, monkeypatch):
    monkeypatch.setattr(uploads, "AT_ONCE", 1000)
    monkeypatch.setattr(exports, "BATCH", 100)
    return upgraded(world)


def send(world, job, content):
    with clock.at(CHECK), tenancy.transaction(world.customer):
        step = JobStep.objects.select_related("job__site").get(
            pk=step_of(world, job, "check_clients").pk
        )
        return uploads.take(step, [content.encode()], name="all.csv", by=world.operator, at=CHECK)


def read(row):
    with clock.at(CHECK):
        uploads.read(row.customer_id, row.pk)


def now(world, row):
    with tenancy.transaction(world.customer):
        return ClientExport.objects.get(pk=row.pk)


def rows(world):
    with tenancy.transaction(world.customer):
        return ClientRow.objects.count()


def expire(world, row):
    with tenancy.transaction(world.customer):
        ClientExport.objects.update(lease_until=datetime.now(UTC) - timedelta(seconds=1))


def test_a_small_list_is_read_at_once(world, job):
    assert isinstance(send(world, job, lines(5)), ClientLook)
    assert rows(world) == 5


def test_a_large_one_is_kept_sealed_read_by_a_worker_and_then_removed(world, job):
    row = send(world, job, lines(350))
    with default_storage.open(row.stored_as) as stored:
        assert b"POS-1" not in stored.read()
    assert (row.state, rows(world), looks_of(world, job)) == ("WAITING", 0, [])

    read(row)

    done = now(world, row)
    assert (done.state, done.percent, done.stored_as) == ("READ", 100, "")
    assert rows(world) == 350
    with tenancy.transaction(world.customer):
        look = ClientLook.objects.get()
        assert (look.source, look.counts["FOLLOWED"], look.by) == ("EXPORT", 350, world.operator)
        assert uploads.latest(job.pk) is None
    assert not default_storage.exists(row.stored_as)


def test_what_cannot_be_read_is_refused_with_its_lines_and_nothing_is_taken_over(world, job):
    send(world, job, lines(5))
    row = send(world, job, lines(60) + "POS-9,pos-9,Offline,for 3 days\n")

    read(row)

    refused = now(world, row)
    assert (refused.state, refused.code) == ("REFUSED", "unreadable-export")
    assert "line 62: no date can be read in “for 3 days”" in refused.reason
    assert rows(world) == 5  # the list of before is untouched
    assert not default_storage.exists(row.stored_as)
    with tenancy.transaction(world.customer):
        assert uploads.latest(job.pk).pk == row.pk
    send(world, job, lines(6))
    with clock.at(CHECK + timedelta(minutes=1)), tenancy.transaction(world.customer):
        ClientLook.objects.update(ended_at=CHECK + timedelta(minutes=1))
        assert uploads.latest(job.pk) is None  # a later look has come


def test_only_one_list_of_a_step_is_read_at_a_time(world, job):
    send(world, job, lines(60))

    with pytest.raises(uploads.ExportUnderWay):
        send(world, job, lines(60))


def test_a_worker_that_dies_leaves_nothing_half_and_the_sweep_finds_it(world, job, monkeypatch):
    row = send(world, job, lines(350))

    class Killed(BaseException):
        pass

    def dies(*_args, **_more):
        raise Killed

    monkeypatch.setattr(exports, "end", dies)
    with pytest.raises(Killed):
        read(row)
    monkeypatch.undo()
    assert rows(world) == 350
    with tenancy.transaction(world.customer):
        assert looks.latest(job.pk, 1) is None  # nobody is shown the half
    assert uploads.look_after() == 0  # its lease runs still
    read(row)
    assert now(world, row).tries == 1

    expire(world, row)
    assert uploads.look_after() == 1
    read(row)

    assert (now(world, row).state, now(world, row).tries, rows(world)) == ("READ", 2, 350)
    assert len(looks_of(world, job)) == 1


def test_whoever_lost_the_list_writes_nothing_more(world, job):
    row = send(world, job, lines(350))
    mine = uploads.LISTS.take(row.customer_id, row.pk)
    expire(world, row)
    read(row)

    with pytest.raises(leased.Lost), clock.at(CHECK):
        leased.hold(mine, percent=1)

    assert (now(world, row).percent, rows(world)) == (100, 350)


@pytest.mark.parametrize("written", [1, 4])
def test_whoever_loses_it_while_it_writes_leaves_the_others_look_alone(
    world, job, monkeypatch, written
):
    row = send(world, job, lines(350))
    own, halves = exports.batches, []

    def overtaken(table, reading):
        for number, some in enumerate(own(table, reading), start=1):
            yield some
            if number == written and not halves:
                halves.append(now(world, row).half_id)
                expire(world, row)
                read(row)

    monkeypatch.setattr(exports, "batches", overtaken)
    read(row)

    assert halves[0] is not None
    assert (now(world, row).state, now(world, row).tries, rows(world)) == ("READ", 2, 350)
    assert len(looks_of(world, job)) == 1


def test_a_fault_of_ours_leaves_the_list_for_a_pause_and_is_given_up_after_three(
    world, job, monkeypatch
):
    row = send(world, job, lines(60))
    monkeypatch.setattr(exports, "judged", lambda *args, **more: 1 / 0)
    for number in (1, 2, 3):
        read(row)
        assert (now(world, row).state, now(world, row).tries) == ("READING", number)
        assert uploads.look_after() == 0, "not at once"
        assert default_storage.exists(row.stored_as)
        expire(world, row)
        assert uploads.look_after() == 1

    read(row)

    given_up = now(world, row)
    assert (given_up.state, given_up.code) == ("REFUSED", "fault")
    assert given_up.reason == "The portal could not read this list."
    assert not default_storage.exists(row.stored_as)


def test_a_list_that_kills_every_worker_is_given_up(world, job):
    row = send(world, job, lines(60))
    for _try in range(ClientExport.MOST_TRIES):
        assert uploads.LISTS.take(row.customer_id, row.pk)
        expire(world, row)

    read(row)

    assert (now(world, row).state, now(world, row).code) == ("REFUSED", "fault")
    assert not default_storage.exists(row.stored_as)
    assert uploads.look_after() == 0


def test_a_step_that_is_over_meanwhile_takes_no_list(world, job):
    row = send(world, job, lines(60))
    with tenancy.transaction(world.customer):
        step = JobStep.objects.get(pk=row.step_id)
        step.cancel(at=CHECK)
        step.save()

    read(row)

    assert (now(world, row).state, rows(world)) == ("REFUSED", 0)
