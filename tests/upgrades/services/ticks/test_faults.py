"""A step that the portal itself fails at is put off and then held: it stands in nobody's way."""

from datetime import timedelta

import pytest

from portal import clock, tenancy
from portal.models import AuditEvent, Message
from tests.conftest import NOON
from upgrades.models import Attempt, JobStep
from upgrades.services import notices
from upgrades.services.ticks import faults, loading, loop, recording

MINUTE = timedelta(minutes=1)


def steps(world, job, **which):
    with tenancy.transaction(world.customer):
        return list(JobStep.objects.filter(job=job, **which).in_order())


def fails_at(monkeypatch, module, name, bad):
    """The portal has a bug that one step meets: the one whose id is in `bad`."""
    real = getattr(module, name)

    def broken(first, *values, **more):
        claim = first if module is loading else first.claim
        if claim.step_id in bad:
            raise KeyError("an action that this version does not know")
        return real(first, *values, **more)

    monkeypatch.setattr(module, name, broken)


@pytest.mark.parametrize(("module", "name"), [(loading, "load"), (recording, "record")])
def test_a_step_that_cannot_be_read_or_written_down_lets_the_others_go_on(
    world, started, monkeypatch, module, name
):
    bad, other = steps(world, started)[:2]
    with tenancy.transaction(world.customer):
        JobStep.objects.filter(pk=bad.pk).update(next_at=NOON - MINUTE)  # it comes first
        JobStep.objects.filter(pk=other.pk).update(state="READY", next_at=NOON)
    fails_at(monkeypatch, module, name, {bad.pk})

    with clock.at(NOON):
        loop.run(20)

    (now,) = steps(world, started, pk=bad.pk)
    assert (now.state, now.lease_until, now.next_at) == ("READY", None, NOON + faults.PUT_OFF)
    (turned,) = steps(world, started, pk=other.pk)
    assert turned.state != "READY"
    assert turned.began_at == NOON


@pytest.mark.parametrize(("module", "name"), [(loading, "load"), (recording, "record")])
def test_after_three_such_turns_a_person_has_it_and_is_told(
    world, started, monkeypatch, module, name
):
    bad = steps(world, started, state="READY")[0]
    fails_at(monkeypatch, module, name, {bad.pk})
    for turn in range(5):
        with clock.at(NOON + turn * 2 * MINUTE):
            loop.run(20)

    (now,) = steps(world, started, pk=bad.pk)
    assert now.state == "HELD"
    assert now.reason == f"{faults.BUG} (KeyError)"
    assert faults.FAULTS not in now.observed
    with tenancy.transaction(world.customer):
        held = AuditEvent.objects.filter(name="step.held", subject_id=bad.pk)
        assert held.count() == 1
        texts = [" ".join(one.body_text.split()) for one in Message.objects.all()]
        assert any(faults.BUG in text for text in texts), texts


def test_it_is_held_even_if_that_very_fault_keeps_people_from_being_told(
    world, started, monkeypatch
):
    bad = steps(world, started, state="READY")[0]
    fails_at(monkeypatch, loading, "load", {bad.pk})
    monkeypatch.setattr(notices, "step_held", lambda *_all, **_more: {}["nothing"])
    for turn in range(4):
        with clock.at(NOON + turn * 2 * MINUTE):
            loop.run(20)

    (now,) = steps(world, started, pk=bad.pk)
    assert now.state == "HELD"


def test_a_fault_that_passes_is_forgotten(world, started, monkeypatch):
    bad = steps(world, started, state="READY")[0]
    with monkeypatch.context() as once:
        fails_at(once, loading, "load", {bad.pk})
        with clock.at(NOON):
            loop.run(20)
    (now,) = steps(world, started, pk=bad.pk)
    assert now.observed[faults.FAULTS] == 1

    with clock.at(NOON + 2 * MINUTE):
        loop.run(20)

    (now,) = steps(world, started, pk=bad.pk)
    assert faults.FAULTS not in now.observed
    assert now.state not in ("READY", "HELD")


def test_what_was_sent_before_the_fault_is_asked_about_and_not_sent_again(
    world, started, monkeypatch
):
    """With its intent written the step is to be verified, and its attempt stays open meanwhile."""
    bad = steps(world, started, state="READY")[0]
    with tenancy.transaction(world.customer):
        box = JobStep.objects.filter(job=started).exclude(appliance=None).first().appliance_id
        Attempt.objects.create(
            customer=world.customer, step=bad, appliance_id=box, effect="callable", token=1,
            intent_at=NOON,
        )  # fmt: skip
    fails_at(monkeypatch, loading, "load", {bad.pk})
    with clock.at(NOON):
        loop.run(20)
    (now,) = steps(world, started, pk=bad.pk)
    assert now.state == "VERIFYING"
    for turn in (1, 2):
        with clock.at(NOON + turn * 2 * MINUTE):
            loop.run(20)

    (now,) = steps(world, started, pk=bad.pk)
    assert now.state == "HELD"
    with tenancy.transaction(world.customer):
        attempt = Attempt.objects.get(step=bad)
        assert (attempt.outcome, attempt.closed_at) == ("UNKNOWN", NOON + 4 * MINUTE)
