"""Passkeys: only what the right device signed, here, just now and once, is let through."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connections

from portal.errors import NotNow
from portal.models import Passkey, PasskeyChallenge, PlatformEvent, Session
from portal.services import cleaning, passkey_challenges, passkeys, people, second_step
from tests.factories import NOON, a_person
from tests.portal.authenticator import ORIGIN, Authenticator

HERE = "192.0.2.7"


@pytest.fixture(autouse=True)
def public(settings):
    settings.PUBLIC_URL = ORIGIN


@pytest.fixture
def person(db):
    return a_person()


def registered(user, device=None, name="Telephone", **how):
    device = device or Authenticator()
    ticket, asked = passkeys.begin_registration(user)
    device.codes = passkeys.register(user, ticket, device.create(asked, **how), name=name)
    return device


@pytest.fixture
def device(person):
    return registered(person)


def events():
    return list(PlatformEvent.objects.order_by("number").values_list("name", flat=True))


def test_it_signs_its_person_in(person, device):
    ticket, asked = passkeys.begin_sign_in()

    assert passkeys.sign_in(ticket, device.get(asked)) == person
    assert Passkey.objects.get().last_used_at is not None
    assert events() == ["passkey.added"]


def test_the_first_brings_recovery_codes_and_asks_for_more_than_the_password(person):
    assert not second_step.is_on(person)
    device = registered(person)

    assert second_step.is_on(person)
    assert len(device.codes) == 10
    second_step.check(person, device.codes[0], address=HERE)
    assert registered(person, name="Key").codes == []


def test_what_the_device_knows_of_a_person_is_random_and_one_for_all_their_passkeys(person, device):
    other = registered(person)
    stranger = registered(a_person(email="other@example.com"))
    handles = [bytes(row.handle) for row in Passkey.objects.all()]

    assert device.handle == other.handle != stranger.handle
    assert all(len(handle) == 64 and person.email.encode() not in handle for handle in handles)


@pytest.mark.parametrize(
    "how",
    [{"origin": "https://evil.example"}, {"origin": "http://portal.example"},
     {"host": "evil.example"}],
)  # fmt: skip
def test_what_was_signed_for_another_place_is_refused(person, device, how):
    ticket, asked = passkeys.begin_sign_in()
    with pytest.raises(passkeys.PasskeyRefused):
        passkeys.sign_in(ticket, device.get(asked, **how))
    with pytest.raises(passkeys.PasskeyRefused):
        registered(person, **how)


def test_who_does_not_prove_themselves_to_the_device_is_refused(person, device):
    device.verifies = False
    ticket, asked = passkeys.begin_sign_in()
    with pytest.raises(passkeys.PasskeyRefused):
        passkeys.sign_in(ticket, device.get(asked))
    with pytest.raises(passkeys.PasskeyRefused):
        registered(person, Authenticator(verifies=False))


def test_a_challenge_is_answered_once(person, device):
    ticket, asked = passkeys.begin_sign_in()
    answer = device.get(asked)
    passkeys.sign_in(ticket, answer)
    other, _asked = passkeys.begin_sign_in()

    for again in (ticket, other, None):
        with pytest.raises(passkeys.PasskeyRefused):
            passkeys.sign_in(again, answer)


def test_of_two_who_answer_the_same_challenge_at_once_one_passes(person, device):
    ticket, asked = passkeys.begin_sign_in()
    answer = device.get(asked)

    def show(_number):
        try:
            passkeys.sign_in(ticket, answer)
        except passkeys.PasskeyRefused:
            return False
        finally:
            connections["default"].close()
        return True

    with ThreadPoolExecutor(4) as several:
        assert sorted(several.map(show, range(4))) == [False, False, False, True]


def test_a_challenge_is_over_soon_and_swept(person, device, monkeypatch):
    monkeypatch.setattr(passkey_challenges, "LIVES", timedelta(seconds=-1))
    ticket, asked = passkeys.begin_sign_in()

    with pytest.raises(passkeys.PasskeyRefused):
        passkeys.sign_in(ticket, device.get(asked))
    cleaning.clean_up()
    assert not PasskeyChallenge.objects.exists()


def test_a_challenge_is_for_its_purpose_and_its_person_alone(person, device):
    other = a_person(email="other@example.com")
    ticket, asked = passkeys.begin_registration(person)
    with pytest.raises(passkeys.PasskeyRefused):
        passkeys.sign_in(ticket, device.get(asked))
    ticket, asked = passkeys.begin_registration(person)
    with pytest.raises(passkeys.PasskeyRefused):
        passkeys.register(other, ticket, Authenticator().create(asked), name="Theirs")


def test_after_a_password_only_that_persons_passkey_counts(person, device):
    other = a_person(email="other@example.com")
    theirs = registered(other)
    ticket, asked = passkeys.begin_sign_in(person)
    with pytest.raises(passkeys.PasskeyRefused):
        passkeys.sign_in(ticket, theirs.get(asked))

    ticket, asked = passkeys.begin_sign_in(person)
    assert passkeys.sign_in(ticket, device.get(asked)) == person


def test_neither_another_handle_nor_another_key_speaks_for_a_person(person, device):
    theirs = registered(a_person(email="other@example.com"))
    ticket, asked = passkeys.begin_sign_in()
    with pytest.raises(passkeys.PasskeyRefused):
        passkeys.sign_in(ticket, theirs.get(asked, handle=device.handle))

    forged = Authenticator(credential=device.credential)
    ticket, asked = passkeys.begin_sign_in()
    with pytest.raises(passkeys.PasskeyRefused):
        passkeys.sign_in(ticket, forged.get(asked, handle=device.handle))


def test_a_passkey_belongs_to_one_person(person, device):
    copy = Authenticator(credential=device.credential)
    with pytest.raises(passkeys.PasskeyKnown):
        registered(a_person(email="other@example.com"), copy)

    assert Passkey.objects.get().user == person


def test_a_count_that_does_not_grow_is_refused_and_noted(person):
    device = registered(person, Authenticator(count=5))
    for count, good in ((6, True), (6, False), (3, False), (0, False), (9, True)):
        device.count = count
        ticket, asked = passkeys.begin_sign_in()
        if good:
            passkeys.sign_in(ticket, device.get(asked))
            continue
        with pytest.raises(passkeys.PasskeyRefused):
            passkeys.sign_in(ticket, device.get(asked))
        event = PlatformEvent.objects.order_by("-number").first()
        assert (event.name, event.data["shown"]) == ("passkey.count_fell", count)


def test_one_that_was_removed_is_a_stranger(person, device):
    passkeys.remove(person, Passkey.objects.get().pk)

    ticket, asked = passkeys.begin_sign_in()
    with pytest.raises(passkeys.PasskeyRefused):
        passkeys.sign_in(ticket, device.get(asked))
    assert not second_step.is_on(person)
    assert second_step.codes_left(person) == 0
    assert events()[-1] == "passkey.removed"


def test_nobody_removes_another_persons(person, device):
    with pytest.raises(NotNow):
        passkeys.remove(a_person(email="other@example.com"), Passkey.objects.get().pk)

    assert Passkey.objects.exists()


def test_somebody_disabled_stays_out(person, device):
    people.disable(person, at=NOON)
    ticket, asked = passkeys.begin_sign_in()

    with pytest.raises(passkeys.PasskeyRefused):
        passkeys.sign_in(ticket, device.get(asked))


@pytest.mark.parametrize("rubbish", ["", "{}", "[]", "null", '{"id": 1}', "\x00", '{"id":"=="}'])
def test_rubbish_is_refused(person, rubbish):
    ticket, _asked = passkeys.begin_sign_in()
    with pytest.raises(passkeys.PasskeyRefused):
        passkeys.sign_in(ticket, rubbish)
    ticket, _asked = passkeys.begin_registration(person)
    with pytest.raises(passkeys.PasskeyRefused):
        passkeys.register(person, ticket, rubbish, name="Rubbish")


def test_there_are_only_so_many(person, device, monkeypatch):
    monkeypatch.setattr(passkeys, "MOST", 1)
    with pytest.raises(passkeys.TooManyPasskeys):
        passkeys.begin_registration(person)


@pytest.mark.parametrize("kept", [True, False])
def test_a_reset_takes_them_away_unless_told_otherwise(person, device, kept, capsys):
    Session.objects.create(session_key="k", session_data="", expire_date=NOON, user=person)
    call_command("reset_second_step", person.email, keep_passkeys=kept)

    assert Passkey.objects.exists() == second_step.is_on(person) == kept
    assert not Session.objects.exists()
    assert ("a passkey" in capsys.readouterr().out) == kept
