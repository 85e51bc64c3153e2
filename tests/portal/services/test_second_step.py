"""The second step of signing in: each code good once, keys sealed, codes kept as digests."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyotp
import pytest
from django.core.management import call_command
from django.db import connection, connections

from portal import secrets
from portal.errors import NotNow
from portal.models import PlatformEvent, RecoveryCode, SecondStep, Session
from portal.services import keyring, second_step, signin
from tests.factories import NOON, a_person, staff

HERE = "192.0.2.7"


@pytest.fixture
def person(db):
    return a_person()


def app_of(user):
    return pyotp.TOTP(second_step.being_set_up(user).text)


@pytest.fixture
def on(person):
    """A person with a second step, their app, and their recovery codes. The code that turned it
    on is used up: the next one is of the next time step, which is let through as a little early."""
    second_step.prepare(person)
    app = app_of(person)
    codes = second_step.confirm(person, app.now(), address=HERE)
    return person, app, codes


def early(app):
    return app.at(second_step._now(), counter_offset=1)


def events():
    return list(PlatformEvent.objects.order_by("number").values_list("name", flat=True))


def test_it_counts_once_the_first_code_was_right(person):
    second_step.prepare(person)
    assert not second_step.is_on(person)
    with pytest.raises(second_step.WrongCode):
        second_step.confirm(person, "000000", address=HERE)

    codes = second_step.confirm(person, app_of(person).now(), address=HERE)

    assert second_step.is_on(person)
    assert second_step.being_set_up(person) is None
    assert len(set(codes)) == second_step.codes_left(person) == 10
    assert events()[-1] == "second_step.turned_on"
    with pytest.raises(NotNow):
        second_step.prepare(person)
    with pytest.raises(NotNow):
        second_step.confirm(person, "000000", address=HERE)


def test_a_code_of_the_app_is_good_once(on):
    person, app, _codes = on
    with pytest.raises(second_step.WrongCode):  # the one that turned it on
        second_step.check(person, app.now(), address=HERE)
    code = early(app)
    second_step.check(person, f"{code[:3]} {code[3:]}", address=HERE)

    with pytest.raises(second_step.WrongCode):
        second_step.check(person, code, address=HERE)


def test_of_two_who_show_the_same_code_at_once_one_passes(on):
    person, app, _codes = on
    code = early(app)

    def show(_number):
        try:
            second_step.check(person, code, address=HERE)
        except second_step.WrongCode:
            return False
        finally:
            connections["default"].close()
        return True

    with ThreadPoolExecutor(4) as several:
        assert sorted(several.map(show, range(4))) == [False, False, False, True]


@pytest.mark.parametrize("steps", [-3, 3])
def test_a_code_of_another_minute_is_wrong(on, steps):
    person, app, _codes = on

    with pytest.raises(second_step.WrongCode):
        second_step.check(person, app.at(second_step._now(), counter_offset=steps), address=HERE)


def test_a_recovery_code_is_good_once_however_it_is_typed(on):
    person, _app, codes = on
    second_step.check(person, f" {codes[3].upper().replace('-', ' ')} ", address=HERE)

    with pytest.raises(second_step.WrongCode):
        second_step.check(person, codes[3], address=HERE)
    assert second_step.codes_left(person) == 9
    assert events()[-1] == "second_step.code_used"


def test_nobody_elses_code_is_good(on):
    _person, _app, codes = on

    with pytest.raises(second_step.WrongCode):
        second_step.check(a_person(email="other@example.com"), codes[0], address=HERE)


def test_new_codes_end_the_old_ones(on):
    person, _app, codes = on
    fresh = second_step.renew_codes(person, codes[0], address=HERE)

    assert not set(fresh) & set(codes)
    with pytest.raises(second_step.WrongCode):
        second_step.check(person, codes[1], address=HERE)
    second_step.check(person, fresh[0], address=HERE)


def test_guessing_ends_soon(on):
    person, _app, codes = on
    for _ in range(signin.OF_ONE_PERSON):
        with pytest.raises(second_step.WrongCode):
            second_step.check(person, "000000", address=HERE)

    with pytest.raises(signin.TooManyTries):
        second_step.check(person, codes[0], address=HERE)


def test_it_is_turned_off_with_a_code_and_not_by_staff(on, settings):
    person, _app, codes = on
    with pytest.raises(second_step.WrongCode):
        second_step.turn_off(person, "000000", address=HERE)
    person.staff_role = "AGENT"
    settings.SECOND_STEP_FOR_STAFF = True
    with pytest.raises(second_step.StepIsDemanded):
        second_step.turn_off(person, codes[0], address=HERE)
    settings.SECOND_STEP_FOR_STAFF = False

    second_step.turn_off(person, codes[0], address=HERE)

    assert not second_step.is_on(person)
    assert second_step.codes_left(person) == 0


def test_a_reset_signs_out_everywhere_and_says_by_whom(on):
    person, _app, _codes = on
    by = staff("ADMINISTRATOR")
    Session.objects.create(session_key="k", session_data="", expire_date=NOON, user=person)

    second_step.reset(person, by=by)

    assert not second_step.is_on(person)
    assert not Session.objects.filter(user=person).exists()
    event = PlatformEvent.objects.get(name="second_step.reset")
    assert (event.actor_id, event.subject_id) == (by.pk, str(person.pk))


def test_the_command_resets_it_too(on, capsys):
    person, _app, _codes = on
    call_command("reset_second_step", person.email)

    assert not second_step.is_on(person)
    assert person.email in capsys.readouterr().out


def test_neither_key_nor_codes_lie_open(on):
    _person, app, codes = on
    with connection.cursor() as cursor:
        cursor.execute("SELECT s::text FROM portal_secondstep s UNION ALL"
                       " SELECT r::text FROM portal_recoverycode r")  # fmt: skip
        found = " ".join(text for (text,) in cursor.fetchall())

    plain = codes[0].replace("-", "")
    for secret in (app.secret, codes[0], plain):
        assert secret.encode().hex() not in found
        assert secret not in found


def test_a_rotation_of_keys_seals_it_anew(on, settings, tmp_path):
    settings.KEY_RING = Path(shutil.copy(settings.KEY_RING, tmp_path / "keys.json"))
    person, app, _codes = on
    call_command("rotate_keys", verbosity=0)

    row = SecondStep.objects.get()
    assert row.secret_key_id == secrets.newest_key()
    assert keyring.in_use() == {row.secret_key_id: 1}
    second_step.check(person, early(app), address=HERE)


def test_recovery_codes_are_long_enough_to_be_kept_as_plain_digests(on):
    _person, _app, codes = on

    assert all(len(code.replace("-", "")) * 5 >= 80 for code in codes)
    assert RecoveryCode.objects.count() == 10
