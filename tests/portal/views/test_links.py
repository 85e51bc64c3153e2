import pytest
from django.core.management import call_command

from portal.models import User
from portal.services import links
from tests.factories import a_person, staff

ADA = {
    "name": "Ada",
    "email": "ada@example.com",
    "password": "quite another long password",
    "again": "quite another long password",
}


def path_of(address):
    return address.removeprefix("http://testserver")


def test_the_first_administrator_signs_in_with_the_printed_link(client, db, capsys):
    call_command("first_administrator")
    address = next(word for word in capsys.readouterr().out.split() if word.startswith("http"))

    assert b'name="email"' in client.get(path_of(address)).content
    answer = client.post(path_of(address), ADA)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(User.objects.get(email="ada@example.com").pk)


def test_there_is_no_link_once_there_is_an_administrator(db, capsys):
    staff(User.StaffRole.ADMINISTRATOR)

    call_command("first_administrator")

    assert "http" not in capsys.readouterr().out


def test_a_used_link_is_answered_with_a_sentence(client, db):
    address = path_of(links.issue(links.PASSWORD, user=a_person()))
    client.post(address, ADA)

    again = client.get(address)

    assert again.status_code == 409
    assert b"used before" in again.content


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"again": "something else entirely"}, "again"),
        ({"password": "short", "again": "short"}, "password"),
        ({"name": ""}, "name"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(client, db, values, field):
    address = path_of(links.issue(links.PASSWORD, user=a_person()))

    answer = client.post(address, {**ADA, **values})

    assert answer.status_code == 200
    assert field in answer.context["form"].errors


def test_a_link_for_somebody_known_does_not_ask_who_they_are(client, db):
    person = a_person(email="known@example.com")
    address = path_of(links.issue(links.PASSWORD, user=person))

    client.post(address, ADA)

    assert User.objects.get(pk=person.pk).email == "known@example.com"


def test_a_new_password_ends_the_persons_other_sessions(client, db):
    person = a_person()
    client.force_login(person)
    assert "_auth_user_id" in client.session

    links.use(
        links.issue(links.PASSWORD, user=person).rstrip("/").rpartition("/")[2],
        name="Ada",
        email="",
        password=ADA["password"],
    )

    assert client.get("/profile/")["Location"].startswith("/sign-in/")
    assert client.post("/zone/", {"zone": "UTC"}).status_code == 403


def test_an_administrator_gives_staff_a_link_by_command(client, db, capsys):
    agent = staff(email="agent@example.com")
    call_command("sign_in_link", "agent@example.com")
    address = next(word for word in capsys.readouterr().out.split() if word.startswith("http"))

    client.post(path_of(address), ADA)

    assert User.objects.get(pk=agent.pk).check_password(ADA["password"])
