"""The bar: who sees which entries, and which of them says "you are here"."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from portal.models import User
from tests import factories

pytestmark = pytest.mark.usefixtures("db")


def bar(user, path, status=200):
    client = Client()
    client.force_login(user)
    response = client.get(path)
    assert response.status_code == status
    nav = re.search(r'<nav class="nav.*?</nav>', response.content.decode(), re.S)
    links = (
        re.findall(r'<a href="([^"]+)"( aria-current="page")?>([^<]+)</a>', nav[0]) if nav else []
    )
    return {title: bool(here) for _, here, title in links}


def test_an_administrator_sees_messages_and_audit_and_is_told_where_they_are():
    customer = factories.a_customer(slug="marmara")

    entries = bar(factories.a_member(customer), "/c/marmara/audit/")

    assert entries["Audit"] is True
    assert entries["Messages"] is False
    assert sum(entries.values()) == 1


def test_the_bar_is_short_and_the_rest_lies_behind_more():
    customer = factories.a_customer(slug="marmara")
    client = Client()
    for person, path in (
        (factories.a_member(customer), "/c/marmara/audit/"),
        (factories.staff("ADMINISTRATOR"), "/audit/"),
    ):
        client.force_login(person)
        content = client.get(path).content.decode()
        nav = re.search(r'<nav class="nav.*?</nav>', content, re.S)[0]
        standing, more = nav.split("<details", 1)
        assert 3 <= standing.count("<a ") <= 7
        assert 'aria-current="page">Audit</a>' in more
        assert re.search(r'<summary class="now">\s*Audit', more)


def test_a_viewer_has_no_entry_that_would_be_refused():
    customer = factories.a_customer(slug="marmara")

    entries = bar(factories.a_member(customer, "VIEWER"), "/c/marmara/members/")

    assert not {"Messages", "Audit", "People"} & set(entries)


def test_staff_within_a_customer_are_still_shown_the_section():
    factories.a_customer(slug="marmara")

    assert bar(factories.staff(), "/c/marmara/messages/")["Messages"] is True


def test_a_page_of_an_error_within_a_customer_still_has_a_bar():
    customer = factories.a_customer(slug="marmara")

    bar(factories.a_member(customer, "VIEWER"), "/c/marmara/audit/", status=403)


def test_nobody_signed_in_has_no_entries():
    content = Client().get("/sign-in/").content.decode()

    assert '<nav class="nav' not in content


def test_what_is_kept_of_the_bar_is_of_this_role_customer_place_and_language():
    """The same process, by turns: nobody is shown the bar that was made for somebody else."""
    one, two = factories.a_customer(slug="marmara"), factories.a_customer(slug="lyon")
    people = [
        (factories.a_member(one), "/c/marmara/audit/"), (factories.a_member(two), "/c/lyon/audit/"),
        (factories.a_member(one), "/c/marmara/members/"),
        (factories.a_member(one, "VIEWER"), "/c/marmara/sites/"),
        (factories.staff("AGENT"), "/fleet/"), (factories.staff("ADMINISTRATOR"), "/fleet/"),
    ]  # fmt: skip
    french = factories.a_member(one)
    User.objects.filter(pk=french.pk).update(language="fr")
    people.append((User.objects.get(pk=french.pk), "/c/marmara/audit/"))
    first = [links(*each) for each in people]
    again = [links(*each) for each in people]

    assert first == again
    assert len({str(each) for each in first}) == len(people)
    for (user, path), found in zip(people, first, strict=True):
        inside = "" if user.is_staff else "/".join(path.split("/")[:3])
        assert all(url.startswith(inside) for url, _here, _title in found)
        assert [url for url, here, _title in found if here] == [path]


def links(user, path):
    client = Client()
    client.force_login(user)
    nav = re.search(r'<nav class="nav.*?</nav>', client.get(path).content.decode(), re.S)[0]
    return re.findall(r'<a href="([^"]+)"( aria-current="page")?>([^<]+)</a>', nav)


def test_what_the_bar_is_told_has_names_that_no_page_uses():
    """base.html sets them over the page's own: one of a page's name breaks the page."""
    templates = Path(settings.BASE_DIR / "templates")
    head = (templates / "base.html").read_text().split("<!doctype html>")[0]
    names = re.findall(r" as (\w+) %}", head)
    assert len(names) > 3
    assert [name for name in names if not name.startswith("bar_")] == []
