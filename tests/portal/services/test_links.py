import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from portal.models import OneTimeLink, User
from portal.services import links
from tests.factories import PASSWORD, a_person, staff

NEW = {"name": "Ada", "email": "ada@example.com", "password": "quite another long password"}


def token_of(address):
    return address.rstrip("/").rpartition("/")[2]


def test_a_link_sets_a_password_once(db):
    person = a_person()
    token = token_of(links.issue(links.PASSWORD, user=person))

    links.use(token, **NEW)

    assert User.objects.get(pk=person.pk).check_password(NEW["password"])
    with pytest.raises(links.LinkIsOver):
        links.use(token, **NEW)


def test_opening_a_link_uses_nothing_up(db):
    token = token_of(links.issue(links.PASSWORD, user=a_person()))

    links.find(token)
    assert links.find(token).used_at is None


def test_only_a_digest_is_kept(db):
    token = token_of(links.issue(links.PASSWORD, user=a_person()))

    assert len(token) >= 43
    assert token.encode() not in bytes(OneTimeLink.objects.get().digest)


@pytest.mark.parametrize(
    ("purpose", "minutes"), [(links.PASSWORD, 30), (links.FIRST_ADMINISTRATOR, 24 * 60)]
)
def test_a_link_lives_as_long_as_its_purpose_allows(db, purpose, minutes):
    token = token_of(links.issue(purpose, user=None))
    age(minutes - 1)
    links.find(token)
    age(2)

    with pytest.raises(links.LinkIsOver):
        links.find(token)


def age(minutes):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_onetimelink SET expires_at = expires_at - make_interval(mins => %s)",
            [minutes],
        )


def test_a_new_link_ends_the_one_before(db):
    person = a_person()
    first = token_of(links.issue(links.PASSWORD, user=person))
    links.issue(links.INVITATION, user=person)

    with pytest.raises(links.LinkIsOver):
        links.find(first)


def test_a_weak_password_does_not_use_the_link_up(db):
    token = token_of(links.issue(links.PASSWORD, user=a_person()))

    with pytest.raises(ValidationError):
        links.use(token, **{**NEW, "password": "password1234"})
    links.use(token, **NEW)


def test_the_first_administrator_names_themselves(db):
    assert not links.has_administrator()
    token = token_of(links.issue(links.FIRST_ADMINISTRATOR, user=None))

    ada = links.use(token, **NEW)

    assert (ada.email, ada.staff_role, ada.name) == ("ada@example.com", "ADMINISTRATOR", "Ada")
    assert links.has_administrator()


def test_a_customers_person_does_not_become_staff_by_the_way(db):
    a_person(email=NEW["email"])
    token = token_of(links.issue(links.FIRST_ADMINISTRATOR, user=None))

    with pytest.raises(links.AddressTaken):
        links.use(token, **NEW)
    assert User.objects.get().check_password(PASSWORD)


def test_an_agent_is_no_administrator(db):
    staff(User.StaffRole.AGENT)
    assert not links.has_administrator()
    staff(User.StaffRole.ADMINISTRATOR)
    assert links.has_administrator()
