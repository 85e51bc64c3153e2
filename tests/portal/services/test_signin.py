from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from portal.models import SignInTry
from portal.services import people, signin
from tests.factories import NOON, PASSWORD, a_person

HERE = "192.0.2.7"


def test_people_sign_in_by_address_and_password(db):
    person = a_person(email="ines@example.com")

    assert signin.authenticate(" Ines@Example.com ", PASSWORD, address=HERE) == person


def test_passwords_are_kept_with_argon2(db):
    person = people.create_user("ines@example.com", name="Ines", password=PASSWORD)

    assert person.password.startswith("argon2$argon2id$")


def test_a_wrong_password_an_unknown_person_and_a_disabled_one_get_the_same_answer(db):
    a_person(email="ines@example.com")
    people.disable(a_person(email="gone@example.com"), at=NOON)
    answers = set()
    for email, password in [
        ("ines@example.com", "wrong"),
        ("nobody@example.com", PASSWORD),
        ("gone@example.com", PASSWORD),
    ]:
        with pytest.raises(signin.WrongCredentials) as refusal:
            signin.authenticate(email, password, address=HERE)
        answers.add(str(refusal.value))

    assert len(answers) == 1


def test_an_unknown_address_costs_a_hash_too(db, monkeypatch):
    checked = []
    real = signin.hashers.check_password
    monkeypatch.setattr(
        signin.hashers, "check_password", lambda *words: checked.append(1) or real(*words)
    )
    for email in ("nobody@example.com", a_person().email):
        with pytest.raises(signin.WrongCredentials):
            signin.authenticate(email, "wrong", address=HERE)

    assert len(checked) == 2


def test_after_ten_wrong_passwords_the_right_one_is_refused_too(db):
    person = a_person()
    for _ in range(signin.OF_ONE_PERSON):
        with pytest.raises(signin.WrongCredentials):
            signin.authenticate(person.email, "wrong", address=HERE)

    with pytest.raises(signin.TooManyTries):
        signin.authenticate(person.email, PASSWORD, address="198.51.100.1")


def test_the_limit_ends_with_its_window(db):
    person = a_person()
    for _ in range(signin.OF_ONE_PERSON):
        signin.demand_few_tries("sign-in", person.email, HERE)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portal_signintry SET since = since - interval '16 minutes'")

    assert signin.authenticate(person.email, PASSWORD, address=HERE) == person


def test_a_good_sign_in_clears_the_persons_count(db):
    person = a_person()
    for _ in range(3 * signin.OF_ONE_PERSON):
        signin.authenticate(person.email, PASSWORD, address=f"{HERE}{_}")

    assert not SignInTry.objects.filter(key__startswith="sign-in-person").exists()


def test_one_network_address_cannot_try_everybody(db):
    for number in range(signin.OF_ONE_ADDRESS):
        signin.demand_few_tries("sign-in", f"person{number}@example.com", HERE)

    with pytest.raises(signin.TooManyTries):
        signin.demand_few_tries("sign-in", "one.more@example.com", HERE)


def test_tries_made_at_once_are_all_counted(db):
    def attempt(number):
        try:
            signin.demand_few_tries("sign-in", "ines@example.com", f"10.0.0.{number}")
        except signin.TooManyTries:
            return "refused"
        finally:
            connections["default"].close()
        return "let in"

    with ThreadPoolExecutor(8) as crowd:
        outcomes = list(crowd.map(attempt, range(24)))

    assert outcomes.count("let in") == signin.OF_ONE_PERSON


def test_counters_whose_window_is_over_are_forgotten(db):
    signin.demand_few_tries("sign-in", "ines@example.com", HERE)
    assert signin.forget_old_tries() == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portal_signintry SET since = since - interval '1 hour'")

    assert signin.forget_old_tries() == 2
