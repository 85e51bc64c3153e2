"""A request that is repeated is done once and answered alike."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client

from portal import tenancy
from portal.models import EvidenceFile, KeptAnswer
from portal.services import kept_answers
from tests import factories
from tests.portal.api.caller import ACT, Caller
from tests.upgrades.operator import PIXEL
from upgrades.models import MaintenanceWindow

HEADER = "Idempotency-Key"
EVERY_NIGHT = {"rule": "FREQ=DAILY", "starts_on": "2026-11-01", "at": "22:00", "minutes": 60}


@pytest.fixture
def path(world, noon):
    return f"sites/{world.site.pk}/windows"


@pytest.fixture
def program(world, noon):
    return Caller(world.approver, world.customer, ACT)


def windows(world):
    with tenancy.transaction(world.customer):
        return MaintenanceWindow.objects.count()


def test_a_repeat_is_answered_as_the_first_and_nothing_is_done_again(world, program, path):
    first = program.post(path, EVERY_NIGHT, **{HEADER: "one"})
    again = program.post(path, dict(reversed(EVERY_NIGHT.items())), **{HEADER: "one"})

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (
        None, "true",
    )  # fmt: skip
    assert windows(world) == 2  # the world's own, and this


def test_without_a_key_and_with_another_it_is_done_again(world, program, path):
    for headers in ({}, {}, {HEADER: "one"}, {HEADER: "two"}):
        assert program.post(path, EVERY_NIGHT, **headers).status_code == 201

    assert windows(world) == 5


def test_the_same_key_with_another_body_is_refused_and_nothing_is_done(world, program, path):
    program.post(path, EVERY_NIGHT, **{HEADER: "one"})

    answer = program.post(path, {**EVERY_NIGHT, "minutes": 90}, **{HEADER: "one"})

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert windows(world) == 2


def test_it_counts_for_one_caller_and_one_address(world, program, path):
    other = Caller(world.approver, world.customer, ACT)
    stranger = factories.a_customer("Borealis")
    theirs = Caller(factories.a_member(stranger), stranger, ACT)
    first = program.post(path, EVERY_NIGHT, **{HEADER: "one"})

    assert other.post(path, EVERY_NIGHT, **{HEADER: "one"}).json()["id"] != first.json()["id"]
    assert theirs.post(path, EVERY_NIGHT, **{HEADER: "one"}).status_code == 404
    elsewhere = program.post(f"windows/{first.json()['id']}/change", {}, **{HEADER: "one"})
    assert "Idempotency-Replayed" not in elsewhere.headers
    assert windows(world) == 3


def test_what_was_refused_is_not_kept(world, program, path):
    wrong = program.post(path, {**EVERY_NIGHT, "rule": "SOMETIMES"}, **{HEADER: "one"})
    right = program.post(path, EVERY_NIGHT, **{HEADER: "one"})

    assert (wrong.status_code, right.status_code) == (400, 201)


@pytest.mark.parametrize("word", ["", "with space", "é", "x" * 256, "a\tb"])
def test_a_key_that_is_none_is_refused(program, path, word):
    answer = program.post(path, EVERY_NIGHT, **{HEADER: word})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [HEADER]


def test_fifty_at_once_are_done_once_and_all_get_the_first_answer(world, program, path):
    together, said = threading.Barrier(50, timeout=120), []

    def ask():
        try:
            together.wait()
            answer = program.post(path, EVERY_NIGHT, **{HEADER: "one"})
            said.append((answer.status_code, answer.content, len(answer.headers)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    assert len(said) == 50
    assert {(status, content) for status, content, _ in said} == {(201, said[0][1])}
    assert windows(world) == 2


def test_a_day_later_it_is_forgotten(world, program, path):
    program.post(path, EVERY_NIGHT, **{HEADER: "one"})
    with tenancy.transaction(world.customer):
        row = KeptAnswer.objects.get()
        before = row.made_at - timedelta(hours=24)
        KeptAnswer.objects.update(made_at=before)

    assert "Idempotency-Replayed" not in program.post(path, EVERY_NIGHT, **{HEADER: "one"}).headers

    with tenancy.transaction(world.customer):
        KeptAnswer.objects.update(made_at=before)
    assert kept_answers.forget_old() == 1


def test_whoever_may_not_any_more_gets_no_kept_answer(world, program, path):
    program.post(path, EVERY_NIGHT, **{HEADER: "one"})
    with tenancy.transaction(world.customer):
        member = factories.Membership.objects.get(user=world.approver)
        member.role = "VIEWER"
        member.save()

    assert program.post(path, EVERY_NIGHT, **{HEADER: "one"}).status_code == 403

    with tenancy.transaction(world.customer):
        member.role, member.site_ids = "APPROVER", [world.customer.pk]
        member.save()
    assert program.post(path, EVERY_NIGHT, **{HEADER: "one"}).status_code in (404, 422)


def test_an_upload_is_kept_once_and_compared_by_its_bytes(world, program):
    def upload(content):
        headers = {**program.headers, HEADER: "one"}
        return Client().post("/api/v1/evidence", content, content_type="image/png", headers=headers)

    first, again, other = upload(PIXEL), upload(PIXEL), upload(PIXEL + b" ")

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again.content == first.content
    with tenancy.transaction(world.customer):
        assert EvidenceFile.objects.get().size == len(PIXEL)


def test_supports_key_for_every_customer_repeats_safely_too(world, path):
    agent = Caller(world.agent)

    first = agent.post(path, EVERY_NIGHT, **{HEADER: "one"})
    again = agent.post(path, EVERY_NIGHT, **{HEADER: "one"})

    assert first.content == again.content
    assert windows(world) == 2
