"""A whole job at a closed site, typed back from its form after each night."""

from datetime import datetime, timedelta

from portal import tenancy
from portal.models import AuditEvent, EvidenceFile
from tests.conftest import NOON
from tests.upgrades.reports.conftest import again, printed, words
from tests.upgrades.services.written.conftest import EVENING, HOUR, as_csv
from upgrades.models import Booking

DAY = timedelta(days=1)
FIRST = datetime.fromisoformat("2026-11-24T19:00+00:00")  # the windows: 22:00 in Istanbul
SECOND = FIRST + 2 * DAY


def test_a_whole_manual_job_is_typed_back_night_by_night(closed):
    prepared = closed.load(closed.filled(1, 8, begin=NOON))
    assert [step.seq for step in prepared.loaded] == list(range(1, 9))
    closed.turn(EVENING)
    closed.turn(FIRST)
    closed.turn(FIRST + 10 * HOUR)
    night = closed.filled(9, 16, begin=FIRST)
    assert closed.preview(night, at=FIRST + 11 * HOUR).problems == []
    assert [step.seq for step in closed.preview(night, at=FIRST + 11 * HOUR).loaded] == [
        *range(9, 17)
    ]
    assert closed.done() == [*range(1, 9)], "a preview writes nothing"
    closed.load(night, at=FIRST + 11 * HOUR)
    closed.turn(FIRST + 11 * HOUR)
    closed.load(closed.filled(17, 20, begin=FIRST + 32 * HOUR), at=FIRST + 40 * HOUR)
    closed.turn(SECOND)
    closed.load(closed.filled(21, 30, begin=SECOND), at=SECOND + 11 * HOUR)

    with tenancy.transaction(closed.world.customer):
        job = again(closed.job)
        assert (job.state, job.left_behind) == ("DONE", [])
        assert set(Booking.objects.values_list("state", flat=True)) == {"USED"}
        box = closed.world.site.appliances.get()
        assert (box.base_version, box.product_version) == ("4.0.1", "14.1.1")
        forms = EvidenceFile.objects.filter(content_type="text/csv")
        assert forms.count() == 4


def test_each_step_is_over_when_it_happened_and_marked_as_typed_in_later(closed):
    closed.load(closed.filled(1, 3, begin=NOON, by="Ayşe Kaya"))

    third = closed.steps()[2]
    happened = NOON + 30 * timedelta(minutes=1)
    assert (third.state, third.ended_at) == ("DONE", happened)
    assert third.confirmed_by == closed.world.operator
    assert third.evidence["written_by"] == "Ayşe Kaya"
    assert datetime.fromisoformat(third.evidence["happened_at"]) == happened
    assert datetime.fromisoformat(third.evidence["typed_at"]) == EVENING
    with tenancy.transaction(closed.world.customer):
        told = AuditEvent.objects.filter(name="step.done", data__seq=3).get()
    assert told.at == EVENING, "nothing is said to have been told before it was"
    paper = words(printed(closed.world, closed.job, "record", at=EVENING))
    assert "Done by, as written on paper: Ayşe Kaya" in paper
    assert "Done at, as written on paper: Mon 23 Nov 2026 15:30, UTC+03:00" in paper
    assert "Typed in afterwards, at: Mon 23 Nov 2026 23:00, UTC+03:00" in paper
    assert "form.csv document" in paper


def test_the_same_form_twice_changes_nothing(closed):
    rows = closed.filled(1, 5, begin=NOON)
    closed.load(rows)
    before = [(s.state, s.evidence, s.ended_at, s.token) for s in closed.steps()]
    with tenancy.transaction(closed.world.customer):
        events, files = AuditEvent.objects.count(), EvidenceFile.objects.count()

    again_told = closed.load(rows, at=EVENING + HOUR)

    assert [step.seq for step in again_told.same] == [1, 2, 3, 4, 5]
    assert again_told.loaded == []
    assert [(s.state, s.evidence, s.ended_at, s.token) for s in closed.steps()] == before
    with tenancy.transaction(closed.world.customer):
        assert (AuditEvent.objects.count(), EvidenceFile.objects.count()) == (events, files)


def test_the_form_itself_is_kept_as_it_came(closed):
    rows = closed.filled(1, 2, begin=NOON)
    closed.load(rows)

    with tenancy.transaction(closed.world.customer):
        kept = EvidenceFile.objects.get(content_type="text/csv")
    assert kept.name == "form.csv"
    assert kept.subject_id == closed.steps()[0].pk
    assert kept.site_id == closed.world.site.pk
    assert kept.size == len(as_csv(rows))


def test_a_form_loaded_in_parts_goes_on_from_where_it_was(closed):
    closed.load(closed.filled(1, 2, begin=NOON))
    told = closed.load(closed.filled(1, 4, begin=NOON))

    assert [step.seq for step in told.same] == [1, 2]
    assert [step.seq for step in told.loaded] == [3, 4]
