"""A step that gets no person in time is told to the shift, then to whoever leads it; once each."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.urls import reverse

from portal import clock, tenancy
from portal.models import AuditEvent, Message
from tests import factories
from tests.conftest import NOON
from tests.upgrades import processes
from tests.upgrades.services.test_story import approved
from tests.upgrades.views import states
from upgrades.models import Escalation, JobStep, UpgradeJob
from upgrades.services import escalating, handing, runs

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def asking(world, noon):
    """A step outside any window, long before its deadline; a customer and a vendor with leads."""
    world.lead = factories.a_member(world.customer, "ADMINISTRATOR", "Lea Duty")
    world.elsewhere = factories.a_member(
        world.customer, "ADMINISTRATOR", "Conny Fined", site_ids=[world.customer.pk]
    )
    world.manager = factories.staff("ROLLOUT_MANAGER", name="Rolf Roster")
    job = approved(world)
    with tenancy.transaction(world.customer):
        running = runs.start(UpgradeJob.objects.get(pk=job.pk), by=world.agent, at=NOON)
        step = states.put(running, "ASKING", "test_elsewhere", at=NOON)
        JobStep.objects.filter(pk=step.pk).update(window=0, deadline_at=NOON + timedelta(days=9))
        JobStep.objects.filter(job=job, state="ASKING").exclude(pk=step.pk).update(
            holder=world.operator
        )
        Message.objects.all().delete()
    escalating.look_after(NOON)
    return step


def do(world, act, step, *, at=NOON, **values):
    with tenancy.transaction(world.customer):
        fresh = JobStep.objects.with_names().select_related("job__site").get(pk=step.pk)
        return act(fresh, at=at, **values)


def told(world, rung=None):
    """Who was written to of a step that waits."""
    with tenancy.transaction(world.customer):
        found = Message.objects.filter(kind="step_waits").select_related("recipient")
        return sorted(str(row.recipient) for row in found if rung in (None, rung_of(row)))


def rung_of(row):
    return int(row.dedupe_key.rsplit(":", 2)[1])


def open_one(world):
    with tenancy.transaction(world.customer):
        return Escalation.objects.filter(ended_at=None).first()


def test_an_offer_that_nobody_accepts_is_told_to_the_shift_and_then_to_its_leads(world, asking):
    do(world, handing.hand_over, asking, to=world.approver.pk, note="Bye", by=world.operator)
    for minutes in (0, 479):
        escalating.look_after(NOON + minutes * MINUTE)
    assert told(world) == []

    escalating.look_after(NOON + 480 * MINUTE)
    first = told(world)
    assert str(world.operator) in first  # who still holds it
    assert str(world.approver) not in first  # was asked already
    assert "Rolf Roster" not in first
    escalating.look_after(NOON + 900 * MINUTE)
    assert told(world) == first
    escalating.look_after(NOON + 960 * MINUTE)

    leads = told(world, 2)
    assert {"Lea Duty", "Rolf Roster"} <= set(leads)
    assert not {"Conny Fined", str(world.agent), str(world.operator)} & set(leads)
    for days in (1, 2, 30):
        escalating.look_after(NOON + timedelta(days=days))
    assert len(told(world)) == len(first) + len(told(world, 2))
    with tenancy.transaction(world.customer):
        rungs = AuditEvent.objects.filter(name="step.escalated").order_by("number")
        assert [(row.data["why"], row.data["rung"]) for row in rungs] == [
            ("OFFERED", 1), ("OFFERED", 2),
        ]  # fmt: skip


def test_who_offers_it_holds_it_until_it_is_accepted_or_taken(world, asking):
    offered = do(world, handing.hand_over, asking, to=world.approver.pk, by=world.operator)
    assert offered.holder_id == world.operator.pk  # nobody held it before
    with pytest.raises(handing.HeldBySomebody):
        do(world, handing.take, asking, by=world.agent)

    escalating.look_after(NOON + 480 * MINUTE)
    late = NOON + 481 * MINUTE
    with tenancy.transaction(world.customer):
        assert JobStep.objects.get(pk=asking.pk).holder_id == world.operator.pk
    taken = do(world, handing.take, asking, at=late, by=world.agent)

    assert (taken.holder_id, taken.offered) == (world.agent.pk, None)
    assert open_one(world) is None
    escalating.look_after(late + timedelta(days=3))
    assert told(world, 2) == []


def test_support_that_offers_it_for_somebody_gone_home_holds_it_meanwhile(world, asking):
    do(world, handing.take, asking, by=world.operator)

    offered = do(world, handing.hand_over, asking, to=world.approver.pk, by=world.agent)

    assert offered.holder_id == world.agent.pk
    accepted = do(world, handing.accept_handover, asking, by=world.approver)
    assert accepted.holder_id == world.approver.pk


def test_what_nobody_is_at_escalates_from_when_it_was_asked_and_again_when_given_back(
    world, asking
):
    assert (open_one(world).why, open_one(world).rung) == ("UNHELD", 0)
    escalating.look_after(NOON + 8 * HOUR)
    assert str(world.operator) in told(world, 1)
    do(world, handing.take, asking, at=NOON + 9 * HOUR, by=world.operator)
    assert open_one(world) is None

    do(world, handing.give_back, asking, at=NOON + 20 * HOUR, by=world.operator)
    before = len(told(world))
    escalating.look_after(NOON + 27 * HOUR)
    assert len(told(world)) == before
    escalating.look_after(NOON + 28 * HOUR)

    assert len(told(world)) == 2 * before
    assert open_one(world).since == NOON + 20 * HOUR


def test_the_less_time_there_is_the_sooner_it_escalates(world, asking, settings):
    step = JobStep(window=0, deadline_at=None)
    assert escalating.due(step, NOON) == NOON + 480 * MINUTE
    step.deadline_at = NOON + 26 * HOUR
    assert escalating.due(step, NOON) == NOON + 3 * HOUR
    step.deadline_at = NOON + HOUR
    assert escalating.due(step, NOON) == NOON + 60 * MINUTE
    step.window = 1
    assert escalating.due(step, NOON) == NOON + 10 * MINUTE
    settings.ESCALATE_MINUTES = ["5", "30", "90"]
    assert escalating.due(step, NOON) == NOON + 5 * MINUTE


def test_a_job_that_rests_escalates_nothing_and_waits_anew(world, asking):
    with tenancy.transaction(world.customer):
        UpgradeJob.objects.filter(pk=asking.job_id).update(state="PAUSED")
    escalating.look_after(NOON + 9 * HOUR)

    assert told(world) == []
    assert open_one(world) is None


def test_after_an_outage_of_ours_nobody_is_rushed(world, asking):
    escalating.look_after(NOON + timedelta(days=2))
    assert told(world, 2) == []
    escalating.look_after(NOON + timedelta(days=2) + 479 * MINUTE)
    assert told(world, 2) == []
    escalating.look_after(NOON + timedelta(days=2) + 480 * MINUTE)
    assert told(world, 2)


def test_sweeps_at_once_tell_nobody_twice(world, asking):
    together = threading.Barrier(4, timeout=60)

    def sweep():
        try:
            together.wait()
            escalating.look_after(NOON + 8 * HOUR)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    names = told(world)
    assert len(names) == len(set(names)) > 0
    with tenancy.transaction(world.customer):
        assert AuditEvent.objects.filter(name="step.escalated").count() == 1
        assert Escalation.objects.count() == 1


def test_a_worker_that_dies_in_the_middle_leaves_it_to_the_next(world, asking):
    at = NOON + 8 * HOUR
    process = processes.python("-m", "tests.upgrades.doomed_escalating", at.isoformat())
    assert process.wait(60) == -9
    assert told(world) == []
    assert open_one(world).rung == 0

    escalating.look_after(at)

    names = told(world)
    assert len(names) == len(set(names)) > 1
    assert open_one(world).rung == 1


def test_the_queue_says_for_how_long_nobody_has_it(world, asking, client):
    at = NOON + 8 * HOUR
    escalating.look_after(at)
    client.force_login(world.agent)

    with clock.at(at + 12 * MINUTE):
        page = client.get(reverse("upgrades:now")).content.decode()

    assert "nobody has it for 8 h 12 min" in page


def test_the_page_of_the_job_lets_everybody_take_it_once_it_escalated(world, asking, client):
    do(world, handing.hand_over, asking, to=world.approver.pk, by=world.operator)
    where = {"slug": world.customer.slug, "pk": asking.job_id}
    take = reverse("upgrades:step-take", kwargs={**where, "seq": asking.seq})
    client.force_login(world.agent)
    page = reverse("upgrades:job", kwargs=where)
    assert take not in client.get(page).content.decode()

    at = NOON + 8 * HOUR
    escalating.look_after(at)
    with clock.at(at):
        assert take in client.get(page).content.decode()
        client.post(take)

    with tenancy.transaction(world.customer):
        assert JobStep.objects.get(pk=asking.pk).holder_id == world.agent.pk
