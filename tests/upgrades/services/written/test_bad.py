"""Every line that cannot be right is named, and then nothing of the form is loaded."""

import pytest

from appliances import actions as do
from portal import tenancy
from portal.models import EvidenceFile
from tests.conftest import NOON
from tests.upgrades.reports.conftest import again
from tests.upgrades.services.written.conftest import EVENING, HOUR, as_csv
from upgrades.services import afterwards, stepping
from upgrades.services.written import loading, reading

OWN = ("written_by", "written_done_at", "written_began_at", "remark")
COLUMNS = ("field", "value", "job_id", "step_id")


@pytest.fixture
def rows(closed):
    return closed.filled(1, 3, begin=NOON)


def line_of(rows, seq, field):
    """Place in the table, as a spreadsheet numbers it; and the row itself."""
    for number, row in enumerate(rows, start=2):
        if (row["step"], row["field"]) == (str(seq), field):
            return number, row
    raise AssertionError((seq, field))


def refused(closed, rows, *, at=EVENING):
    """The one problem; and that neither the look nor the load changed anything."""
    before = [(s.state, s.evidence, s.token, s.ended_at) for s in closed.steps()]
    problems = closed.preview(rows, at=at).problems
    with pytest.raises(loading.FormIsBad):
        closed.load(rows, at=at)
    assert [(s.state, s.evidence, s.token, s.ended_at) for s in closed.steps()] == before
    with tenancy.transaction(closed.world.customer):
        assert not EvidenceFile.objects.filter(content_type="text/csv").exists()
    [problem] = problems
    return problem


@pytest.mark.parametrize(("seq", "field", "value", "said"), [
    (2, "written_done_at", "2026-11-24 22:30", "future"),
    (2, "written_done_at", "2026-11-23 14:59", "not begun"),
    (2, "written_done_at", "11/23/2026 15:30", "Write date and time"),
    (2, "written_done_at", "2026-11-23", "Write date and time"),
    (2, "written_done_at", "", "Write when"),
    (2, "written_by", "", "Write who"),
    (2, "written_began_at", "2026-11-23 21:00", "cannot have begun after"),
    (2, "remark", "=HYPERLINK(1)", "formula"),
    (2, "remark", "@here", "formula"),
    (2, "remark", "+49 30 1", "formula"),
    (2, "remark", "x" * 4001, "4000"),
    (3, "expires_on", "next year", "2026-12-31"),
    (3, "kept_at", "", "needed"),
])  # fmt: skip
def test_a_cell_that_cannot_be_right_is_named(closed, rows, seq, field, value, said):
    number, row = line_of(rows, seq, field)
    row["value"] = value

    problem = refused(closed, rows)

    assert said in problem.sentence
    assert problem.step == str(seq)
    if value:
        assert (problem.line, problem.field, problem.cell) == (number, field, value[:60])


def test_choices_ticks_numbers_and_versions_are_read_as_what_they_are(closed):
    rows = closed.filled(1, 3, begin=NOON)
    fields = {
        field.kind: (step.seq, field.name)
        for step in closed.steps()[:3]
        for field in do.find(step.action).evidence_fields
    }
    wrong = {"choice": "perhaps", "tick": "maybe", "number": "1.5", "version": "v12"}
    given = {kind: place for kind, place in fields.items() if kind in wrong}
    assert given
    for kind, (seq, name) in given.items():
        line_of(rows, seq, name)[1]["value"] = wrong[kind]

    problems = closed.preview(rows).problems

    assert {problem.field for problem in problems} == {name for _seq, name in given.values()}


@pytest.mark.parametrize(("column", "value", "said"), [
    ("step_id", "00000000-0000-0000-0000-000000000000", "no such step"),
    ("job_id", "00000000-0000-0000-0000-000000000000", "another job than UJ-1"),
    ("field", "serial_number", "no such field"),
])  # fmt: skip
def test_a_line_of_something_else_is_named(closed, rows, column, value, said):
    number, row = line_of(rows, 2, "written_by")
    row[column] = value
    row["value"] = "" if column == "field" else row["value"]
    rows.append({**line_of(rows, 2, "remark")[1], "field": "written_by", "value": "Jan"})

    problem = refused(closed, rows)

    assert said in problem.sentence
    assert problem.line == number


def test_a_thing_entered_twice_is_named(closed, rows):
    rows.append({**line_of(rows, 2, "written_by")[1], "value": "Somebody else"})

    assert "twice" in refused(closed, rows).sentence


def test_a_step_whose_turn_has_not_come_is_named_with_what_comes_first(closed):
    rows = closed.filled(3, 4, begin=NOON)

    problem = refused(closed, rows)

    assert problem.step == "3"
    assert "Step 1 comes first" in problem.sentence


def test_a_step_done_before_those_before_it_is_named(closed, rows):
    line_of(rows, 3, "written_done_at")[1]["value"] = "2026-11-23 15:05"

    assert "Step 2 comes before it, and was over at" in refused(closed, rows).sentence


def test_what_is_confirmed_with_something_else_is_named(closed, rows):
    closed.load(closed.filled(1, 1, begin=NOON))
    with tenancy.transaction(closed.world.customer):
        EvidenceFile.objects.filter(content_type="text/csv").update(content_type="text/old")
    line_of(rows, 1, "written_by")[1]["value"] = "Somebody else"

    problem = refused(closed, rows)

    assert "confirmed already, and with something else: written_by" in problem.sentence


def test_a_picture_that_was_not_given_along_is_named(closed):
    rows = closed.filled(1, 3, begin=NOON)
    with_picture = [(s.seq, f.name) for s in closed.steps()
                    for f in do.find(s.action).evidence_fields if f.kind == "file"]  # fmt: skip
    seq, name = with_picture[0]
    rows = closed.filled(1, seq, begin=NOON)
    line_of(rows, seq, name)[1]["value"] = "other.png"

    problems = closed.preview(rows, at=EVENING + 30 * HOUR).problems

    assert ["No file of this name" in one.sentence for one in problems] == [True]


def test_nothing_is_loaded_into_a_job_that_rests(closed, rows):
    with tenancy.transaction(closed.world.customer):
        job = again(closed.job)
        job.pause()
        job.save()

    with pytest.raises(stepping.JobRests):
        closed.preview(rows)
    with pytest.raises(stepping.JobRests):
        closed.load(rows)
    assert closed.done() == []


def refused_after(closed, rows, *, at):
    before = closed.states()
    [problem] = closed.preview(rows, at=at).problems
    with pytest.raises(loading.FormIsBad):
        closed.load(rows, at=at)
    assert closed.states() == before
    return problem


@pytest.mark.parametrize("content", [
    b"", b"a,b\n1,2\n", b"\x89PNG\r\n\x1a\n\x00", b"field,value\ndone_by,x\n", b"x" * 1_000_001,
    b"field,value,job_id,step_id\n" + b"a,b,c,d\n" * 5001,
])  # fmt: skip
def test_what_is_no_form_is_refused(closed, content):
    with tenancy.transaction(closed.world.customer), pytest.raises(reading.NoForm):
        loading.preview(
            again(closed.job), content, pictures={}, by=closed.world.operator, at=EVENING
        )


@pytest.mark.parametrize(("delimiter", "encoding"), [
    (";", "utf-8-sig"), ("\t", "utf-16"), (",", "cp1254"), (";", "utf-8"),
])  # fmt: skip
def test_whatever_a_spreadsheet_saves_is_read(closed, delimiter, encoding):
    rows = closed.filled(1, 2, begin=NOON, by="Ayşe Kaya")
    plain = [{name: row[name] if name in COLUMNS else "" for name in row} for row in rows]

    with tenancy.transaction(closed.world.customer):
        told = loading.load(
            again(closed.job), as_csv(plain, delimiter=delimiter, encoding=encoding),
            name="form.csv", pictures={}, by=closed.world.operator, at=EVENING,
        )  # fmt: skip

    assert len(told.loaded) == 2
    assert closed.steps()[0].evidence["written_by"] == "Ayşe Kaya"


@pytest.mark.parametrize(("text", "said"), [
    ("2026-10-25 02:30", "twice"), ("2026-03-29 02:30", "never showed"),
])  # fmt: skip
def test_times_that_the_clocks_showed_twice_or_never_are_asked_about(text, said):
    with pytest.raises(ValueError, match=said):
        reading._instant(text, "Europe/Berlin")
    assert reading._instant("2026-10-25T02:30+02:00", "Europe/Berlin").utcoffset() == 2 * HOUR


def test_days_with_dots_are_read_as_spreadsheets_write_them():
    plain = reading._instant("2026-11-23T22:30", "Europe/Berlin")

    assert reading._instant("23.11.2026 22:30", "Europe/Berlin") == plain
    assert reading._instant("23.11.2026 22:30:00", "Europe/Berlin") == plain


def test_the_marks_are_no_fields_of_any_action():
    known = {field.name for action in do.ALL.values() for field in action.evidence_fields}

    assert known.isdisjoint({*afterwards.NAMES, *OWN})
