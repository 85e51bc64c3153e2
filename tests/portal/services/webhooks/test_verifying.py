"""A real delivery at the reference receiver: verified once, refused when replayed or changed."""

import json
import time

import pytest

from portal import tenancy
from portal.models import WebhookDelivery
from portal.services.webhooks import endpoints, sending, signing
from tests.clients.receiver import TOLERANCE, Inbox
from tests.conftest import NOON
from tests.portal.egress_listeners import page
from tests.portal.services.webhooks.test_sending import headers_of


def test_a_real_delivery_reaches_the_reference_receiver_and_is_verified_once(hooked, received):
    got = []
    hooked.happens("job.started")
    hooked.happens("job.finished")

    with received(Inbox([hooked.secret], got.append)) as guard:
        assert sending.send_due(guard=guard) == 2
        with tenancy.transaction(hooked.customer):
            for delivery in WebhookDelivery.objects.select_related("webhook"):
                endpoints.send_again(delivery, by=hooked.administrator, at=NOON)
        assert sending.send_due(guard=guard) == 2  # taken, and known already

    assert sorted((event["number"], event["type"]) for event in got) == [
        (1, "job.started"), (2, "job.finished"),
    ]  # fmt: skip
    assert hooked.tries() == [("taken", 204)] * 4
    assert hooked.again().last_good_at is not None


def test_what_is_sent_holds_ids_and_states_alone(hooked, answering):
    hooked.happens("job.started")

    [request], taken = answering(page(b"thanks"))

    assert taken == 1
    line = request.partition(b"\r\n")[0]
    assert line == b"POST /changeover?token=abc HTTP/1.1"
    headers, body = headers_of(request)
    event = json.loads(body)
    assert headers["webhook-id"] == event["id"]
    assert b"secret words" not in request
    assert b"Marmara" not in request
    assert hooked.secret.encode() not in request
    assert set(event["data"]) == {
        "customer", "site", "job", "subject_type", "subject", "state", "actor",
    }  # fmt: skip


@pytest.mark.parametrize("late", [-TOLERANCE - 5, TOLERANCE + 5])
def test_what_is_replayed_later_is_refused_by_the_reference_receiver(hooked, received, late):
    got = []
    hooked.happens()

    inbox = Inbox([hooked.secret], got.append, now=lambda: time.time() + late)
    with received(inbox) as guard:
        assert sending.send_due(guard=guard) == 0

    assert (got, hooked.tries()) == ([], [("refused", 400)])


def test_a_body_or_an_id_that_was_changed_is_refused_by_the_reference_receiver(hooked, answering):
    hooked.happens()
    [request], _taken = answering(page(b""))
    headers, body = headers_of(request)
    inbox = Inbox([hooked.secret], lambda event: None)

    for wrong in ({"webhook-id": "another"}, {"webhook-signature": "v1,AAAA"}, {}):
        changed = body if wrong else body.replace(b"job.", b"jub.")
        with pytest.raises(Exception, match="no signature of ours"):
            inbox.take(headers | wrong, changed)
    assert inbox.take(headers, body)
    assert not inbox.take(headers, body)


def test_the_vector_of_the_specification():
    """From the reference implementations of Standard Webhooks."""
    assert signing.sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330, body=b'{"test": 2432232314}',
    ) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="  # fmt: skip
