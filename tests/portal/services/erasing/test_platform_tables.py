"""What tables of the platform hold of a customer's."""

import pytest
from django.core.files.storage import default_storage
from django.db import connections

from appliances.models import Site
from portal import pdf, tenancy
from portal.services import evidence, leased
from portal.services.erasing import carrying_out
from tests.conftest import NOON
from tests.portal.services.erasing.conftest import DUE
from upgrades.models import (
    Enrolment,
    FleetCount,
    Rollout,
    RolloutReport,
    Seat,
    Team,
    UpgradeJob,
)
from upgrades.reports import rollout_making
from upgrades.services.fleetwide import counting, kept


def test_reports_that_name_its_sites_go_and_seats_forget_its_jobs(park):
    """Papers of other rollouts stay. What names many customers is made anew without this one."""
    rollout = Rollout.objects.get()
    other = Rollout.objects.create(
        name="O", release=rollout.release, starts_on=NOON.date(), ends_on=NOON.date(),
        made_by=park.staff, made_at=NOON,
    )  # fmt: skip
    paper = {"language": "en", "paper": "a4", "by": park.staff, "at": NOON, "state": "MADE"}
    mine = evidence.write("reports/mine.pdf", iter([b"x"]))
    RolloutReport.objects.create(rollout=rollout, stored_as=mine, **paper)
    kept = RolloutReport.objects.create(rollout=other, **paper)
    team = Team.objects.create(name="Night", zone="UTC")
    with tenancy.transaction(park.leaving):
        job = UpgradeJob.objects.get()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO upgrades_seat (id, team_id, hour, number, job_id, booking_id)"
            " VALUES (gen_random_uuid(), %s, %s, 1, %s, %s)",
            [team.pk, NOON, job.pk, job.pk],
        )
    park.asked_and_confirmed()

    park.erased()

    assert list(RolloutReport.objects.values_list("pk", flat=True)) == [kept.pk]
    assert not default_storage.exists(mine)
    assert list(Seat.objects.values_list("taken", flat=True)) == [False]


def test_counts_of_the_fleet_go_and_are_made_without_it(park, monkeypatch):
    """Its regions are its own words, and by customer its id is in them."""
    monkeypatch.setattr(kept, "FEW", -1)
    monkeypatch.setattr(kept, "QUICK", -1)
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE appliances_site SET closed_at = NULL, region = 'Secret Region'")
        cursor.execute("UPDATE appliances_appliance SET product_version = '12.1'")
    for by in counting.AXES:
        kept.count_now(by)
    gone = str(park.leaving.pk)
    assert gone in str(FleetCount.objects.get(pk="customer:0").counts)
    before = FleetCount.objects.get(pk="shape").counts["sites"]
    with tenancy.transaction(park.leaving):
        its_sites = Site.objects.filter(closed_at=None).count()
    park.asked_and_confirmed()

    park.erased()

    assert not FleetCount.objects.exists()
    for by in counting.AXES:
        kept.count_now(by)
    assert its_sites > 0
    assert FleetCount.objects.get(pk="shape").counts["sites"] == before - its_sites
    assert gone not in str(list(FleetCount.objects.values_list("counts", flat=True)))


def a_report(park, **values):
    told = {"language": "en", "paper": "a4", "by": park.staff, "at": NOON, **values}
    return RolloutReport.objects.create(rollout=Rollout.objects.get(), **told)


def piece_by_piece(park, meanwhile):
    """Every piece of the rows, with what somebody does after each: here, once nothing tells any
    more which rollouts named the customer."""
    erase = carrying_out._erase_rows
    carrying_out._erase_rows = lambda erasure: [erase(erasure), meanwhile()][0]
    try:
        park.carry_out()
    finally:
        carrying_out._erase_rows = erase


def test_a_report_read_while_the_rows_go_is_read_again(park):
    """Its worker loses it, and what it has read is not kept."""
    park.asked_and_confirmed()
    begun = []

    def reading():
        if not begun and not Enrolment.objects.exists():
            begun.append(a_report(park, state="MAKING", tries=1, read_at=NOON, facts="x"))

    piece_by_piece(park, reading)

    report = RolloutReport.objects.get()
    assert (report.state, report.read_at, report.facts) == ("WAITING", None, "")
    with pytest.raises(leased.Lost):
        leased.hold(begun[0], percent=90)
    with pytest.raises(leased.Lost), leased.ending(begun[0]) as row:
        row.finish(sha256="", size=1, stored_as="names it", at=NOON)
    assert RolloutReport.objects.get().state == "WAITING"


def test_a_report_made_while_the_rows_go_goes(park):
    park.asked_and_confirmed()
    made = []

    def making():
        if not made and not Enrolment.objects.exists():
            stored = evidence.write("rollout-reports/mine.pdf", iter([b"x"]))
            made.append(a_report(park, state="MADE", read_at=DUE, stored_as=stored))

    piece_by_piece(park, making)

    assert not RolloutReport.objects.exists()
    assert not default_storage.exists(made[0].stored_as)


def test_a_report_that_was_taken_while_it_was_typeset_leaves_no_file(park, monkeypatch):
    a_report(park)
    stored = []

    def taken(name, content):
        stored.append(own(name, content))
        RolloutReport.objects.all().delete()
        return stored[0]

    own = default_storage.save
    monkeypatch.setattr(pdf, "render", lambda html, **more: b"%PDF")
    monkeypatch.setattr(default_storage, "save", taken)

    assert rollout_making.make_due() == 0
    assert not default_storage.exists(*stored)


def test_with_a_report_goes_what_a_worker_stored_that_was_killed(park):
    report = a_report(park, state="FAILED", tries=2)
    left = evidence.write(report.file(2), iter([b"names it"]))

    park.asked_and_confirmed()
    park.erased()

    assert not RolloutReport.objects.exists()
    assert not default_storage.exists(left)


def test_a_report_read_after_the_last_row_went_stays(park):
    park.asked_and_confirmed()
    park.carry_out()
    kept = a_report(park, state="MADE", read_at=DUE)
    asked = a_report(park, state="MAKING", tries=1)

    park.erased()

    assert set(RolloutReport.objects.values_list("pk", "state")) == {
        (kept.pk, "MADE"), (asked.pk, "MAKING"),
    }  # fmt: skip
