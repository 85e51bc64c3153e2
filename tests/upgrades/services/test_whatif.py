"""What-if: who would be hit, what each strategy makes of it, and all of it applied at once."""

from datetime import date, datetime, timedelta

import pytest

from portal import tenancy
from portal.models import AuditEvent, Contract, Message, Promise
from tests.conftest import NOON
from tests.upgrades.services.test_story import approved
from upgrades.models import Booking, Freeze, MaintenanceWindow, UpgradeJob
from upgrades.services import misfits, whatif
from upgrades.services.whatif import Strategy

NEXT, NEAREST, PREVIOUS, HOLD, CANCEL = Strategy


@pytest.fixture
def job(world, noon):
    """Booked for its two windows, at night of two days."""
    return approved(world)


def within(world):
    return tenancy.transaction(world.customer)


def starts(world, job):
    with within(world):
        rows = Booking.objects.filter(job=job, state__in=["HELD", "BOOKED"]).order_by("window")
        return [row.starts_at for row in rows]


def a_freeze(world, job, *, around=-1):
    """Over one of the job's windows (the last)."""
    at = starts(world, job)[around] + timedelta(hours=3)  # Istanbul's wall
    begin = at.replace(tzinfo=None) - timedelta(minutes=30)
    return whatif.AddFreeze("Stocktaking", begin, begin + timedelta(hours=12))


def seen(world, edit, by=None):
    with within(world):
        return whatif.preview(edit, by=by or world.approver, at=NOON)


def saved(world, edit, digest, strategy=NEXT, per_job=None, by=None):
    with within(world):
        return whatif.apply(
            edit, strategy=strategy, per_job=per_job or {}, digest=digest,
            by=by or world.approver, at=NOON,
        )  # fmt: skip


def everything(world):
    with within(world):
        return (
            list(UpgradeJob.objects.values()), list(Booking.objects.order_by("pk").values()),
            Freeze.objects.count(), Message.objects.count(), AuditEvent.objects.count(),
            list(MaintenanceWindow.objects.values()), list(Contract.objects.values()),
        )  # fmt: skip


def test_a_preview_shows_each_strategy_and_changes_nothing(world, job):
    was, before = starts(world, job), everything(world)

    found = seen(world, a_freeze(world, job))

    assert everything(world) == before
    [row] = found.rows
    assert (row.label, row.site, row.state) == (job.label, "Support desk", "SCHEDULED")
    assert [start for _window, start, _end in row.starts] == was[-1:]
    assert "Stocktaking" in str(row.why[0])
    day = timedelta(days=1)
    moves = {name: [one.now for one in each.moves] for name, each in row.outcomes.items()}
    assert moves[NEXT] == [was[-1] + day]
    assert abs(moves[NEAREST][0] - was[-1]) <= day
    assert moves[PREVIOUS][0] < was[-1]
    assert moves[HOLD] == moves[CANCEL] == []
    assert row.outcomes[HOLD].state == "DRAFT"
    assert row.outcomes[CANCEL].state == "CANCELLED"
    assert ("window_moved", world.operator.email) in row.outcomes[NEXT].letters


def test_what_is_saved_is_what_was_shown(world, job):
    edit = a_freeze(world, job)
    found = seen(world, edit)

    saved(world, edit, found.digest)

    shown = found.rows[0].outcomes[NEXT]
    assert starts(world, job)[-1] == shown.moves[0].now
    with within(world):
        assert Freeze.objects.get().title == "Stocktaking"
        assert misfits.standing(at=NOON) == {}
        told = Message.objects.filter(kind="window_moved").values_list("address", flat=True)
        assert sorted(told) == sorted(to for kind, to in shown.letters if kind == "window_moved")
        [event] = AuditEvent.objects.filter(name="job.displaced")
        assert (event.job_id, event.data["strategy"]) == (job.pk, "next")


def test_if_the_world_changed_meanwhile_it_is_shown_again_and_nothing_is_saved(world, job):
    edit = a_freeze(world, job)
    found = seen(world, edit)
    with within(world):  # somebody grants another window meanwhile: there is a nearer time
        MaintenanceWindow.objects.update(at=datetime(2026, 1, 1, 21, 0).time())  # noqa: DTZ001
    before = everything(world)

    with pytest.raises(whatif.ChangedMeanwhile) as refusal:
        saved(world, edit, found.digest)

    assert everything(world) == before
    assert refusal.value.now.digest != found.digest
    saved(world, edit, refusal.value.now.digest)


def test_saving_without_having_looked_is_refused_only_if_somebody_is_hit(world, job):
    with pytest.raises(whatif.ChangedMeanwhile):
        saved(world, a_freeze(world, job), "")
    far = datetime.fromisoformat("2027-06-01")
    saved(world, whatif.AddFreeze("Summer", far, far + timedelta(days=7)), "")
    with within(world):
        assert Freeze.objects.get().title == "Summer"


def test_each_job_may_be_treated_in_its_own_way(world, job):
    edit = a_freeze(world, job)

    saved(world, edit, seen(world, edit).digest, per_job={job.pk: CANCEL})

    with within(world):
        found = UpgradeJob.objects.get(pk=job.pk)
        assert (found.state, Freeze.objects.count()) == ("CANCELLED", 1)
        assert "Stocktaking" in found.reason


def test_held_means_a_draft_again_and_its_times_given_back(world, job):
    edit = a_freeze(world, job)

    saved(world, edit, seen(world, edit).digest, strategy=HOLD)

    with within(world):
        assert UpgradeJob.objects.get(pk=job.pk).state == "DRAFT"
    assert starts(world, job) == []


def test_what_a_strategy_cannot_do_saves_nothing_and_says_why(world, job):
    edit = a_freeze(world, job, around=0)  # nothing lies before the first window
    found = seen(world, edit)
    before = everything(world)
    assert found.rows[0].outcomes[PREVIOUS].refusal

    with pytest.raises(whatif.NotSettled) as refusal:
        saved(world, edit, found.digest, strategy=PREVIOUS)

    assert job.label in str(refusal.value)
    assert everything(world) == before


def test_an_agent_who_moves_beyond_the_approved_dates_returns_it_to_its_approver(world, job):
    last = starts(world, job)[-1].replace(tzinfo=None) + timedelta(hours=3)
    edit = whatif.AddFreeze("Long", last - timedelta(hours=1), last + timedelta(days=20))
    found = seen(world, edit, by=world.agent)

    assert found.rows[0].outcomes[NEXT].state == "PROPOSED"
    saved(world, edit, found.digest, by=world.agent)
    with within(world):
        assert UpgradeJob.objects.get(pk=job.pk).state == "PROPOSED"


def test_a_promise_that_would_break_is_named(world, job):
    with within(world):
        Promise.objects.create(
            customer=world.customer, kind="NOTICE", days=30, agreed_on=date(2026, 1, 1)
        )
    found = seen(world, a_freeze(world, job))

    outcomes = found.rows[0].outcomes
    assert "30 days of notice" in str((*outcomes[NEXT].broken, outcomes[NEXT].refusal)[0])
    assert outcomes[CANCEL].broken == ()


def test_a_window_changed_or_removed_is_previewed_as_it_is_saved(world, job):
    with within(world):
        window = MaintenanceWindow.objects.get()
    change = whatif.ChangeWindow(window.pk, {"rule": "FREQ=WEEKLY;BYDAY=SU"})
    found = seen(world, change)
    assert found.rows[0].outcomes[NEXT].moves
    removal = seen(world, whatif.RemoveWindow(window.pk))
    assert all(not removal.rows[0].outcomes[name].possible for name in (NEXT, NEAREST, PREVIOUS))

    saved(world, change, found.digest)

    with within(world):
        assert MaintenanceWindow.objects.get().rule == "FREQ=WEEKLY;BYDAY=SU"
    assert {start.weekday() for start in starts(world, job)} == {6}


def test_a_contract_that_ends_between_two_windows(world, job):
    last = starts(world, job)[-1].date()
    with within(world):
        contract = Contract.objects.get()
    end = whatif.EndContract(contract.pk, last - timedelta(days=1))

    found = seen(world, end)

    [row] = found.rows
    assert [start.date() for _window, start, _end in row.starts] == [last]
    assert not row.outcomes[NEXT].possible
    saved(world, end, found.digest, strategy=HOLD)
    with within(world):
        assert Contract.objects.get().ends_on == last - timedelta(days=1)


def test_a_withdrawn_package_is_no_matter_of_dates(world, job):
    found = seen(world, whatif.WithdrawPackage(world.packages["12.2.0"].pk))

    outcomes = found.rows[0].outcomes
    assert "another date does not help" in str(outcomes[NEXT].refusal)
    assert outcomes[HOLD].state == "DRAFT"
    world.packages["12.2.0"].refresh_from_db()
    assert world.packages["12.2.0"].withdrawn_at is None


def test_what_stands_in_a_freeze_already_can_be_settled_later(world, job):
    """After a kill between saving a freeze for all and moving the jobs: nothing is lost."""
    edit = a_freeze(world, job)
    with within(world):
        edit.apply(by=world.approver, at=NOON)
        freeze = Freeze.objects.get()
    settle = whatif.Settle(misfits.Kind.FREEZE, str(freeze.pk))
    found = seen(world, settle)
    assert [row.label for row in found.rows] == [job.label]

    saved(world, settle, found.digest)

    assert seen(world, settle).rows == ()
    saved(world, settle, "")  # again: there is nothing left to do
