"""What fails before any view answers with a page of ours, in the reader's language."""

import pytest
from django.test import Client

from portal.models import Session, User
from tests.factories import a_customer, a_member, a_person

POST = {"email": "elif@example.com", "password": "wrong"}


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "This page was open too long"),
        ("fr", "Cette page est restée ouverte trop longtemps"),
        ("tr", "Bu sayfa çok uzun süre açık kaldı"),
    ],
)
def test_a_form_of_an_earlier_sign_in_says_to_open_the_page_again(db, language, title):
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/sign-in/", POST, headers={"accept-language": language})

    page = answer.content.decode()
    assert answer.status_code == 403
    assert f"<h1>{title}</h1>" in page
    assert f'<html lang="{language}"' in page
    assert 'href="/"' in page
    assert "CSRF" not in page
    assert not Session.objects.exists()


def test_the_form_of_a_signed_in_person_changes_nothing(db):
    person = a_person()
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)

    assert client.post("/zone/", {"zone": "Asia/Tokyo"}).status_code == 403
    assert User.objects.get(pk=person.pk).zone == person.zone


def test_what_is_too_large_is_413_and_says_so(db, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    person = a_person(language="fr")
    client = Client()
    client.force_login(person)

    answer = client.post("/zone/", {"zone": "A" * 200})

    assert answer.status_code == 413
    assert "<h1>Trop à la fois</h1>" in answer.content.decode()
    assert User.objects.get(pk=person.pk).zone == person.zone


def test_a_host_that_is_not_ours_gets_our_page_and_not_djangos(db):
    answer = Client().get(
        "/sign-in/", headers={"host": "elsewhere.example", "accept-language": "tr"}
    )

    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'lang="tr"' in page
    assert "Anlaşılamadı" in page
    assert "elsewhere" not in page


def test_who_may_not_open_a_page_keeps_the_bar_of_those_that_they_may(db):
    viewer = a_member(a_customer(slug="marmara"), "VIEWER")
    client = Client()
    client.force_login(viewer)

    answer = client.get("/c/marmara/audit/")

    page = answer.content.decode()
    assert answer.status_code == 403
    assert 'href="/c/marmara/sites/"' in page
    assert 'href="/c/marmara/audit/"' not in page


def test_the_start_page_is_not_marked_where_it_is_not(db):
    viewer = a_member(a_customer(slug="marmara"), "VIEWER")
    client = Client()
    client.force_login(viewer)

    here = 'href="/c/marmara/" aria-current="page"'
    assert here in client.get("/c/marmara/").content.decode()
    assert here not in client.get("/c/marmara/catalogue/").content.decode()
