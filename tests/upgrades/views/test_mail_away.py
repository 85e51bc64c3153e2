"""The mail server is away for a day and comes back, in driven time: what people see meanwhile, and
that everything then leaves once."""

from datetime import UTC, datetime, timedelta

from django.db import connections

from portal import clock, tenancy
from portal.models import Delivery, Message
from portal.services import heartbeats, messages
from tests.conftest import NOON
from tests.upgrades.alerting import again
from tests.upgrades.services.test_story import approved
from tests.upgrades.views.conftest import browser
from tests.upgrades.views.test_calls import alerted
from upgrades.models import Booking
from upgrades.services import waking

DAY = timedelta(days=1)


def pause(world):
    """Until the next try, to the second. Pauses are real time: the row is made older by it."""
    with tenancy.transaction(world.customer):
        waits = Message.objects.get().again_at - datetime.now(UTC)
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE portal_message SET again_at = again_at - %s", [waits])
    return timedelta(minutes=round(waits.total_seconds() / 60))


def test_a_day_without_mail_server(world, sink, client):
    alerted(world)
    with tenancy.transaction(world.customer):
        message = Message.objects.get()
    sink.stop()
    at, pauses = NOON, []
    while at < NOON + DAY:
        assert messages.send_due(at) == 0
        pauses.append(pause(world))
        at += pauses[-1]

    assert [each.total_seconds() / 60 for each in pauses[:6]] == [1, 2, 5, 15, 60, 60]
    assert set(pauses[6:]) == {timedelta(hours=1)}
    assert again(world, message).state == "FAILED"
    agent, path = browser(world.agent), f"/c/meridian/messages/{message.pk}/"
    heartbeats.beat(heartbeats.STEPS)
    with clock.at(at):
        assert "Notices that have not left" in agent.get("/now/").content.decode()
        page = agent.get(path).content.decode()
        assert "The mail server refuses connections." in page
        assert "ConnectionRefusedError" not in page
        health = client.get("/healthz")
        assert (health.status_code, health.json()["parts"]["mail"]["up"]) == (200, False)

        sink.start()

        assert messages.send_due(at) == 1
        assert messages.send_due(at) == 0
        assert client.get("/healthz").json()["parts"]["mail"]["up"] is True
        assert "Notices that have not left" not in agent.get("/now/").content.decode()
    assert [mail["Message-ID"] for mail in sink.mails] == [message.message_id]
    told = again(world, message)
    assert (told.state, told.sent_at, told.tries) == ("SENT", at, len(pauses) + 1)
    with tenancy.transaction(world.customer):
        assert Delivery.objects.filter(message_id=message.pk, good=False).count() == len(pauses)


def an_hour_passes():
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE portal_message SET again_at = again_at - interval '1 hour',"
            " lease_until = lease_until - interval '1 hour'"
        )


def test_after_a_day_without_server_no_reminder_of_a_night_that_is_over_leaves(world, sink, noon):
    job = approved(world)
    with tenancy.transaction(world.customer):
        first = Booking.objects.filter(job=job, state="BOOKED").earliest("slot")
    messages.send_due(NOON)
    sink.mails.clear()
    sink.stop()
    at = first.starts_at - timedelta(hours=12)
    while at < first.starts_at + timedelta(hours=12):
        waking.look_after_jobs(at)
        assert messages.send_due(at) == 0
        an_hour_passes()
        at += timedelta(hours=1)
    sink.start()
    left = messages.send_due(at)
    for _turn in range(5):
        an_hour_passes()
        left += messages.send_due(at)

    with tenancy.transaction(world.customer):
        told = Message.objects.filter(asks_id=first.pk, written_at__gt=NOON)
        assert set(told.values_list("kind", "state", "withdrawn_why")) == {
            ("upgrade_before", "WITHDRAWN", "The window has begun.")
        }
        late = Message.objects.filter(sent_at=at)
        assert not late.filter(asks_id=first.pk).exists()
        assert not Message.objects.filter(state__in=["QUEUED", "FAILED", "DEAD"]).exists()
        assert left == late.count()
    assert len(sink.mails) == len({mail["Message-ID"] for mail in sink.mails}) == left
