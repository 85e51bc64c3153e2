"""A rollout's report is made by a worker: once, whole, noted and kept; or given up and said so."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, connections

from portal import pdf
from portal.models import PlatformEvent
from portal.services import dumping, leased
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services import rolled
from upgrades.models import RolloutReport
from upgrades.reports import rollout_making
from upgrades.services.rollouts import reports

MADE = b"%PDF-1.7 made elsewhere"


@pytest.fixture
def manager(db):
    return factories.staff("ROLLOUT_MANAGER", language="tr", zone="Europe/Istanbul")


@pytest.fixture
def rollout(manager, noon):
    return rolled.a_rollout(rolled.a_release(), manager)


@pytest.fixture
def typeset(monkeypatch):
    """What is typeset, without the seconds that it takes."""
    seen = []

    def made(html, **more):
        open_now = [each.in_atomic_block for each in (connection, connections["staff"])]
        seen.append((html, any(open_now)))
        return MADE

    monkeypatch.setattr(pdf, "render", made)
    return seen


def ask(rollout, manager, language="en"):
    return reports.ask(rollout, language=language, size="a4", by=manager, at=NOON)


def again(report):
    return RolloutReport.objects.get(pk=report.pk)


def test_it_is_read_typeset_kept_and_noted_with_both_digests(rollout, manager, typeset):
    report = ask(rollout, manager)

    assert rollout_making.make_due() == 1

    made = again(report)
    sha256 = hashlib.sha256(MADE).hexdigest()
    assert (made.state, made.percent, made.sha256, made.size) == ("MADE", 100, sha256, len(MADE))
    assert b"".join(reports.open_file(made)) == MADE
    [(html, in_transaction)] = typeset
    assert made.facts in html
    assert "Europe/Istanbul" in html
    assert not in_transaction
    noted = PlatformEvent.objects.get(name="rollout.report_made")
    assert noted.data == {"sha256": sha256, "facts": made.facts, "language": "en"}
    assert noted.actor_name == str(manager)
    assert reports.due() == []


def test_asked_twice_it_is_made_once_and_another_language_is_another(rollout, manager, typeset):
    first, second = ask(rollout, manager), ask(rollout, manager)
    third = ask(rollout, manager, "fr")

    assert first.pk == second.pk != third.pk
    assert rollout_making.make_due() == 2
    assert ask(rollout, manager).pk not in (first.pk, third.pk), "made: the next is a new one"


def test_printing_it_changes_no_fact(rollout, manager, typeset):
    first = ask(rollout, manager)
    rollout_making.make_due()
    second = ask(rollout, manager)
    rollout_making.make_due()

    assert again(first).facts == again(second).facts != ""


def test_a_worker_that_died_is_followed_by_another_and_nothing_is_left_behind(
    rollout, manager, typeset
):
    report = ask(rollout, manager)
    assert rollout_making.REPORTS.take(None, report.pk) is not None
    default_storage.save(report.file(1), ContentFile(b"half"))
    assert rollout_making.make_due() == 0, "its lease runs"
    RolloutReport.objects.update(lease_until=datetime.now(UTC) - timedelta(seconds=1))

    assert rollout_making.make_due() == 1
    assert again(report).stored_as == report.file(2)
    assert not default_storage.exists(report.file(1))


@pytest.mark.parametrize("where", ["typeset", "kept"])
def test_one_that_lost_its_lease_writes_nothing_over_the_others(
    rollout, manager, typeset, monkeypatch, where
):
    report, slow = ask(rollout, manager), []
    render, ending = pdf.render, leased.ending

    def overtaken():
        if not slow:
            slow.append(report)
            RolloutReport.objects.update(lease_until=None)
            assert rollout_making.make_due() == 1

    def rendered(html, **more):
        overtaken()
        return render(html, **more) + (b"" if again(report).state == "MAKING" else b" late")

    def kept(row):
        overtaken()
        return ending(row)

    if where == "typeset":
        monkeypatch.setattr(pdf, "render", rendered)
    else:
        monkeypatch.setattr(leased, "ending", kept)
    assert rollout_making.make_due() == 0

    assert slow == [report]
    assert b"".join(reports.open_file(again(report))) == MADE
    assert not default_storage.exists(report.file(1))
    assert PlatformEvent.objects.filter(name="rollout.report_made").count() == 1


def test_what_cannot_be_typeset_is_tried_three_times_and_then_given_up(
    rollout, manager, monkeypatch, caplog
):
    def broken(html, **more):
        raise pdf.PdfFailed("no fonts")

    monkeypatch.setattr(pdf, "render", broken)
    report = ask(rollout, manager)

    assert [rollout_making.make_due() for _ in range(4)] == [0, 0, 0, 0]

    assert again(report).state == "FAILED"
    with pytest.raises(reports.ReportNotMade):
        reports.open_file(again(report))
    assert not PlatformEvent.objects.filter(name="rollout.report_made").exists()


def test_a_backup_of_the_portal_has_its_file(rollout, manager, typeset, tmp_path):
    report = ask(rollout, manager)
    rollout_making.make_due()

    manifest = dumping.dump(tmp_path / "backup")

    assert again(report).stored_as in manifest["files"]
