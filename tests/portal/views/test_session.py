from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from portal.models import Session, User
from portal.services import signin
from tests.factories import PASSWORD, a_customer, a_member, staff


@pytest.fixture
def member(db):
    return a_member(a_customer("Marmara"))


def sign_in(client, user, **more):
    return client.post("/sign-in/", {"email": user.email, "password": PASSWORD, **more})


def test_signing_in_leads_to_the_page_that_was_asked_for(client, member):
    asked = client.get("/c/marmara/members/?page=2&order=name")
    assert asked.status_code == 302

    page = client.get(asked["Location"])
    there = sign_in(client, member, next=page.context["next"])

    assert there["Location"] == "/c/marmara/members/?page=2&order=name"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil"]
)
def test_signing_in_never_leads_elsewhere(client, member, elsewhere):
    assert sign_in(client, member, next=elsewhere)["Location"] == "/"


def test_a_wrong_password_is_said_on_the_page(client, member):
    answer = client.post("/sign-in/", {"email": member.email, "password": "no"})

    assert answer.status_code == 200
    assert b"is not right" in answer.content
    assert "_auth_user_id" not in client.session


def test_too_many_tries_are_answered_429(client, db):
    for _ in range(signin.OF_ONE_PERSON):
        signin.demand_few_tries("sign-in", "ines@example.com", "192.0.2.1")

    answer = client.post("/sign-in/", {"email": "ines@example.com", "password": "x"})

    assert answer.status_code == 429


def test_the_session_key_changes_at_sign_in_and_again_the_next_time(client, member):
    client.get("/sign-in/")
    keys = set()
    for _ in range(2):
        sign_in(client, member)
        keys.add(client.cookies[settings.SESSION_COOKIE_NAME].value)

    assert len(keys) == 2
    assert Session.objects.count() == 1


def test_signing_out_ends_the_session_in_the_database(client, member):
    sign_in(client, member)
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value

    client.post("/sign-out/")
    client.cookies[settings.SESSION_COOKIE_NAME] = kept

    assert Session.objects.count() == 0
    assert client.get("/c/marmara/members/").status_code == 302


def test_signing_out_takes_a_post(client, member):
    sign_in(client, member)

    assert client.get("/sign-out/").status_code == 405


def age(client, **ago):
    session = client.session
    for name, minutes in ago.items():
        session[name] = (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()
    session.save()


@pytest.mark.parametrize(("idle", "status"), [(179, 200), (181, 302)])
def test_a_customers_person_may_sit_idle_for_three_hours(client, member, idle, status):
    sign_in(client, member)
    age(client, began_at=idle, seen_at=idle)

    assert client.get("/c/marmara/members/").status_code == status


@pytest.mark.parametrize(("idle", "status"), [(29, 200), (31, 302)])
def test_staff_may_sit_idle_for_half_an_hour(client, member, idle, status):
    sign_in(client, staff())
    age(client, began_at=idle, seen_at=idle)

    assert client.get("/c/marmara/members/").status_code == status


@pytest.mark.parametrize(("hours", "who"), [(8, "staff"), (12, "member")])
def test_no_session_lasts_longer_than_a_day_of_work(client, member, hours, who):
    sign_in(client, staff() if who == "staff" else member)
    age(client, began_at=hours * 60 - 2, seen_at=1)
    assert client.get("/c/marmara/members/").status_code == 200
    age(client, began_at=hours * 60 + 1, seen_at=1)

    assert client.get("/c/marmara/members/").status_code == 302


def test_a_page_that_refreshes_itself_does_not_keep_a_session_alive(client, member):
    sign_in(client, member)
    age(client, began_at=100, seen_at=100)
    before = client.session["seen_at"]

    client.get("/c/marmara/members/", headers={"HX-Request": "true"})
    assert client.session["seen_at"] == before
    client.get("/c/marmara/members/")
    assert client.session["seen_at"] > before


def test_a_disabled_person_is_out_at_once(client, member):
    sign_in(client, member)
    User.objects.filter(pk=member.pk).update(is_active=False)

    assert client.get("/c/marmara/members/").status_code == 302


def test_the_language_is_remembered_with_the_person_and_in_a_cookie(client, member):
    sign_in(client, member)

    answer = client.post("/language/", {"language": "tr", "next": "/c/marmara/members/"})

    assert answer["Location"] == "/c/marmara/members/"
    assert User.objects.get(pk=member.pk).language == "tr"
    client.post("/sign-out/")
    assert client.get("/sign-in/")["Content-Language"] == "tr"


def test_a_language_we_do_not_speak_changes_nothing(client, db):
    client.post("/language/", {"language": "xx"})

    assert client.get("/sign-in/")["Content-Language"] == "en"


def test_the_theme_is_remembered(client, member):
    client.post("/theme/", {"theme": "dark"})
    assert b'data-theme="dark"' in client.get("/sign-in/").content
    sign_in(client, member)
    client.post("/theme/", {"theme": "light"})
    assert User.objects.get(pk=member.pk).theme == "light"
    client.post("/theme/", {"theme": "system"})
    assert User.objects.get(pk=member.pk).theme == ""


def test_a_zone_is_chosen_from_those_that_exist(client, member):
    sign_in(client, member)
    client.post("/zone/", {"zone": "Europe/Istanbul"})
    client.post("/zone/", {"zone": "Mars/Olympus"})

    assert User.objects.get(pk=member.pk).zone == "Europe/Istanbul"


def test_asking_for_a_link_says_the_same_to_everybody(client, member):
    known = client.post("/sign-in/new-link/", {"email": member.email})
    unknown = client.post("/sign-in/new-link/", {"email": "nobody@example.com"})

    assert known.status_code == unknown.status_code == 200
    assert known.context["sent"] is unknown.context["sent"] is True


def test_nothing_of_these_pages_is_kept_by_caches(client, db):
    assert "no-store" in client.get("/sign-in/")["Cache-Control"]


def test_every_form_demands_its_token(db):
    careful = Client(enforce_csrf_checks=True)
    for address in ("/sign-in/", "/sign-out/", "/language/", "/theme/"):
        assert careful.post(address, {}).status_code == 403
