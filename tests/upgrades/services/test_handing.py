"""A step goes from hand to hand: who holds it, who may give it away, who may take it."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from portal import tenancy
from portal.errors import NotNow
from portal.models import AuditEvent, Message
from portal.services import keys
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services.test_story import approved
from tests.upgrades.views import states
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import handing, runs, steps


@pytest.fixture
def asking(world, noon):
    """A step that asks, of a job that runs."""
    job = approved(world)
    with tenancy.transaction(world.customer):
        running = runs.start(UpgradeJob.objects.get(pk=job.pk), by=world.agent, at=NOON)
        return states.put(running, "ASKING", "test_elsewhere", at=NOON)


def fresh(step):
    return JobStep.objects.with_names().select_related("job__site").get(pk=step.pk)


def do(world, act, step, **values):
    with tenancy.transaction(world.customer):
        return act(fresh(step), at=NOON, **values)


def test_it_is_offered_told_accepted_and_only_then_theirs(world, asking):
    do(world, handing.take, asking, by=world.operator)

    offered = do(world, handing.hand_over, asking, to=world.approver.pk, note="My shift ends",
                 by=world.operator)  # fmt: skip

    assert offered.holder_id == world.operator.pk
    assert offered.offered["name"] == "Jana Vesela"
    with tenancy.transaction(world.customer):
        [told] = Message.objects.filter(kind="step_handed_over")
        assert told.recipient_id == world.approver.pk
        assert "My shift ends" in told.body_text
    taken = do(world, handing.accept_handover, asking, by=world.approver)
    assert (taken.holder_id, taken.offered) == (world.approver.pk, None)
    with tenancy.transaction(world.customer):
        names = AuditEvent.objects.filter(subject_id=asking.pk).order_by("number")
        assert list(names.values_list("name", flat=True))[-2:] == [
            "step.handed_over", "step.handover_accepted",
        ]  # fmt: skip
    with pytest.raises(handing.HeldBySomebody):
        do(world, steps.confirm, asking, values={"tested": "lab"}, by=world.operator)


def test_only_whom_it_was_offered_to_accepts_it(world, asking):
    do(world, handing.hand_over, asking, to=world.approver.pk, by=world.operator)

    with pytest.raises(NotNow):
        do(world, handing.accept_handover, asking, by=world.operator)
    do(world, handing.take, asking, by=world.operator)  # an offer binds nobody

    with pytest.raises(NotNow):
        do(world, handing.accept_handover, asking, by=world.approver)


def test_the_holder_gives_it_away_or_somebody_who_may_skip_steps(world, asking):
    do(world, handing.take, asking, by=world.approver)

    with pytest.raises(handing.HeldBySomebody):
        do(world, handing.hand_over, asking, to=world.agent.pk, by=world.operator)
    with pytest.raises(handing.HeldBySomebody):
        do(world, handing.give_back, asking, by=world.operator)
    do(world, handing.hand_over, asking, to=world.operator.pk, by=world.agent)

    assert do(world, handing.accept_handover, asking, by=world.operator).holder == world.operator


def test_it_is_handed_to_nobody_who_may_not_act_here(world, asking):
    viewer = factories.a_member(world.customer, "VIEWER", "Vera Blum")
    elsewhere = factories.a_member(
        world.customer, "OPERATOR", "Conny Fined", site_ids=[world.customer.pk]
    )
    gone = factories.a_member(world.customer, "OPERATOR", "Gone Away", is_active=False)
    stranger = factories.a_member(factories.a_customer("Other"), "ADMINISTRATOR", "Otto Fremd")
    unknown_to_customers = factories.staff(name="Noor Haddad")

    for person in (viewer, elsewhere, gone, stranger, unknown_to_customers, world.operator):
        with pytest.raises(handing.NobodyToHandTo):
            do(world, handing.hand_over, asking, to=person.pk, by=world.operator)
    do(world, handing.hand_over, asking, to=unknown_to_customers.pk, by=world.agent)


def test_a_program_holds_it_for_a_lease_and_renews_it(world, asking):
    key, _token = keys.issue(
        "robot", user=world.operator, by=world.operator, at=NOON, customer=world.customer,
        scope="ACT",
    )  # fmt: skip
    first = do(world, handing.take, asking, by=world.operator, key=key).holder_until
    assert timedelta(minutes=14) < first - datetime.now(UTC) <= handing.LEASE
    assert do(world, handing.take, asking, by=world.operator, key=key).holder_until > first
    with pytest.raises(handing.HeldBySomebody):
        do(world, handing.take, asking, by=world.approver)

    with tenancy.transaction(world.customer):
        over = datetime.now(UTC) - timedelta(seconds=1)
        JobStep.objects.filter(pk=asking.pk).update(holder_until=over)

    taken = do(world, handing.take, asking, by=world.approver)
    assert (taken.holder_id, taken.holder_until) == (world.approver.pk, None)


def test_of_two_who_take_it_at_once_one_holds_it(world, asking):
    together, said = threading.Barrier(2, timeout=60), []

    def take(person):
        try:
            with tenancy.transaction(world.customer):
                step = fresh(asking)
                together.wait()
                handing.take(step, by=person, at=NOON)
            said.append("taken")
        except handing.HeldBySomebody as refusal:
            said.append(refusal.code)
        finally:
            connections.close_all()

    people = (world.operator, world.approver)
    threads = [threading.Thread(target=take, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(said) == ["held-by-somebody", "taken"]
