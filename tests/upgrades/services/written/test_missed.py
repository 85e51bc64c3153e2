"""A window that only the portal missed: the paper tells that it was kept."""

import pytest

from portal import tenancy
from portal.models import AuditEvent, Message
from tests import factories
from tests.conftest import NOON
from tests.upgrades.conftest import SINGLE, a_world
from tests.upgrades.reports.conftest import again
from tests.upgrades.services.written.conftest import EVENING, HOUR, MINUTE, Closed
from tests.upgrades.services.written.test_bad import line_of
from tests.upgrades.services.written.test_story import DAY, FIRST
from upgrades.models import Booking, JobStep
from upgrades.services import jobs, runs
from upgrades.services.written import found, loading

LATER = EVENING + 40 * HOUR  # the first window went by meanwhile
ADMINISTRATOR = "ADMINISTRATOR"


def standing(closed):
    with tenancy.transaction(closed.world.customer):
        job = again(closed.job)
        booked = sorted(Booking.objects.filter(job=job).values_list("window", "state"))
        letters = Message.objects.filter(kind="window_kept").count()
        return job.state, booked, closed.states(), AuditEvent.objects.count(), letters


def administrator(closed, **more):
    return factories.a_member(closed.world.customer, ADMINISTRATOR, **more)


def by(closed, person):
    """The same closed site; its form is loaded by somebody else."""
    closed.world.operator = person
    return closed


def night(closed, *, begin=FIRST, first=9, last=16):
    return closed.filled(first, last, begin=begin)


def refused(closed, rows, *, at=LATER):
    before = standing(closed)
    problems = closed.preview(rows, at=at).problems
    with pytest.raises(loading.FormIsBad):
        closed.load(rows, at=at)
    assert standing(closed) == before
    [problem] = problems
    return problem.sentence


@pytest.fixture
def missed(closed):
    """Its preparation was typed back when the window was over: the portal took it for missed."""
    closed.load(closed.filled(1, 8, begin=NOON), at=LATER)
    closed.turn(LATER)
    assert standing(closed)[1][0] == (1, "MISSED")
    assert closed.steps()[8].state == "WAITING"
    return closed


def test_whoever_types_steps_does_not_say_that_a_window_was_kept(missed):
    said = refused(missed, night(missed))

    assert "support or an administrator of yours may say that it was kept" in said


def test_nor_does_an_administrator_of_other_sites(missed):
    person = administrator(missed, site_ids=[missed.world.customer.pk])

    assert "support or an administrator" in refused(by(missed, person), night(missed))


@pytest.mark.parametrize("who", ["administrator", "support"])
def test_a_window_of_a_running_job_was_kept_by_the_paper(missed, who):
    person = administrator(missed) if who == "administrator" else missed.world.agent
    shown = by(missed, person).preview(night(missed), at=LATER)
    assert (shown.kept, shown.problems) == ([1], [])
    assert standing(missed)[1][0] == (1, "MISSED"), "a preview writes nothing"

    told = missed.load(night(missed), at=LATER)

    assert [step.seq for step in told.loaded] == [*range(9, 17)]
    state, booked, _states, _events, letters = standing(missed)
    assert (state, booked[0]) == ("RUNNING", (1, "USED"))
    ninth = missed.steps()[8]
    assert ninth.ended_at == FIRST + 10 * MINUTE
    assert ninth.evidence["typed_at"] == LATER.isoformat()
    with tenancy.transaction(missed.world.customer):
        kinds = Message.objects.filter(kind__in=["window_missed", "window_kept"])
        told_of = {kind: set(kinds.filter(kind=kind).values_list("address", flat=True))
                   for kind in ("window_missed", "window_kept")}  # fmt: skip
        assert told_of["window_missed"] <= told_of["window_kept"]
        assert letters == kinds.filter(kind="window_kept").count() > 0
        assert AuditEvent.objects.filter(name="booking.found_used").count() == 1
    missed.turn(LATER)
    assert standing(missed)[1][0] == (1, "USED"), "it is not missed again"
    same = missed.load(night(missed), at=LATER)
    assert (same.loaded, same.kept, len(same.same)) == ([], [], 8)


@pytest.mark.parametrize(("begin", "said"), [
    (FIRST - HOUR, "from Tue 24 Nov 2026 22:00 UTC+03:00 to Wed 25 Nov 2026 04:00 UTC+03:00"),
    (FIRST + 8 * HOUR, "this lies outside of it"),
])  # fmt: skip
def test_the_paper_must_tell_of_a_time_within_the_window(missed, begin, said):
    person = administrator(missed)

    assert said in refused(by(missed, person), night(missed, begin=begin))


def test_the_first_thing_of_the_window_must_have_begun_within_it(missed):
    rows = night(missed)
    line_of(rows, 9, "written_began_at")[1]["value"] = "2026-11-24 21:50"

    assert "outside of it" in refused(by(missed, administrator(missed)), rows)


def test_a_part_of_the_night_is_typed_and_the_rest_is_asked(missed):
    by(missed, administrator(missed)).load(night(missed, last=12), at=LATER)
    missed.turn(LATER)

    assert missed.steps()[12].state == "ASKING"
    assert standing(missed)[1][0] == (1, "IN_USE")


@pytest.fixture
def never_begun(catalogue, noon):
    """Approved; the portal heard nothing of it until its first night was over."""
    world = a_world(catalogue, {**SINGLE[0], "dialect": "NO_API"}, restricted_network=True)
    with tenancy.transaction(world.customer):
        job = jobs.draft(
            world.site, world.packages["14.1.1"], procedure="single", method="manual",
            by=world.agent, at=NOON,
        )  # fmt: skip
        jobs.submit(job, by=world.agent, at=NOON)
        jobs.approve(again(job), by=world.approver, at=NOON)
        runs.start_if_due(again(job), LATER)
    made = Closed(world, job)
    assert standing(made)[0] == "MISSED"
    return made


def whole(closed):
    """Preparation and night, as the paper has them."""
    rows = closed.filled(1, 8, begin=NOON + HOUR)
    return [row for row in rows if row["step"] in map(str, range(1, 9))] + [
        row for row in night(closed) if row["step"] in map(str, range(9, 17))
    ]


def test_a_job_that_was_missed_goes_on_from_where_the_paper_says(never_begun):
    by(never_begun, administrator(never_begun)).load(whole(never_begun), at=LATER)

    state, booked, states, _events, letters = standing(never_begun)
    assert (state, booked) == ("RUNNING", [(1, "USED"), (2, "BOOKED")])
    assert states.startswith("1D 2D 3D 4D 5D 6D 7D 8D 9D 10D 11D 12D 13D 14D 15D 16D")
    assert letters > 0
    with tenancy.transaction(never_begun.world.customer):
        job = again(never_begun.job)
        assert job.started_at == NOON + HOUR + 10 * MINUTE
        told = AuditEvent.objects.get(name="job.found_begun")
        assert told.at == LATER
    never_begun.turn(LATER)
    assert standing(never_begun)[0] == "RUNNING"
    assert never_begun.steps()[16].state == "ASKING", "the wait of a day goes on"


def test_who_types_steps_does_not_begin_a_missed_job(never_begun):
    assert "support or an administrator" in refused(never_begun, whole(never_begun))


def test_preparation_alone_does_not_begin_a_missed_job(never_begun):
    rows = never_begun.filled(1, 8, begin=NOON + HOUR)

    said = refused(by(never_begun, administrator(never_begun)), rows)

    assert "nothing of the window that was missed" in said


def test_nothing_of_it_was_done_before_it_was_approved(never_begun):
    rows = whole(never_begun)
    line_of(rows, 1, "written_done_at")[1]["value"] = "2026-11-23 14:00"

    said = refused(by(never_begun, administrator(never_begun)), rows)

    assert "not approved then" in said


def test_a_job_that_is_missed_is_looked_at_and_not_begun(never_begun):
    before = standing(never_begun)

    shown = by(never_begun, administrator(never_begun)).preview(whole(never_begun), at=LATER)

    assert (shown.problems, shown.kept, len(shown.loaded)) == ([], [1], 16)
    assert standing(never_begun) == before


def test_a_form_without_a_line_begins_nothing(never_begun):
    before = standing(never_begun)

    by(never_begun, administrator(never_begun)).load(never_begun.rows(), at=LATER)

    assert standing(never_begun) == before


def test_only_a_missed_window_is_found_kept(closed):
    closed.load(closed.filled(1, 8, begin=NOON), at=EVENING)
    closed.turn(FIRST)
    with tenancy.transaction(closed.world.customer):
        step = JobStep.objects.select_related("job__site").get(job=closed.job, seq=9)
        entry = loading.Written(FIRST + HOUR, "Jan")
        assert not found.take_up(step, entry, by=closed.world.agent, at=FIRST + DAY, corrects=True)
        assert Booking.objects.get(job=closed.job, window=1).state == "BOOKED"


@pytest.mark.parametrize(("effect", "kept"), [("callable", False), ("read", True)])
def test_a_window_that_begins_with_a_deed_of_the_portals_own_was_not_kept(missed, effect, kept):
    """No page of the guide has one; whoever writes one finds it refused."""
    with tenancy.transaction(missed.world.customer):
        JobStep.objects.filter(job=missed.job, seq=9).update(doer="portal", effect=effect)
    rows = night(by(missed, administrator(missed)), first=10)

    shown = missed.preview(rows, at=LATER)

    assert shown.kept == ([1] if kept else [])
    if not kept:
        assert "Step 9 comes first in this window" in refused(missed, rows)
    assert standing(missed)[1][0] == (1, "MISSED")
