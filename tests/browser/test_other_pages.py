"""Pages that no other test looks at, of a world with one row of every kind: none is forgotten."""

import re
from pathlib import Path
from typing import Any

import pytest

from portal import permissions
from tests.browser.looking import look_everywhere
from tests.browser.pictured import LEFT_OUT, PICTURED
from tests.house.routes import routes
from tests.upgrades import conftest as upgrades
from tests.upgrades.api import conftest as programs
from tests.upgrades.views.conftest import browser
from tests.upgrades.views.table_of_pages import OTHERS, PAGES
from tests.upgrades.views.test_queries import _more

pytestmark = [pytest.mark.browser, pytest.mark.slow]
world = upgrades.world
draft, proposed, scheduled = programs.draft, programs.proposed, programs.scheduled
running, asking, rows = programs.running, programs.asking, programs.rows
operator, approver = programs.operator, programs.approver
REST = sorted(PAGES.keys() - PICTURED.keys() - LEFT_OUT)
FEWEST = 8


def test_every_page_without_sign_in_is_pictured_or_no_page() -> None:
    opened = {
        each.name for each in routes()
        if not each.is_api and getattr(each.view, "needs", None) == permissions.OPEN
        and each.name in OTHERS
    }  # fmt: skip
    no_pages = {"healthz", "livez", "portal:demo-clock", "portal:sign-in-options",
                "portal:sign-in-passkey", "upgrades:calendar-feed"}  # fmt: skip
    assert opened - no_pages <= PICTURED.keys()


def test_every_picture_of_the_table_is_made_by_a_test() -> None:
    here = Path(__file__).parent
    told = "\n".join(path.read_text() for path in here.glob("*.py") if path.stem != "pictured")
    missing = {
        name for name in PICTURED.values() if not re.search(rf'["{{]{re.escape(name)}', told)
    }
    assert missing == set()
    assert not PICTURED.keys() & LEFT_OUT


def test_what_is_pictured_nowhere_else_is_usable_in_every_look(
    page_at: Any, world: Any, rows: Any, noon: Any
) -> None:
    """What answers with a form's refusal or asks to be posted is no page of its own."""
    ids = {**rows.ids, **_more(world), **programs.of_the_platform(world)}
    named = {each.name: each for each in routes()}
    seen = []
    for name in REST:
        path = named[name].filled(
            slug=world.customer.slug, name="single", pk=ids.get(PAGES[name]) or world.site.pk
        )
        if browser(world.agent).get(path).status_code == 200:
            look_everywhere(page_at, path, name.replace(":", "-"), user=world.agent)
            seen.append(name)
    assert len(seen) >= FEWEST, seen
