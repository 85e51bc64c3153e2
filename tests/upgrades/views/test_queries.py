"""Every page of a customer's people and of staff asks the database at most twenty times."""

import inspect
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from portal import clock, tenancy
from portal.models import Membership, User
from portal.services import links
from tests.browser import shapes
from tests.conftest import NOON
from tests.house.routes import Route, routes
from tests.upgrades.api import conftest as programs
from tests.upgrades.conftest import World
from tests.upgrades.views.conftest import browser
from tests.upgrades.views.table_of_pages import OTHERS, PAGES
from upgrades.models import Rollout, Team, UpgradeJob
from upgrades.services import live_links

MOST, OK = 20, 200
UNKNOWN = "/d/unknown/"
# What opens and ends a transaction asks for nothing.
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
draft, proposed, scheduled = programs.draft, programs.proposed, programs.scheduled
running, asking, rows = programs.running, programs.asking, programs.rows
operator, approver = programs.operator, programs.approver


def looked_at() -> list[Route]:
    """Every address that answers to a look."""
    return [route for route in routes() if not route.is_api and "GET" in _methods(route.view)]


def _methods(view: Any) -> list[str]:
    known = inspect.getclosurevars(view).nonlocals.get("request_method_list")
    return known if known is not None else ["GET"]


def test_every_page_is_in_the_table():
    assert sorted(route.name for route in looked_at()) == sorted({*PAGES, *OTHERS})


@pytest.mark.parametrize("who", ["staff", "approver"])
def test_no_page_asks_more_than_twenty_times(
    who: str, world: World, rows: programs.Rows, asked: "Asks"
) -> None:
    reader = world.agent if who == "staff" else world.approver
    seen = sum(asked(reader, path) in (200, 422) for path in every_page(world, rows))
    assert seen > (60 if who == "staff" else 40)
    assert asked.over() == {}


def every_page(world: World, rows: programs.Rows) -> list[str]:
    """The address of each page, of a row that there is."""
    ids = {**rows.ids, **_more(world), **programs.of_the_platform(world)}
    slug = world.customer.slug
    return [
        route.filled(slug=slug, name="single", pk=ids.get(PAGES[route.name], uuid.uuid4()))
        for route in looked_at()
        if route.name in PAGES
    ]


def _more(world: World) -> dict[str, str]:
    with tenancy.transaction(world.customer):
        member = Membership.objects.get(user=world.approver)
    Rollout.objects.update(draw_asked_at=NOON, drawn_at=NOON)
    team = Team.objects.create(name="Night watch", zone="Europe/Istanbul", skills=["SINGLE"])
    return {"members": str(member.pk), "staff": str(world.agent.pk), "teams": str(team.pk)}


def open_pages(world: World) -> list[str]:
    """What is shown without sign-in, as far as a link leads to a row that there is."""
    with tenancy.transaction(world.customer):
        job = UpgradeJob.objects.with_site().get(state=UpgradeJob.State.RUNNING)
        secret = live_links.make(job, name="Wall", by=world.agent, at=clock.now())
    one_time = urlsplit(links.issue(links.PASSWORD, user=world.approver)).path
    named = ("portal:sign-in", "portal:new-link", "portal:sign-in-company")
    return [*map(reverse, named), one_time, f"/live/{secret}/", UNKNOWN]


def test_what_is_shown_without_sign_in_asks_as_little(
    world: World, rows: programs.Rows, asked: "Asks"
) -> None:
    answers = {path: asked(None, path) for path in open_pages(world)}

    assert [path for path, status in answers.items() if status != OK] == [UNKNOWN]
    assert asked.over() == {}


OF_SITE = ("", "topology/", "readiness/", "checks/", "readings/", "plan/", "rehearse/")
OF_JOB = ("", "live/?typing=1", "moves/", "log/", "clients/")


def test_the_biggest_shape_costs_no_page_more(catalogue: Any, asked: "Asks") -> None:
    """A cluster with failover in two regions, in an interim, while its nodes are emptied."""
    world, job = shapes.draining(catalogue)
    plan = f"?target={world.packages['12.2.0'].pk}&procedure=atlas-failover&method=automatic"
    at_site = [f"sites/{world.site.pk}/{page}{plan}" for page in OF_SITE]
    at_job = [f"jobs/{job.pk}/{page}" for page in OF_JOB]
    of_customer = ["", "sites/", "jobs/", "calendar/", *at_site, *at_job]
    own = [f"/c/{world.customer.slug}/{page}" for page in of_customer]
    of_all = ["/now/", "/sites/", "/jobs/", "/calendar/", "/fleet/", "/fleet/behind/"]

    answers = {
        path: asked(reader, path)
        for reader, paths in ((world.approver, own), (world.agent, [*own, *of_all]))
        for path in paths
    }

    assert {path for path, status in answers.items() if status != OK} == set()
    assert asked.over() == {}


@dataclass
class Asks:
    """Asks for pages, and counts what each asks of the database."""

    counted: dict[tuple[str, str], int] = field(default_factory=dict)
    clients: dict[Any, Client] = field(default_factory=dict)

    def __call__(self, who: User | None, path: str) -> int:
        client = self._signed_in(who)
        with (
            CaptureQueriesContext(connections["default"]) as own,
            CaptureQueriesContext(connections["staff"]) as across,
        ):
            answer = client.get(path)
        statements = [each["sql"] for each in (*own.captured_queries, *across.captured_queries)]
        name = resolve(path.partition("?")[0]).view_name
        self.counted[name, path] = sum(not sql.startswith(CONTROL) for sql in statements)
        return int(answer.status_code)

    def _signed_in(self, who: User | None) -> Client:
        """Staff who open a customer leave a trace once a session: not with the page that counts.
        Nobody has no session at all."""
        if who is None:
            return Client()
        if who.pk not in self.clients:
            self.clients[who.pk] = browser(who)
            self.clients[who.pk].get("/c/meridian/members/")
        return self.clients[who.pk]

    def over(self) -> dict[tuple[str, str], int]:
        return {
            (name, path): number for (name, path), number in self.counted.items() if number > MOST
        }


@pytest.fixture
def asked() -> Asks:
    return Asks()
