"""Questions and reminders about appliances that are settled before their mail could leave."""

from datetime import timedelta

import pytest

from appliances.models import HardwareReturn
from appliances.services import questions, reminders, return_reminders, returns
from portal import tenancy
from portal.models import Message
from portal.services import messages
from tests import factories
from tests.conftest import NOON

DAY = timedelta(days=1)


def outbox(customer, kind):
    with tenancy.transaction(customer):
        return {str(row.state) for row in Message.objects.filter(kind=kind)}


@pytest.fixture
def operator(customer):
    return factories.a_member(customer, "OPERATOR", "Olga Petrova")


@pytest.mark.parametrize(("read", "state"), [(True, "WITHDRAWN"), (False, "SENT")])
def test_a_base_version_read_meanwhile(customer, appliance, operator, sink, read, state):
    reminders.ask_for_base_versions(at=NOON)
    assert outbox(customer, "base_version_asked") == {"QUEUED"}
    if read:
        with tenancy.transaction(customer):
            appliance.base_at = NOON
            appliance.save()

    messages.send_due(NOON + DAY)

    assert outbox(customer, "base_version_asked") == {state}


@pytest.mark.parametrize(("answered", "state"), [(True, "WITHDRAWN"), (False, "SENT")])
def test_a_question_answered_meanwhile(customer, appliance, operator, sink, answered, state):
    agent = factories.staff()
    with tenancy.transaction(customer):
        asked = questions.ask(appliance, text="Which first?", by=operator, at=NOON)
    if answered:
        with tenancy.transaction(customer):
            questions.answer(asked, text="The base", by=agent, at=NOON)

    messages.send_due(NOON + DAY)

    assert outbox(customer, "question_asked") == {state}


@pytest.mark.parametrize(
    ("days", "came_back", "state"),
    [(1, False, "SENT"), (4, False, "WITHDRAWN"), (1, True, "WITHDRAWN")],
    ids=["in time", "its day has passed", "cancelled"],
)
def test_a_return_that_is_soon_due(customer, appliance, operator, sink, days, came_back, state):
    with tenancy.transaction(customer):
        row = returns.open_failed(appliance, reason="Burnt.", kind="REPLACE", by=None, at=NOON)
        returns.describe(row, by=None, at=NOON, due_back_on=(NOON + 3 * DAY).date())
    return_reminders.remind(at=NOON)
    assert outbox(customer, "return_due") == {"QUEUED"}
    if came_back:
        with tenancy.transaction(customer):
            returns.cancel(HardwareReturn.objects.get(), reason="Repaired", by=None, at=NOON)

    messages.send_due(NOON + days * DAY)

    assert outbox(customer, "return_due") == {state}
