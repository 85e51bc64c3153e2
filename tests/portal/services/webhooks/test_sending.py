"""Deliveries over HTTP, from the worker's own code to receivers of every kind."""

import time

import pytest

from portal import secrets, tenancy
from portal.models import Message, Webhook, WebhookDelivery
from portal.services.webhooks import endpoints, sending
from tests.clients.receiver import Inbox
from tests.conftest import NOON
from tests.portal.egress_listeners import page
from tests.portal.services.webhooks.conftest import ADDRESS, let_pass


def headers_of(request):
    head, _, body = request.partition(b"\r\n\r\n")
    lines = (line.partition(": ") for line in head.decode().split("\r\n")[1:])
    return {name.lower(): value for name, _, value in lines}, body


def test_while_a_secret_replaces_another_both_sign(hooked, answering):
    with tenancy.transaction(hooked.customer):
        _hook, new = endpoints.rotate(hooked.hook, by=hooked.administrator, at=NOON, hours=2)
    hooked.happens()

    [request], _taken = answering(page(b""))

    headers, body = headers_of(request)
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (hooked.secret, new):
        assert Inbox([secret], lambda event: None).take(headers, body)

    let_pass(hours=3)
    hooked.happens()
    [request], _taken = answering(page(b""))
    headers, body = headers_of(request)
    assert Inbox([new], lambda event: None).take(headers, body)
    with pytest.raises(Exception, match="no signature of ours"):
        Inbox([hooked.secret], lambda event: None).take(headers, body)


def slow(client):
    time.sleep(1.2)


def dying(client):
    client.close()


@pytest.mark.parametrize(
    ("serve", "outcome", "status"),
    [
        (page(b"", "302 Found", "Location: https://elsewhere.example.com/"), "redirects", 302),
        (page(b"no", "500 Oops"), "refused", 500),
        (page(b"no", "404 Not Found"), "refused", 404),
        (dying, "unreachable", None),
        (slow, "unreachable", None),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "unreachable", None),
        (b"nonsense", "unreachable", None),
    ],
    ids=["redirects", "error", "unknown", "dies", "slow", "cut-off", "nonsense"],
)
def test_what_is_no_answer_of_success_is_tried_again(
    hooked, answering, monkeypatch, serve, outcome, status
):
    monkeypatch.setattr(sending, "SECONDS", 1.0)
    hooked.happens()

    requests, taken = answering(serve)

    assert (len(requests), taken) == (1, 0), "a redirect is not followed"
    assert hooked.tries() == [(outcome, status)]
    assert hooked.deliveries() == [("FAILED", 1)]
    assert answering(page(b"")) == ([], 0), "it rests"
    let_pass(hours=0.1)
    assert answering(page(b""))[1] == 1
    assert hooked.deliveries() == [("SENT", 2)]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nand then it dies",
    ],
    ids=["nothing", "no-content", "no-length", "endless"],
)
def test_a_status_of_success_is_all_that_is_asked_of_an_answer(hooked, answering, answer):
    hooked.happens()

    assert answering(answer)[1] == 1
    assert hooked.deliveries() == [("SENT", 1)]


def test_pauses_grow_for_three_days_then_it_is_given_up_disabled_and_told(hooked, answering):
    hooked.happens()
    for pause in sending.PAUSES:
        assert answering(page(b"", "500 Oops"))[1] == 0
        let_pass(hours=pause.total_seconds() / 3600 + 0.001)
    assert hooked.again().state == Webhook.State.ACTIVE
    answering(page(b"", "500 Oops"))

    assert hooked.deliveries() == [("DEAD", len(sending.PAUSES) + 1)]
    assert hooked.again().state == Webhook.State.DISABLED
    with tenancy.transaction(hooked.customer):
        [mail] = Message.objects.filter(kind="webhook_disabled")
    assert (mail.address, "Our desk" in mail.subject) == ("elif.kaya@example.com", True)
    hooked.happens()
    assert len(hooked.deliveries()) == 1, "nothing is written for a disabled endpoint"


def test_an_endpoint_that_takes_other_events_is_not_disabled(hooked, answering):
    hooked.happens()
    answering(page(b"", "500 Oops"))
    let_pass(hours=71)
    hooked.happens()
    while answering(page(b""))[1]:
        pass
    with tenancy.transaction(hooked.customer):
        first = WebhookDelivery.objects.order_by("event__number").first()
        endpoints.send_again(first, by=hooked.administrator, at=NOON)
    let_pass(hours=71.9)
    hooked.happens()
    answering(page(b""))

    assert hooked.again().state == Webhook.State.ACTIVE


def test_an_endpoint_that_is_gone_is_disabled_at_once(hooked, answering):
    hooked.happens()
    answering(page(b"", "410 Gone"))

    assert hooked.again().state == Webhook.State.DISABLED
    assert answering(page(b"")) == ([], 0)
    with tenancy.transaction(hooked.customer):
        endpoints.enable(hooked.again(), by=hooked.administrator, at=NOON)
    let_pass(hours=1)
    assert answering(page(b""))[1] == 1, "what was queued goes on"


def test_one_that_fails_costs_one_call_a_pause_and_keeps_nobody_else_waiting(hooked, answering):
    for _ in range(8):
        hooked.happens()

    requests, _taken = answering(page(b"", "500 Oops"))

    assert len(requests) == 1
    assert sorted(hooked.deliveries()) == [("FAILED", 1)] + [("QUEUED", 0)] * 7


def test_a_worker_that_dies_after_the_call_sends_the_same_again_under_the_same_id(
    hooked, answering, monkeypatch
):
    hooked.happens()
    with monkeypatch.context() as patch:
        patch.setattr(sending, "_write_down", lambda *_: (_ for _ in ()).throw(OSError("killed")))
        [first], _taken = answering(page(b""))
    assert answering(page(b"")) == ([], 0), "leased"
    let_pass(hours=0.1)

    [second], taken = answering(page(b""))

    assert taken == 1
    assert headers_of(first)[0]["webhook-id"] == headers_of(second)[0]["webhook-id"]
    assert headers_of(first)[1] == headers_of(second)[1]


def test_senders_are_few_whatever_rings(hooked, answering, monkeypatch):
    hooked.happens()
    monkeypatch.setattr(sending, "SENDERS", 0)
    assert answering(page(b"")) == ([], 0)


def test_an_endpoint_inside_our_network_is_never_called(hooked):
    hooked.happens()

    assert sending.send_due(guard=sending.egress.Guard(resolve=lambda *_: ["169.254.169.254"])) == 0

    assert hooked.tries() == [("not-allowed", None)]


def test_secrets_lie_sealed_and_follow_a_new_key(hooked):
    assert hooked.secret.encode() not in bytes(hooked.hook.secret)
    hook = hooked.again()
    context = secrets.context_of(hook, "secret")
    assert secrets.unseal(hook.secret, key_id=hook.secret_key_id, context=context) == hooked.secret
    assert hook.address == ADDRESS


def test_what_was_delivered_long_ago_is_forgotten_with_its_tries(hooked, answering):
    hooked.happens()
    answering(page(b""))
    assert sending.forget_old() == 0
    let_pass(hours=24 * 91)

    assert sending.forget_old() == 1
    assert (hooked.deliveries(), hooked.tries()) == ([], [])


def test_a_fault_of_ours_is_a_try_like_others_and_nothing_the_endpoint_did(
    hooked, answering, monkeypatch
):
    """A secret that does not open: it was tried again each minute for ever, and nobody saw it."""
    hooked.happens()

    def lost(*_all, **_more):
        raise KeyError("no such key")

    with monkeypatch.context() as broken:
        broken.setattr(sending, "_secrets", lost)
        for tries in range(1, len(sending.PAUSES) + 2):
            assert sending.send_due() == 0
            with tenancy.transaction(hooked.customer):
                delivery = WebhookDelivery.objects.get()
                if delivery.state == "DEAD":
                    break
                assert (delivery.state, delivery.tries) == ("FAILED", tries)
                hook = Webhook.objects.get()
                assert (hook.state, hook.failures, hook.rests_until) == ("ACTIVE", 0, None)
                assert delivery.attempts.filter(outcome="fault", status=None).count() == tries
            let_pass(hours=20)
    assert delivery.state == "DEAD"
    assert tries > 3


def test_what_our_fault_held_arrives_once_it_is_mended(hooked, answering, monkeypatch):
    hooked.happens()
    with monkeypatch.context() as broken:
        broken.setattr(sending.bodies, "written", lambda _event: {}["nothing"])
        assert sending.send_due() == 0
    let_pass(hours=1)

    requests, taken = answering(page(b""))

    assert (len(requests), taken) == (1, 1)
    with tenancy.transaction(hooked.customer):
        assert WebhookDelivery.objects.get().state == "SENT"
