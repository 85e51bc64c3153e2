"""A mail that is late asks once more whether it is still true; what records a fact never does."""

from datetime import timedelta
from pathlib import Path

import pytest

from portal import clock, tenancy
from portal.models import Message
from portal.services import delivery, messages, still_true
from tests import factories
from tests.conftest import NOON
from tests.upgrades.alerting import a_contact, a_ready
from tests.upgrades.services.test_story import approved
from tests.upgrades.views import states
from upgrades.models import Booking, Enrolment, JobStep, UpgradeJob
from upgrades.services import alerts, bases_ahead, escalating, handing, jobs, notices, runs

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
EMAILS = Path(__file__).parents[3] / "templates" / "email"
NOT_OF_THE_OUTBOX = {"base", "row", "sign_in_changed"}


def outbox(world, kind):
    with tenancy.transaction(world.customer):
        return sorted(
            (str(row.state), row.withdrawn_why) for row in Message.objects.filter(kind=kind)
        )


def left(sink, world, kind, at):
    """Sends what is due; how many of a kind left, and why the others did not."""
    messages.send_due(at)
    rows = outbox(world, kind)
    whys = {why for _state, why in rows if why}
    assert {state for state, _why in rows} <= {"SENT", "WITHDRAWN"}
    return sum(state == "SENT" for state, _why in rows), whys


@pytest.fixture
def asking(world, noon, sink):
    job = approved(world)
    with tenancy.transaction(world.customer):
        running = runs.start(UpgradeJob.objects.get(pk=job.pk), by=world.agent, at=NOON)
        step = states.put(running, "ASKING", "test_elsewhere", at=NOON)
        Message.objects.all().delete()
    return step


def fresh(step):
    return JobStep.objects.with_names().select_related("job__site", "job__customer").get(pk=step.pk)


def test_every_kind_is_a_fact_or_has_a_judge():
    kinds = {file.stem for file in EMAILS.glob("*.txt")} - NOT_OF_THE_OUTBOX

    assert still_true.FACTS | still_true.judged() == kinds
    assert not still_true.FACTS & still_true.judged()


@pytest.mark.parametrize("kind", sorted(still_true.FACTS - {"invitation", "password_link"}))
def test_what_records_a_fact_leaves_however_late(world, sink, kind):
    with tenancy.transaction(world.customer):
        messages.write(
            kind, to=world.approver, about=world.site, key="1", context={}, at=NOON,
            asks=(world.site.pk, "gone"),
        )  # fmt: skip

    assert left(sink, world, kind, NOON + 90 * DAY) == (1, set())


@pytest.mark.parametrize("told", [notices.step_asks, notices.step_overdue, notices.step_held])
def test_a_step_that_was_taken_meanwhile_is_not_asked_for(world, asking, sink, told):
    with tenancy.transaction(world.customer):
        told(fresh(asking).job, fresh(asking), at=NOON)
    sink.stop()
    assert messages.send_due(NOON) == 0
    with tenancy.transaction(world.customer):
        Message.objects.update(again_at=None, lease_until=None)
        step = fresh(asking)
        step.verify()
        step.prove(at=NOON)
        step.save()
    sink.start()

    assert left(sink, world, "step_asks", NOON + DAY) == (
        0, {"The step does not wait for a person any more."},
    )  # fmt: skip
    assert sink.mails == []
    assert not delivery.late(NOON + 2 * DAY).exists()


def test_a_step_that_still_asks_is_asked_for_a_day_late(world, asking, sink):
    with tenancy.transaction(world.customer):
        notices.step_overdue(fresh(asking).job, fresh(asking), at=NOON)
        people = Message.objects.count()

    assert left(sink, world, "step_asks", NOON + DAY) == (people, set())


def test_an_offer_that_was_answered_is_not_made_again(world, asking, sink):
    with tenancy.transaction(world.customer):
        handing.hand_over(fresh(asking), to=world.approver.pk, by=world.operator, at=NOON)
    with tenancy.transaction(world.customer):
        handing.accept_handover(fresh(asking), by=world.approver, at=NOON)

    assert left(sink, world, "step_handed_over", NOON + HOUR) == (
        0, {"Somebody has the step meanwhile."},
    )  # fmt: skip


def test_an_escalation_is_over_once_somebody_has_it(world, asking, sink):
    escalating.look_after(NOON)
    escalating.look_after(NOON + 9 * HOUR)
    assert outbox(world, "step_waits")
    with tenancy.transaction(world.customer):
        handing.take(fresh(asking), by=world.operator, at=NOON + 9 * HOUR)

    number, whys = left(sink, world, "step_waits", NOON + 10 * HOUR)
    assert (number, whys) == (0, {"Somebody has the step meanwhile."})


def test_a_window_is_told_of_until_it_begins_or_moves(world, sink, noon):
    job = approved(world)
    with tenancy.transaction(world.customer):
        first = Booking.objects.filter(job=job, state="BOOKED").earliest("slot")
        Message.objects.all().delete()

    def tell(rung):
        with tenancy.transaction(world.customer):
            Message.objects.all().delete()
            booking = Booking.objects.select_related("job__site").get(pk=first.pk)
            notices.before(booking.job, booking, rung=rung, at=NOON)
            return Message.objects.count()

    people = tell("1")
    assert left(sink, world, "upgrade_before", first.starts_at - HOUR) == (people, set())
    tell("2")
    assert left(sink, world, "upgrade_before", first.starts_at) == (0, {"The window has begun."})
    tell("3")
    with tenancy.transaction(world.customer):
        Booking.objects.filter(pk=first.pk).update(revision=first.revision + 1)
    assert left(sink, world, "upgrade_before", first.starts_at - HOUR) == (
        0, {"The window was moved or given back meanwhile."},
    )  # fmt: skip


def test_an_upgrade_that_was_decided_is_not_asked_about(world, sink, noon):
    with tenancy.transaction(world.customer):
        job = jobs.draft(world.site, world.packages["12.2.0"], by=world.agent, at=NOON,
                         procedure="single", method="automatic")  # fmt: skip
        jobs.submit(job, by=world.agent, at=NOON)
    assert outbox(world, "upgrade_proposed")
    with tenancy.transaction(world.customer):
        job = UpgradeJob.objects.get(pk=job.pk)
        jobs.approve(job, by=world.approver, at=NOON, digest=job.plan["digest"], word=False)

    assert left(sink, world, "upgrade_proposed", NOON + HOUR) == (
        0, {"It was decided meanwhile."},
    )  # fmt: skip
    assert left(sink, world, "upgrade_approved", NOON + HOUR)[0] > 0


@pytest.mark.parametrize("decided", [True, False])
def test_an_alert_leaves_only_while_the_offer_stands(world, sink, noon, decided):
    a_contact(world, "Jana", email=world.approver.email)
    enrolment = a_ready(world)
    with tenancy.transaction(world.customer):
        row = alerts.alert(Enrolment.objects.get(pk=enrolment.pk), at=NOON)
        if decided:
            jobs.reject(row.job, by=world.approver, reason="Not now", at=NOON)

    assert left(sink, world, "readiness_alert", NOON + DAY) == (
        (0, {"It was decided meanwhile."}) if decided else (1, set())
    )


def test_a_base_version_that_was_read_is_not_asked_for(world, sink, noon):
    job = approved(world)
    with tenancy.transaction(world.customer):
        first = Booking.objects.filter(job=job, state="BOOKED").earliest("slot")
        world.site.appliances.update(base_at=NOON - 90 * DAY)
    near = first.starts_at - 2 * DAY
    bases_ahead.look_after(near)
    assert outbox(world, "base_version_ahead")
    with tenancy.transaction(world.customer):
        world.site.appliances.update(base_at=near)

    assert left(sink, world, "base_version_ahead", near + HOUR) == (
        0, {"The versions were read meanwhile."},
    )  # fmt: skip


def test_a_message_that_names_no_row_leaves(world, asking, sink):
    """Written before there were judges."""
    with tenancy.transaction(world.customer):
        messages.write("step_asks", to=world.operator, about=fresh(asking).job, key="old",
                       context={}, at=NOON)  # fmt: skip

    assert left(sink, world, "step_asks", NOON + DAY) == (1, set())


def test_the_ledger_says_that_it_was_withdrawn_and_why_and_sends_it_no_more(
    world, asking, sink, client
):
    with tenancy.transaction(world.customer):
        notices.step_asks(fresh(asking).job, fresh(asking), at=NOON)
        step = fresh(asking)
        step.verify()
        step.prove(at=NOON)
        step.save()
    messages.send_due(NOON)
    client.force_login(factories.a_member(world.customer, "ADMINISTRATOR"))
    with tenancy.transaction(world.customer):
        message = Message.objects.get(kind="step_asks")
    one = f"/c/meridian/messages/{message.pk}/"

    with clock.at(NOON):
        for path in ("/c/meridian/messages/?state=WITHDRAWN", one):
            page = client.get(path).content.decode()
            assert "Withdrawn" in page
            assert "The step does not wait for a person any more." in page
        assert "Send again" not in client.get(one).content.decode()
        assert client.post(f"{one}send-again/").status_code == 409
    assert outbox(world, "step_asks")[0][0] == "WITHDRAWN"
