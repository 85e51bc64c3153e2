"""Where one is signed in: seen and ended by oneself only, and ended at once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.models import PlatformEvent, Session
from portal.services import links, people, sessions
from tests.conftest import NOON
from tests.factories import PASSWORD, a_customer, a_member, staff

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"


@pytest.fixture
def member(db):
    return a_member(a_customer("Marmara", slug="marmara"))


def signed_in(user, agent=FIREFOX, address="192.0.2.17"):
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    client.post("/sign-in/", {"email": user.email, "password": PASSWORD})
    return client


def places(client):
    return client.get("/profile/").context["places"]


def key_of(client):
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def is_out(client):
    return client.get("/profile/").status_code == 302


def end(client, handle):
    return client.post(f"/profile/sessions/{handle}/end/")


def test_every_browser_is_listed_with_what_it_is_known_by_this_one_first(member):
    signed_in(member, PHONE, "2001:db8:1:2::3")
    here = signed_in(member)

    found = places(here)

    assert [(place.browser, place.address, place.is_this) for place in found] == [
        ("Firefox, Linux", "192.0.2.0/24", True),
        ("Chrome, Android", "2001:db8:1::/48", False),
    ]
    assert all(place.began_at and place.seen_at for place in found)


def test_the_page_gives_no_key_away_and_no_whole_address(member):
    other, here = signed_in(member, PHONE), signed_in(member)

    content = here.get("/profile/").content.decode()

    assert key_of(other) not in content
    assert key_of(here) not in content
    assert "192.0.2.17" not in content


def test_one_that_is_ended_is_out_with_its_next_request(member):
    lost, here = signed_in(member, PHONE), signed_in(member)
    assert not is_out(lost)

    answer = end(here, places(here)[1].handle)

    assert answer["Location"] == "/profile/"
    assert is_out(lost)
    assert not is_out(here)
    event = PlatformEvent.objects.get(name="session.ended")
    assert (event.actor_name, event.data) == (str(member), {"sessions": 1})


def test_all_others_are_ended_and_this_one_stays(member):
    others = [signed_in(member, PHONE) for _ in range(3)]
    here = signed_in(member)

    here.post("/profile/sessions/end-others/")

    assert [is_out(other) for other in others] == [True, True, True]
    assert [place.is_this for place in places(here)] == [True]


def test_ending_this_one_signs_out(member):
    here = signed_in(member)

    answer = end(here, places(here)[0].handle)

    assert answer["Location"] == "/sign-in/"
    assert Session.objects.count() == 0


def test_nobody_sees_or_ends_anothers(member):
    """A stranger, a colleague and support: the same answer as for a session that is not there."""
    here = signed_in(member)
    handle = places(here)[0].handle
    colleague = a_member(a_customer("Other"), name="Otto Fremd")

    for person in (colleague, staff("ADMINISTRATOR")):
        client = signed_in(person, PHONE)
        assert [place.is_this for place in places(client)] == [True]
        assert end(client, handle).status_code == 404
        client.post("/profile/sessions/end-others/")

    assert end(here, "0" * 32).status_code == 404
    assert not is_out(here)


def test_who_is_not_signed_in_ends_nothing(member):
    here = signed_in(member)
    handle = places(here)[0].handle

    assert end(Client(), handle)["Location"].startswith("/sign-in/")
    assert Client().post("/profile/sessions/end-others/")["Location"].startswith("/sign-in/")
    assert not is_out(here)


def test_ending_takes_a_post(member):
    here = signed_in(member)

    assert here.get("/profile/sessions/end-others/").status_code == 405
    assert here.get(f"/profile/sessions/{places(here)[0].handle}/end/").status_code == 405


def test_ending_without_the_pages_token_is_refused(member):
    here = signed_in(member)
    forged = Client(enforce_csrf_checks=True)
    forged.cookies[settings.SESSION_COOKIE_NAME] = key_of(here)

    assert forged.post("/profile/sessions/end-others/").status_code == 403


def test_one_that_sat_idle_too_long_is_not_listed(member):
    idle, here = signed_in(member, PHONE), signed_in(member)
    session = idle.session
    session["seen_at"] = (datetime.now(UTC) - sessions.IDLE - timedelta(minutes=1)).isoformat()
    session.save()

    assert [place.browser for place in places(here)] == ["Firefox, Linux"]


def test_a_request_under_way_does_not_bring_an_ended_session_back(member):
    """It had read its session before that was ended; keeping it is refused."""
    here = signed_in(member)
    stale = here.session
    stale["language"] = "tr"
    Session.objects.all().delete()

    with pytest.raises(UpdateError):
        stale.save()

    assert Session.objects.count() == 0


def test_a_person_who_is_disabled_has_no_sessions_left(member):
    here = signed_in(member)

    people.disable(member, at=NOON, by=staff("ADMINISTRATOR"))

    assert Session.objects.filter(user=member).count() == 0
    assert is_out(here)


def test_a_new_password_ends_every_session_of_before(member):
    here = signed_in(member)
    token = links.issue(links.PASSWORD, user=member).rstrip("/").rpartition("/")[2]

    links.use(token, name="Ines", email="", password="another long and quiet password")

    assert Session.objects.filter(user=member).count() == 0
    assert is_out(here)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE portal_user SET is_active = false",
        "UPDATE portal_user SET password = 'argon2$another'",
        "UPDATE portal_session SET expire_date = now() - interval '1 s'",
        "DELETE FROM portal_session",
    ],
)
def test_what_is_read_with_the_session_is_asked_at_every_request(member, change):
    """Whoever wrote it, and though no session was ended."""
    client = signed_in(member)
    assert not is_out(client)
    with connections["owner"].cursor() as cursor:
        cursor.execute(change)
    assert is_out(client)


def test_the_session_itself_says_who_it_is_and_not_the_row_beside_it(member):
    other = a_member(a_customer("Lyon", slug="lyon"))
    client = signed_in(member)
    Session.objects.update(user=other)
    page = client.get("/profile/")
    assert page.context["user"] == member
    assert client.get("/c/lyon/").status_code == 404


@pytest.mark.parametrize("lost", ["_auth_user_hash", "_auth_user_backend", "_auth_user_id"])
def test_a_session_that_lacks_what_django_asks_signs_nobody_in(member, lost):
    client = signed_in(member)
    session = client.session
    del session[lost]
    session.save()
    Session.objects.update(user=member)
    assert is_out(client)


def test_a_way_of_signing_in_that_is_not_offered_any_more_lets_nobody_in(member, settings):
    client = signed_in(member)
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.RemoteUserBackend"]
    assert is_out(client)


def test_a_key_that_was_changed_keeps_those_in_whose_session_was_made_under_the_old_one(
    member, settings
):
    client = signed_in(member)
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another-key-of-fifty-letters-that-is-good-for-tests-alone"
    assert is_out(client)
    client = signed_in(member)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = old
    assert not is_out(client)


def test_a_page_asks_for_its_person_and_their_session_in_one_statement(member):
    client = signed_in(member)
    with CaptureQueriesContext(connections["default"]) as asked:
        client.get("/c/marmara/members/")
    own = [each["sql"] for each in asked if 'FROM "portal_session"' in each["sql"]]
    people_read = [each["sql"] for each in asked if '"portal_user"."id" = ' in each["sql"]]
    assert own + people_read == []
