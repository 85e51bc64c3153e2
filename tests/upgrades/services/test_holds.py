"""A hold after a base problem goes by two people and the vendor's ticket (G-PREP-12, G-RULE-9)."""

import uuid

import pytest

from appliances.models import BaseHold
from portal import tenancy
from portal.errors import Refused
from portal.models import AuditEvent
from tests.conftest import NOON
from upgrades.services import holds


@pytest.fixture
def hold(world):
    with tenancy.transaction(world.customer):
        return BaseHold.objects.create(
            customer=world.customer, appliance=world.appliance, step_id=uuid.uuid4(),
            job_id=uuid.uuid4(), opened_at=NOON, reason="It hangs",
        )  # fmt: skip


def act(world, hold, what, **values):
    """One deed in a transaction of its own, as a page has it."""
    with tenancy.transaction(world.customer):
        getattr(holds, what)(BaseHold.objects.get(pk=hold.pk), at=NOON, **values)


def kept(world, hold):
    """The hold as it is now, and what was told of it."""
    with tenancy.transaction(world.customer):
        found = AuditEvent.objects.filter(name__startswith="hold.").order_by("number")
        return BaseHold.objects.get(pk=hold.pk), list(found.values_list("name", flat=True))


@pytest.mark.parametrize("ticket", ["", "  ", "42", " 42 "])
def test_without_a_ticket_number_nobody_asks(world, hold, ticket):
    with pytest.raises(holds.NeedsTicket) as refused:
        act(world, hold, "ask_release", ticket=ticket, by=world.operator)

    found, told = kept(world, hold)
    assert list(refused.value.fields) == ["ticket"]
    assert (found.asked_by_id, found.ticket, found.released_at, told) == (None, "", None, [])


def test_one_person_alone_never_releases_it(world, hold):
    with pytest.raises(holds.NeedsTwo):
        act(world, hold, "release", by=world.approver)
    act(world, hold, "ask_release", ticket=" 123 ", by=world.approver)
    with pytest.raises(holds.NeedsTwo):
        act(world, hold, "release", by=world.approver)

    found, told = kept(world, hold)
    assert (found.ticket, found.asked_by_id) == ("123", world.approver.pk)
    assert (found.released_at, told) == (None, ["hold.release_asked"])


def test_the_second_person_releases_it_once(world, hold):
    act(world, hold, "ask_release", ticket="123", by=world.operator)
    act(world, hold, "release", by=world.approver)

    with pytest.raises(Refused, match="released already"):
        act(world, hold, "release", by=world.approver)
    with pytest.raises(Refused, match="released already"):
        act(world, hold, "ask_release", ticket="456", by=world.operator)
    found, told = kept(world, hold)
    assert (found.released_at, found.released_by_id) == (NOON, world.approver.pk)
    assert (found.ticket, told) == ("123", ["hold.release_asked", "hold.released"])
