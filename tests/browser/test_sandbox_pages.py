"""A sandbox says what it is, and what its clock shows; search finds it only if asked."""

from datetime import timedelta

import pytest

from portal import own_clock, tenancy
from portal.models import Customer
from tests import factories
from tests.browser.looking import look_everywhere

pytestmark = pytest.mark.browser


@pytest.fixture
def sandbox(db):
    made = factories.a_customer("Our CI", id=own_clock.new_id(), sandbox_shapes=["SINGLE"])
    with tenancy.transaction(made):
        Customer.objects.filter(pk=made.pk).update(clock_ahead=timedelta(days=3))
    return made


def test_its_pages_say_so_in_every_language_and_width(page_at, sandbox):
    agent = factories.staff(name="Ines Duarte")
    look_everywhere(page_at, f"/c/{sandbox.slug}/sites/", "sandbox-sites", user=agent)


def test_search_asks_whether_sandboxes_too(page_at, sandbox):
    agent = factories.staff(name="Ines Duarte")
    look_everywhere(
        page_at, "/search/?q=our+ci&sandboxes=1", "search-sandboxes", user=agent, words=("our ci",)
    )


def test_until_when_it_lives_and_its_end(page_at, sandbox):
    agent = factories.staff(name="Ines Duarte")
    look_everywhere(page_at, f"/c/{sandbox.slug}/sandbox/", "sandbox", user=agent)
