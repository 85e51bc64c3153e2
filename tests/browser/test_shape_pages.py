"""Pairs, clusters, new hardware, returns, clients and rehearsals, seen in a browser in every
language, width and theme."""

from typing import Any

import pytest

from portal import clock, tenancy
from tests.browser.looking import look, look_everywhere
from tests.browser.returned import RETURNS
from tests.browser.shapes import STOPS, Packages
from tests.upgrades.conftest import a_world
from upgrades.services.rehearsals import asking, performing

pytestmark = pytest.mark.browser
ALL = {**STOPS, **RETURNS}


@pytest.mark.parametrize("name", ALL)
def test_the_page_is_usable_in_every_look(
    page_at: Any,
    catalogue: Packages,
    name: str,
) -> None:
    stop = ALL[name](catalogue)

    look_everywhere(page_at, stop.path, name, user=stop.who)


def test_a_rehearsals_report_is_usable_in_every_look(
    page_at: Any,
    catalogue: Packages,
    park: Any,
) -> None:
    """One play, in all languages: it takes its time."""
    world = a_world(catalogue)
    with tenancy.transaction(world.customer):
        row = asking.ask(
            world.site, world.packages["12.2.0"], procedure="single", method="automatic",
            wishes=["base-fails"], seed=7, by=world.operator, at=clock.now(), ring=False,
        )  # fmt: skip
    path = f"/c/meridian/rehearsals/{row.pk}/"
    look(page_at(path, user=world.operator), "rehearsal-waiting")
    performing.perform(world.customer.pk, row.pk)

    look_everywhere(page_at, path, "rehearsal", user=world.operator)
