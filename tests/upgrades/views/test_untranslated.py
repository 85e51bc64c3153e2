"""Nothing is shown, mailed, printed or answered that was never looked up: all of it is read in a
language that nobody speaks (tests/pseudo.py)."""

import uuid

import pyotp
import pytest
from django.test import Client

from portal import pdf, permissions, tenancy
from portal.models import User
from portal.services import links, second_step
from tests import factories, pseudo, unsaid
from tests.conftest import NOON
from tests.house.routes import routes
from tests.portal.api.caller import ADMINISTER, Caller
from tests.portal.services import test_letters as letters
from tests.upgrades.api import conftest as programs
from tests.upgrades.api.addresses import addresses
from tests.upgrades.views.conftest import address, browser
from tests.upgrades.views.table_of_pages import PAGES
from tests.upgrades.views.test_queries import _more, looked_at
from upgrades.models import UpgradeJob
from upgrades.services import live_links

draft, proposed, scheduled = programs.draft, programs.proposed, programs.scheduled
running, asking, rows = programs.running, programs.asking, programs.rows
operator, approver = programs.operator, programs.approver
OPENED = {
    "portal:sign-in",
    "portal:sign-in-code",
    "portal:sign-in-company",
    "portal:company-back",
    "portal:company-back-staff",
    "portal:new-link",
    "portal:one-time-link",
    "upgrades:decision",
    "upgrades:night",
}
NO_PAGES = {
    "healthz", "livez", "portal:demo-clock", "portal:language", "portal:sign-in-options",
    "portal:sign-in-passkey", "portal:sign-out", "upgrades:calendar-feed", "portal:theme",
}  # fmt: skip
KINDS_OF_PAPER = ("checklist", "label", "slip")


@pytest.fixture
def administrator(world):
    return factories.a_member(world.customer, "ADMINISTRATOR", "Ada Novak")


@pytest.fixture
def spoken(world, rows, administrator, monkeypatch):
    """Everybody reads the language, of a world that has one row of every kind."""
    pseudo.speak(monkeypatch)
    User.objects.update(language=pseudo.LANGUAGE)


def read(client, pages, more=()):
    """What is unsaid by page, and how many pages there were to read. `more`: words that may be."""
    found, seen, known = {}, 0, unsaid.Known({*unsaid.data(), "meridian", *more})
    for name, path in pages:
        answer = client.get(path)
        if answer["Content-Type"].startswith("text/html"):
            seen += answer.status_code in (200, 422)
            if left := known.unsaid(answer.content.decode()):
                found[name] = sorted(set(left))
    return found, seen


@pytest.mark.slow
@pytest.mark.parametrize(("who", "least"), [("staff", 60), ("administrator", 40)])
def test_every_page_is_said_in_the_readers_language(world, rows, administrator, spoken, who, least):
    ids = {**rows.ids, **_more(world), **programs.of_the_platform(world)}
    pages = [
        (route.name, route.filled(
            slug=world.customer.slug, name="single", pk=ids.get(PAGES[route.name], uuid.uuid4())
        ))
        for route in looked_at() if route.name in PAGES
    ]  # fmt: skip
    client = browser(world.agent if who == "staff" else administrator)

    found, seen = read(client, pages)

    assert seen > least
    assert found == {}


@pytest.mark.slow
def test_pages_without_sign_in_are_said_in_the_visitors_language(world, rows, spoken, settings):
    settings.SUPPORT_CONTACT = "+90 212 555 0100"
    with tenancy.transaction(world.customer):
        job = UpgradeJob.objects.get(pk=rows.ids["jobs"])
        secret = live_links.make(job, name="Night shift", by=world.operator, at=NOON)
    invited = links.issue(links.PASSWORD, user=world.operator)
    client = Client()
    client.cookies["language"] = pseudo.LANGUAGE
    pages = [
        (path, path) for path in (
            "/sign-in/", "/sign-in/company/", "/sign-in/company/back/",
            "/sign-in/company/meridian/back/", "/sign-in/new-link/",
            "/link/" + invited.split("/link/")[1],
            "/link/nothing/", "/d/nothing/", "/live/nothing/", "/no-such-page/",
            f"/live/{secret}/",
            "/api/v1/problems/",
        )
    ]  # fmt: skip
    reader = [(path, path) for path in ("/api/v1/docs/", "/api/v1/docs/jobs/")]
    words = {each.noun for each in addresses()} | {each.action for each in addresses()}

    found, seen = read(client, pages)
    second_step.prepare(world.operator)
    second_step.confirm(world.operator, app(world.operator), address="192.0.2.1")
    known = {"email": world.operator.email, "password": factories.PASSWORD}
    found |= read(client, [("code", client.post("/sign-in/", known)["Location"])])[0]
    found |= read(client, reader, {word.replace("_", " ") for word in words})[0]

    assert seen >= 5  # the others say that there is nothing
    assert found == {}


def app(user):
    """What the user's app shows now."""
    return pyotp.TOTP(second_step.being_set_up(user).text).now()


@pytest.mark.slow
def test_every_paper_is_said_in_the_readers_language(
    world, rows, administrator, spoken, monkeypatch
):
    printed = {}
    monkeypatch.setattr(pdf, "render", lambda html, **_: printed.setdefault(path, html).encode())
    job = UpgradeJob(pk=rows.ids["jobs"])
    at_return = f"/c/meridian/returns/{rows.ids['returns']}"
    paths = [
        *(address(world, job, f"{name}.pdf") for name in ("runbook", "approval", "record")),
        *(f"{at_return}/{kind}.pdf" for kind in KINDS_OF_PAPER),
        "/c/meridian/catalogue/procedures/single.pdf",
        "/c/meridian/catalogue/procedures/atlas-failover.pdf",
    ]
    client, known = browser(administrator), unsaid.Known(unsaid.data())
    for path in paths:
        assert client.get(path).status_code == 200, path

    found = {path: left for path in paths if (left := known.unsaid(printed[path]))}

    assert found == {}


@pytest.mark.parametrize("kind", letters.KINDS)
def test_every_mail_is_said_in_the_readers_language(kind, monkeypatch):
    pseudo.speak(monkeypatch)
    known = unsaid.Known([*unsaid.leaves(letters.FACTS), "Marmara & Oğulları"])

    letter = letters.render(kind, pseudo.LANGUAGE)

    said = [known.unsaid_in_text(each) for each in (letter.subject, letter.text)]
    assert [*said, known.unsaid(letter.html)] == [[], [], []]


@pytest.mark.slow
def test_what_programs_are_refused_is_said_in_their_persons_language(
    world, rows, administrator, spoken
):
    callers = [Caller(administrator, world.customer, ADMINISTER), Caller(world.agent)]
    ids, found, seen = {**rows.ids, **programs.of_the_platform(world)}, {}, 0
    known = unsaid.Known(unsaid.data())
    for each in addresses():
        path = each.path.replace("{id}", ids.get(each.noun) or str(uuid.uuid4()))
        for caller in callers:
            ask = caller.get if each.method == "get" else caller.post
            for answer in (ask(path), caller.post(path, {"nothing": []})):
                if answer.status_code < 400 or not answer["Content-Type"].endswith("json"):
                    continue
                seen += 1
                if left := known.unsaid_in_texts(told_in(answer.json())):
                    found[each.name, answer.status_code] = left
    assert seen > 100
    assert found == {}


def told_in(problem):
    """The words of a problem for people (RFC 9457); `code` and `type` are for programs."""
    yield from (problem[name] for name in ("title", "detail", "remedy") if problem.get(name))
    for each in problem.get("errors", {}).values():
        yield from each


def test_every_address_without_sign_in_is_read_here():
    """A new one must be put into the list above."""
    opened = {
        route.name for route in routes()
        if not route.is_api and route.view.needs == permissions.OPEN
    }  # fmt: skip
    assert opened == OPENED | NO_PAGES
