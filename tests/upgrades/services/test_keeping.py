"""Backups that are taken by themselves: by the site's rhythm, beside no job, told once if not."""

from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connection

from appliances.models import Appliance, Backup, BaseHold
from appliances.services import sites
from portal import clock, tenancy
from portal.models import AuditEvent, EvidenceFile, Message
from portal.services import cleaning, evidence
from tests.conftest import NOON
from tests.upgrades.services.test_story import approved
from upgrades.models import UpgradeJob
from upgrades.services import alone, keeping, watching

A = "a.meridian.sim"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def read(world, answering):
    """The site's appliance has been read once, so it is known to answer."""
    answering.clock(anchor_virtual=NOON.timestamp())
    with clock.at(NOON):
        assert watching.read_due(NOON, most=5) == 1
    return answering


def turn(at):
    with clock.at(at):
        return keeping.turn(at)


def kept(world):
    with tenancy.transaction(world.customer):
        rows = Backup.objects.order_by("taken_at")
        return [(row.taken_at - NOON) for row in rows]


def rhythm(world, days):
    with tenancy.transaction(world.customer):
        sites.change(world.site, by=world.agent, backup_days=days)


def test_one_is_taken_by_rhythm_and_not_again_before(world, read):
    for at in (NOON, NOON + HOUR, NOON + 7 * DAY - HOUR, NOON + 7 * DAY, NOON + 7 * DAY + HOUR):
        turn(at)

    assert kept(world) == [timedelta(), 7 * DAY]
    with tenancy.transaction(world.customer):
        assert AuditEvent.objects.filter(name="backup.taken").count() == 2


def test_what_a_job_or_a_person_took_counts(world, read):
    with tenancy.transaction(world.customer):
        Backup.objects.create(
            customer=world.customer, appliance=world.appliance, taken_at=NOON - 3 * DAY
        )

    for at in (NOON, NOON + 4 * DAY - HOUR, NOON + 4 * DAY):
        turn(at)

    assert kept(world) == [-3 * DAY, 4 * DAY]


def test_a_changed_rhythm_counts_at_once_and_off_means_none(world, read):
    turn(NOON)
    rhythm(world, 1)
    turn(NOON + DAY)
    rhythm(world, 0)
    turn(NOON + 60 * DAY)

    assert kept(world) == [timedelta(), DAY]


@pytest.mark.parametrize("why", ["job", "hold", "closed", "traffic", "never read", "no account"])
def test_none_is_taken_where_it_must_not_be(world, read, why):
    with tenancy.transaction(world.customer):
        box = Appliance.objects.get()
        if why == "hold":
            BaseHold.objects.create(
                customer=world.customer, appliance=box, step_id=box.pk, job_id=box.pk,
                opened_at=NOON, reason="so",
            )  # fmt: skip
        elif why == "closed":
            sites.close(world.site, by=world.agent, at=NOON)
        else:
            value = {
                "traffic": {"cluster_role": "TRAFFIC"}, "never read": {"last_seen_at": None},
                "no account": {"secret_key_id": ""},
            }.get(why, {})  # fmt: skip
            Appliance.objects.update(**value, backup_due_at=None)
    if why == "job":
        job = approved(world)
        with tenancy.transaction(world.customer):
            UpgradeJob.objects.filter(pk=job.pk).update(state="RUNNING")

    assert turn(NOON) == 0
    assert kept(world) == []


def test_a_failure_is_shown_told_once_and_tried_again_after_hours(world, read):
    read.faults(A, offline=True)
    for at in (NOON, NOON + 5 * HOUR, NOON + 6 * HOUR, NOON + 12 * HOUR):
        turn(at)

    with tenancy.transaction(world.customer):
        box = Appliance.objects.select_related("site").get()
        told = Message.objects.filter(kind="backup_failed").values_list("address", flat=True)
        assert len(told) == len(set(told)) == 2  # approver and operator
        assert box.backup_trouble
        assert box.next_backup_at(None, NOON + 12 * HOUR) == NOON + 18 * HOUR
        assert AuditEvent.objects.filter(name="backup.failed").count() == 1

    read.faults(A, offline=False)
    turn(NOON + 18 * HOUR)

    assert kept(world) == [18 * HOUR]
    with tenancy.transaction(world.customer):
        assert Appliance.objects.get().backup_trouble == ""


def test_one_worker_takes_them_and_never_beside_a_step(world, read):
    with closing(connection.copy()) as other, other.cursor() as cursor:
        key = ["all", alone.BACKUPS]
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, %s))", key)
        assert turn(NOON) == 0
        cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, %s))", key)
        key = [str(world.appliance.pk)]  # as door_claim_step has it
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", key)
        turn(NOON)
        cursor.execute("SELECT pg_advisory_unlock_all()")  # a closed connection ends later
    assert kept(world) == []

    turn(NOON + HOUR)  # its lease is over

    assert kept(world) == [HOUR]


def test_a_transfer_gives_way_to_a_job_that_begins(world, read, monkeypatch):
    monkeypatch.setattr(keeping, "LOOKS_SECONDS", 0.0)
    goes_on = keeping._gives_way(world.appliance, world.customer.pk)
    goes_on(1)
    job = approved(world)
    with tenancy.transaction(world.customer):
        UpgradeJob.objects.filter(pk=job.pk).update(state="RUNNING")

    with pytest.raises(InterruptedError):
        goes_on(2)


def old(world, *ages, **more):
    """Backups of so many days before NOON, with their files."""
    with tenancy.transaction(world.customer):
        for age in ages:
            file = evidence.keep(
                [b"a backup of long ago"], kind="BACKUP", name="old.nsb", by=None, at=NOON,
                subject=world.appliance,
            )  # fmt: skip
            Backup.objects.create(
                customer=world.customer, appliance=world.appliance, file=file,
                taken_at=NOON - age * DAY, **more,
            )  # fmt: skip


def ages(world):
    return [-gone.days for gone in kept(world)]


def test_what_was_kept_for_long_enough_goes_and_the_trail_says_so(world, read, own_store):
    old(world, 400, 200, 181, 179, 20)
    turn(NOON)

    assert ages(world) == [179, 20, 0]
    with tenancy.transaction(world.customer):
        told = AuditEvent.objects.get(name="backup.pruned").data
        assert (told["days"], len(told["backups"])) == (180, 3)
        names = set(EvidenceFile.objects.values_list("stored_as", flat=True))
        assert len(names) == 3
    cleaning.sweep_files(older_than=timedelta(seconds=-60))
    folder = f"{world.customer.pk}"
    assert set(cleaning._under(folder)) == names


def test_the_newest_three_stay_however_old_they_are_and_all_where_the_site_says_so(world, read):
    old(world, 700, 600, 500)
    turn(NOON)
    assert ages(world) == [600, 500, 0]

    with tenancy.transaction(world.customer):
        sites.change(world.site, by=world.agent, backup_kept_days=0)
    turn(NOON + 7 * DAY)
    assert ages(world) == [600, 500, 0, -7]


def test_what_a_job_took_or_relied_on_is_its_proof_and_stays(world, read):
    job = approved(world)
    with tenancy.transaction(world.customer):
        UpgradeJob.objects.filter(pk=job.pk).update(
            state="DONE", started_at=NOON - 300 * DAY, ended_at=NOON - 298 * DAY
        )
    old(world, 303, 301, 299, 297, 10, 9, 8)
    old(world, 400, step_id=world.appliance.pk)  # a step took it
    turn(NOON)

    assert ages(world) == [400, 301, 299, 10, 9, 8, 0]
