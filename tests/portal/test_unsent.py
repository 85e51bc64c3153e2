"""A form that comes when its session is over, or with a token of before: nothing typed is lost."""

import re
import sys

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import BaseForm, PasswordInput
from django.test import Client

from portal import tenancy, unsent
from portal.models import Contact
from tests import factories
from upgrades.services.clients import exports

HERE = "http://testserver"
TYPED = {
    "name": "Elif <b>Şahin</b>", "email": "elif@example.com", "phone": "+90 212",
    "language": "tr", "zone": "Europe/Istanbul", "rank": "1",
}  # fmt: skip


@pytest.fixture
def customer(db):
    return factories.a_customer("Meridian Freight", slug="meridian")


@pytest.fixture
def admin(customer):
    return factories.a_member(customer, "ADMINISTRATOR", "Ada Min")


def strict(user=None):
    """A browser: it shows the token of the page it got, and says where the form came from."""
    client = Client(enforce_csrf_checks=True, headers={"origin": HERE})
    if user is not None:
        client.force_login(user)
    return client


def token_of(content):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', content)[1]


def typed_on(page):
    content = page.content.decode()
    return dict(re.findall(r'<textarea name="([^"]+)" hidden>\n?([^<]*)</textarea>', content))


def contacts(customer):
    with tenancy.transaction(customer):
        return list(Contact.objects.values_list("email", flat=True))


def test_what_was_typed_stands_on_the_answer_and_is_sent_once_signed_in(customer, admin):
    browser = strict(admin)
    form = browser.get("/c/meridian/contacts/").content.decode()
    browser.cookies.pop(settings.SESSION_COOKIE_NAME)  # it was idle for too long

    late = browser.post(
        "/c/meridian/contacts/make/", TYPED | {"csrfmiddlewaretoken": token_of(form)}
    )

    assert late.status_code == 403
    assert contacts(customer) == []
    assert typed_on(late)["email"] == "elif@example.com"
    content = late.content.decode()
    assert 'action="/c/meridian/contacts/make/"' in content
    assert "<b>Şahin</b>" not in content  # it is text

    browser.force_login(admin)  # in the other tab, which makes another token
    browser.cookies[settings.CSRF_COOKIE_NAME] = "n" * 32
    again = browser.post(
        "/c/meridian/contacts/make/", TYPED | {"csrfmiddlewaretoken": token_of(content)}
    )
    sent = browser.post(
        "/c/meridian/contacts/make/",
        TYPED | {"csrfmiddlewaretoken": token_of(again.content.decode())},
    )

    assert (again.status_code, sent.status_code) == (403, 302)
    assert "opened before you signed in anew" in again.content.decode()
    assert contacts(customer) == ["elif@example.com"]


def test_a_form_of_another_site_is_never_offered_to_be_sent(customer, admin):
    for headers in ({"origin": "https://evil.example"}, {}, {"origin": "null"}):
        foreign = Client(enforce_csrf_checks=True, headers=headers)
        foreign.force_login(admin)

        answer = foreign.post("/c/meridian/contacts/make/", TYPED)

        assert answer.status_code == 403
        assert b"elif@example.com" not in answer.content
        assert contacts(customer) == []


def test_nor_where_nobody_is_signed_in(customer):
    foreign = Client(enforce_csrf_checks=True, headers={"origin": "https://evil.example"})

    answer = foreign.post("/c/meridian/contacts/make/", TYPED)

    assert answer.status_code == 403
    assert b"elif@example.com" not in answer.content


def test_what_is_secret_is_shown_to_nobody(customer):
    answer = Client().post(
        "/c/meridian/appliances/x/", {"client_secret": "hunter2", "account": "api"}
    )

    assert b"hunter2" not in answer.content


def test_a_secret_among_it_keeps_all_of_it_from_being_sent_halfway(customer, admin):
    answer = Client().post(
        "/profile/second-step/prepare/", {"password": "hunter2", "name": "Phone"}
    )

    assert answer.status_code == 403
    assert b"hunter2" not in answer.content
    assert b"type it anew" in answer.content
    assert typed_on(answer) == {}


def test_a_file_is_chosen_again(customer):
    file = SimpleUploadedFile("list.csv", b"a,b", content_type="text/csv")

    answer = Client().post("/fleet/import/load/", {"files": file, "note": "All of it"})

    content = answer.content.decode()
    assert 'type="file" name="files"' in content
    assert 'enctype="multipart/form-data"' in content
    assert typed_on(answer) == {"note": "All of it"}


def test_a_button_without_words_leads_to_the_sign_in_as_before(customer):
    answer = Client().post("/sign-out/")

    assert answer.status_code in (302, 403, 405)
    assert Client().get("/profile/").url == "/sign-in/?next=%2Fprofile%2F"


def test_what_htmx_sends_goes_to_the_sign_in(customer):
    answer = Client(headers={"hx-request": "true"}).post("/c/meridian/contacts/make/", TYPED)

    assert answer.headers["HX-Redirect"] == "/sign-in/"


def test_a_body_that_is_larger_than_anything_is_refused_before_it_is_read(db):
    class Unread:
        def read(self, *_args):
            raise AssertionError("it was read")

        readline = read

    answer = Client().generic(
        "POST", "/fleet/import/load/", b"", content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH="2000000000", headers={"accept-language": "fr"}, **{"wsgi.input": Unread()},
    )  # fmt: skip

    assert answer.status_code == 413
    assert "<h1>Trop à la fois</h1>" in answer.content.decode()


def test_the_largest_list_of_clients_goes_through():
    assert exports.LIMIT + 1_000_000 < settings.BODY_LIMIT


def test_what_was_typed_is_text_wherever_it_stands_and_goes_nowhere_else(customer):
    answer = Client().post(
        "//evil.example/c/meridian/contacts/make/?x=%22%3E%3Cb%3E",
        {'n"><script>': "</textarea><script>", "note": "\nbelow an empty line"},
    )

    content = answer.content.decode()
    assert answer.status_code == 403
    assert "<script>" not in content
    assert content.count("</textarea>") == 2
    assert 'method="post" action="/c/meridian/contacts/make/?x=%22%3E%3Cb%3E"' in content
    assert "hidden>\n\nbelow an empty line</textarea>" in content  # a browser leaves one out


def test_whoever_has_no_such_customer_is_told_nothing_else(customer):
    there, nowhere = (
        Client().post(f"/c/{slug}/contacts/make/", {"name": "x"}) for slug in ("meridian", "nobody")
    )

    hidden = re.compile(r'value="[^"]{60,}"|meridian|nobody')
    assert there.status_code == nowhere.status_code == 403
    assert hidden.sub("", there.content.decode()) == hidden.sub("", nowhere.content.decode())


def forms_of_secrets():
    """Each field of a form of ours that is typed unseen."""
    for module in [name for name in sys.modules if ".forms" in name]:
        for made in vars(sys.modules[module]).values():
            if isinstance(made, type) and issubclass(made, BaseForm):
                for name, field in getattr(made, "base_fields", {}).items():
                    if isinstance(field.widget, PasswordInput):
                        yield name


def test_no_field_that_is_typed_unseen_would_be_shown():
    names = set(forms_of_secrets())

    assert {"password", "again", "secret"} <= names
    assert [name for name in names if not unsent._is_secret(name)] == []
