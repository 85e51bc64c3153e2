"""Every address names what it needs, and shows nobody what is another customer's."""

import uuid

import pytest
from django.apps import apps
from django.test import Client

from portal import permissions, tenancy
from tests import factories
from tests.house.routes import routes
from tests.house.sources import modules

PAGES = [route for route in routes() if not route.is_api]
SLUGGED = [route for route in PAGES if "<slug:slug>" in route.path]
OURS = ("portal", "appliances", "upgrades")
# The catalogue is everybody's; a person's own keys and calendar addresses are the person's.
PLATFORM = (
    "appliances:package", "portal:key", "portal:staff", "portal:session", "upgrades:feed",
    "portal:erasure-receipt", "portal:erasure-trail", "upgrades:team", "upgrades:rollout",
    "upgrades:settlement", "upgrades:package",
)  # fmt: skip


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.name)
def test_a_page_names_what_it_needs(route):
    need = getattr(route.view, "needs", None)

    assert need in {*permissions.MAY, permissions.OPEN, permissions.SIGNED_IN}


def test_every_line_of_the_policy_is_used():
    text = "\n".join(path.read_text() for path in modules() if path.name != "permissions.py")
    unused = [action for action in permissions.MAY if f'"{action}"' not in text]
    assert unused == []


def test_pages_of_a_customer_stand_under_its_address():
    wrong = [
        route.name
        for route in PAGES
        if "<uuid" in route.path
        and "<slug:slug>" not in route.path
        and not route.name.startswith(PLATFORM)
    ]
    assert wrong == []


def ids_of(customer):
    """The id of one row of every owned table that has any, and a job of a name."""
    with tenancy.transaction(customer):
        rows = [
            model.objects.first()
            for app in OURS
            for model in apps.get_app_config(app).get_models()
            if getattr(model, "SECURED", False)
        ]
    return [row.pk for row in rows if row is not None]


def of_app(app):
    """Its addresses of customers. Together they name all of them."""
    return [route for route in SLUGGED if route.name.startswith(f"{app}:")]


def test_each_address_belongs_to_an_app():
    assert sorted(r.name for app in OURS for r in of_app(app)) == sorted(r.name for r in SLUGGED)


def get_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def two(world):
    """The story's customer, and a stranger's with people of its own."""
    other = factories.a_customer("Borealis", slug="borealis")
    return world, factories.a_member(other, "ADMINISTRATOR", "Bo Strand"), other


@pytest.mark.slow
@pytest.mark.parametrize("app", OURS)
def test_a_stranger_finds_nothing_anywhere(two, app):
    world, stranger, _other = two
    client = get_in(stranger)
    ids = ids_of(world.customer)

    for number, route in enumerate(of_app(app)):  # who is no member is turned away before any id
        some = [ids[(number + step) % len(ids)] for step in (0, 7, 13)]
        for pk in [*some, uuid.uuid4()] if "<uuid" in route.path else some[:1]:
            address = route.filled(slug=world.customer.slug, pk=pk)
            for answer in (client.get(address), client.post(address)):
                assert answer.status_code == 404, address
                assert "Support desk" not in answer.content.decode(), address


@pytest.mark.slow
@pytest.mark.parametrize("app", OURS)
def test_ones_own_address_with_anothers_id_finds_nothing(two, app):
    world, stranger, other = two
    client = get_in(stranger)
    ids = ids_of(world.customer)

    for route in [route for route in of_app(app) if "<uuid" in route.path]:
        unknown = client.get(route.filled(slug=other.slug, pk=uuid.uuid4())).status_code
        for pk in ids:
            address = route.filled(slug=other.slug, pk=pk)
            looked, sent = client.get(address), client.post(address)
            for answer in (looked, sent):
                assert answer.status_code in (403, 404, 405), address
                assert "Support desk" not in answer.content.decode(), address
            assert looked.status_code == unknown, address


def test_nobody_gets_in_without_signing_in(db):
    for route in PAGES:
        if route.view.needs != permissions.OPEN:
            answer = Client().get(route.filled(slug="meridian", pk=uuid.uuid4()))
            assert answer.status_code == 302, route.name
            assert "/sign-in/" in answer["Location"], route.name
