"""A return: never before production is confirmed elsewhere; its moves in order; two people for a
box that cannot be wiped."""

from datetime import date
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django_fsm import TransitionNotAllowed

from appliances.models import HardwareReturn
from appliances.services import boxes, led_returns, replacements, returning, returns
from portal import tenancy
from portal.models import AuditEvent
from tests import factories
from tests.appliances.services.test_replacements import register
from tests.conftest import NOON

JOB = SimpleNamespace(pk=uuid4(), label="UJ-7")
AT = {"at": NOON}


@pytest.fixture
def people():
    return factories.staff(name="Ada Agent"), factories.staff(name="Bo Agent")


@pytest.fixture
def old(customer, appliance):
    with tenancy.transaction(customer):
        appliance.serial = "OLD1"
        appliance.save()
        yield appliance


def led(old, people, **values):
    """A return that a hardware job opened."""
    new = register(old, **values)
    replacements.take_over(new, by=people[0], at=NOON)
    new.replaces.refresh_from_db()
    return returns.open_for_job(
        new, job=JOB, requested_by=people[0], authorised_by=people[1], by=people[0], at=NOON
    )


def test_a_job_opens_it_only_when_the_new_one_has_the_place(old, people):
    new = register(old)
    with pytest.raises(returns.NotConfirmed):
        returns.open_for_job(
            new, job=JOB, requested_by=people[0], authorised_by=people[1], by=people[0], at=NOON
        )
    assert not HardwareReturn.objects.exists()


def test_the_steps_of_its_job_move_it_and_its_page_does_not(customer, old, people):
    row = led(old, people)
    assert (row.state, row.serial, row.new_serial) == ("REPLACED", "OLD1", "NEW1")
    assert row.due_back_on == date(2026, 12, 3)
    with pytest.raises(returns.LedByJob, match="UJ-7"):
        returning.wipe(row, serial="OLD1", by=people[0], at=NOON)

    with tenancy.transaction(customer):
        seen = [moved_by(action, row, people) for action in LEAVING]
    assert seen == ["WIPED", "POWERED_OFF", "PACKED", "IN_TRANSIT"]
    row = HardwareReturn.objects.get()
    assert (row.carrier, row.tracking) == ("Parcel", "T1")

    with tenancy.transaction(customer):
        returns.let_go(JOB, at=NOON)
        row = HardwareReturn.objects.get()
        returning.receive(row, on=date(2026, 12, 1), by=people[0], at=NOON)
        returning.close(row, by=people[0], at=NOON)
    assert (row.state, row.is_overdue(date(2027, 1, 1))) == ("CLOSED", False)
    moves = AuditEvent.objects.filter(name="return.moved").order_by("number")
    assert [event.data["move"] for event in moves] == [
        "wipe", "power_off", "pack", "label", "book_pickup", "hand_over", "receive", "close",
    ]  # fmt: skip


LEAVING = ("factory_reset", "shut_down", "pack", "hand_over")


def moved_by(action, row, people):
    """A step of the job, proven twice; what the return is then."""
    told = {"serial": "old1", "carrier": "Parcel", "tracking": "T1"}
    for _ in range(2):
        led_returns.by_job(action, row.appliance, told, job=JOB, by=people[0], at=NOON)
    return HardwareReturn.objects.get().state


def test_the_reset_of_another_box_is_refused(old, people):
    row = led(old, people)
    with pytest.raises(boxes.WrongBox, match="OLD1"):
        led_returns.by_job("factory_reset", row.appliance, {"serial": "X"}, job=JOB, by=people[0],
                         at=NOON)  # fmt: skip
    assert HardwareReturn.objects.get().state == "REPLACED"


def test_no_step_moves_a_return_that_is_not_there(old, people):
    with pytest.raises(returning.WipeTooEarly):
        led_returns.by_job("factory_reset", old, {"serial": "OLD1"}, job=JOB, by=people[0], at=NOON)


def authorised(old, people):
    row = returns.open_failed(old, reason="It burnt.", kind="REPLACE", by=people[0], at=NOON)
    returns.request(row, by=people[0], at=NOON)
    with pytest.raises(returns.Refused, match="RMA"):
        returns.authorise(row, rma_number=" ", by=people[1], at=NOON)
    return returns.authorise(row, rma_number="RMA-1", by=people[1], at=NOON)


def test_wiped_too_early_is_refused_in_every_state_before(old, people):
    with pytest.raises(returns.NeedsReason):
        returns.open_failed(old, reason=" ", kind="REPLACE", by=people[0], at=NOON)
    row = authorised(old, people)
    with pytest.raises(returning.WipeTooEarly):
        returning.wipe(row, serial="OLD1", by=people[0], at=NOON)
    with pytest.raises(returning.WipeTooEarly):
        returning.ask_waiver(row, reason="dead", where="here", by=people[0], at=NOON)
    with pytest.raises(returns.NotConfirmed, match="still has its place"):
        returns.confirm_replacement(row, replacement=None, by=people[0], at=NOON)
    with pytest.raises(returns.AlreadyOpen):
        returns.open_failed(old, reason="Again.", kind="REPLACE", by=people[0], at=NOON)


def test_a_dead_box_leaves_with_the_word_of_two_people(old, people):
    row = authorised(old, people)
    new = register(old)
    returns.confirm_replacement(row, replacement=new, by=people[0], at=NOON)
    assert [box.pk for box in old.site.appliances.all()] == [new.pk]
    with pytest.raises(returning.NeedsTwo):
        returning.waive_wipe(row, by=people[1], at=NOON)
    returning.ask_waiver(row, reason="It is dead.", where="In the safe.", by=people[0], at=NOON)
    with pytest.raises(returning.NeedsTwo):
        returning.waive_wipe(row, by=people[0], at=NOON)

    returning.waive_wipe(row, by=people[1], at=NOON)

    assert (row.state, row.drives_where) == ("WIPED", "In the safe.")
    with pytest.raises(TransitionNotAllowed):
        returns.cancel(row, reason="No.", by=people[0], at=NOON)


def test_a_virtual_one_is_deleted_with_evidence_and_never_packed(old, people):
    old.physical = False
    old.save()
    row = led(old, people)
    returns.let_go(JOB, at=NOON)
    row = HardwareReturn.objects.get()
    with pytest.raises(returning.WrongKind):
        returning.wipe(row, serial="OLD1", by=people[0], at=NOON)
    with pytest.raises(returning.Refused):
        returning.delete(row, evidence="", by=people[0], at=NOON)

    returning.delete(row, evidence="Task 12 of the host", by=people[0], at=NOON)
    returning.close(row, by=people[0], at=NOON)
    assert row.state == "CLOSED"


def test_what_was_lost_on_the_way_is_closed_all_the_same(old, people):
    row = led(old, people)
    for action in LEAVING:
        moved_by(action, row, people)
    row = HardwareReturn.objects.get()
    assert row.is_overdue(date(2026, 12, 4))
    returning.lose(row, reason="The carrier cannot find it.", by=people[0], at=NOON)
    returning.close(row, by=people[0], at=NOON)
    assert row.state == "CLOSED"


def test_another_customer_sees_no_return(old, people, other_customer):
    led(old, people)
    with tenancy.transaction(other_customer):
        assert not HardwareReturn.objects.exists()
        assert not HardwareReturn._base_manager.exists()
