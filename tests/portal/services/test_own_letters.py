"""What a person is told of their own sign-in: once, in their language, staff too, also late."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from django.db import connections

from portal.models import Message, OwnLetter, Passkey
from portal.services import links, own_letters, own_letters_leaving, passkeys, second_step
from tests.factories import NOON, a_customer, a_member, a_person, staff

HERE = "192.0.2.7"


@pytest.fixture
def person(db):
    return a_person("Elif Şahin", language="fr", zone="Europe/Istanbul")


def whats():
    return list(OwnLetter.objects.order_by("happened_at").values_list("what", flat=True))


def set_up(user):
    second_step.prepare(user)
    app = pyotp.TOTP(second_step.being_set_up(user).text)
    return second_step.confirm(user, app.now(), address=HERE)


def make_older(hours):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE portal_ownletter SET again_at = again_at - make_interval(hours => %s)", [hours]
        )


def test_an_app_codes_and_their_end_are_each_told(person):
    codes = set_up(person)
    fresh = second_step.renew_codes(person, codes[0], address=HERE)
    second_step.turn_off(person, fresh[0], address=HERE)

    assert whats() == ["app_on", "codes_renewed", "app_off"]


def test_a_refused_change_is_not_told(person):
    set_up(person)
    for act in (second_step.renew_codes, second_step.turn_off):
        with pytest.raises(second_step.WrongCode):
            act(person, "000000", address=HERE)

    assert whats() == ["app_on"]


def test_a_passkey_that_goes_is_told_by_name(person):
    row = Passkey.objects.create(
        user=person, handle=b"1", credential_id=b"2", public_key=b"3", name="Old phone",
        made_at=NOON,
    )  # fmt: skip
    passkeys.remove(person, row.pk)

    letter = OwnLetter.objects.get()
    assert (letter.what, letter.name) == ("passkey_removed", "Old phone")


def test_a_new_password_is_told_to_whoever_had_one(db):
    member = a_member(a_customer("Marmara"))
    links.use(_token(member), name=member.name, email="", password="a quite new passphrase")
    assert whats() == ["password_changed"]

    invited = a_person("New Comer")
    invited.set_unusable_password()
    invited.save()
    links.use(_token(invited), name="New Comer", email="", password="a quite new passphrase")
    assert whats() == ["password_changed"]


def _token(user):
    return links.issue(links.PASSWORD, user=user).rstrip("/").rpartition("/")[2]


def test_staff_are_told_of_a_reset_here_and_members_in_their_customers_ledger(db):
    agent, member = staff("AGENT"), a_member(a_customer("Marmara"))
    second_step.reset(agent, by=None)
    second_step.reset(member, by=None)

    assert list(OwnLetter.objects.values_list("user_id", "what")) == [(agent.pk, "step_reset")]


def test_it_leaves_in_the_persons_language_with_what_to_do(person, sink, settings):
    settings.SUPPORT_CONTACT = "+90 212 555 0100"
    own_letters.write(own_letters.PASSKEY_ADDED, person, name="Telefon <1>")

    assert own_letters_leaving.send_due() == 1
    assert own_letters_leaving.send_due() == 0

    [mail] = sink.mails
    assert mail["To"] == person.email
    assert mail["Content-Language"] == "fr"
    text = mail.get_body(("plain",)).get_content()
    assert "Telefon <1>" in text
    assert "+90 212 555 0100" in text
    assert "http://testserver/sign-in/new-link/" in text
    assert "Telefon &lt;1&gt;" in mail.get_body(("html",)).get_content()
    assert Message.across.count() == 0  # in nobody's ledger


@pytest.mark.parametrize(
    "what",
    ["app_on", "app_off", "codes_renewed", "passkey_added", "passkey_removed", "step_reset",
     "password_changed", "company_tied", "company_untied"],
)  # fmt: skip
def test_each_change_has_words_of_its_own(person, sink, what):
    own_letters.write("password_changed" if what != "password_changed" else "app_on", person)
    own_letters.write(what, person)
    own_letters_leaving.send_due()

    texts = {mail.get_body(("plain",)).get_content() for mail in sink.mails}
    assert len(texts) == 2


def test_while_the_server_is_away_it_waits_and_leaves_once_after(person, sink):
    own_letters.write(own_letters.APP_ON, person)
    sink.stop()
    for _hour in range(24):
        assert own_letters_leaving.send_due() == 0
        make_older(1)
    sink.start()

    assert own_letters_leaving.send_due() == 1
    make_older(9)
    assert own_letters_leaving.send_due() == 0
    assert len(sink.mails) == 1


def test_an_address_that_nobody_has_is_given_up(person, sink):
    sink.refusals[person.email] = "550 no such mailbox"
    own_letters.write(own_letters.APP_ON, person)
    own_letters_leaving.send_due()

    letter = OwnLetter.objects.get()
    assert (letter.left, letter.over_at is None) == (False, False)


def test_of_several_senders_at_once_one_sends(person, sink):
    for _number in range(5):
        own_letters.write(own_letters.APP_ON, person)

    def send(_number):
        try:
            return own_letters_leaving.send_due()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        left = sum(pool.map(send, range(4)))

    assert left == len(sink.mails) == 5


def test_what_was_settled_is_forgotten_after_a_month(person, sink):
    own_letters.write(own_letters.APP_ON, person)
    own_letters_leaving.send_due()
    own_letters.write(own_letters.APP_OFF, person)
    OwnLetter.objects.update(happened_at=NOON)
    OwnLetter.objects.filter(left=True).update(
        over_at=own_letters._now() - own_letters.KEPT - timedelta(minutes=1)
    )

    assert own_letters.forget_old() == 1
    assert whats() == ["app_off"]
