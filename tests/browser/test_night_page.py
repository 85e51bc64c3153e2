"""The night shift's page: in every look, by itself, and when the portal is silent."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from portal import tenancy
from tests.browser import upgrading
from tests.browser.looking import look_everywhere
from tests.upgrades.views import states
from upgrades.services import live_links, runs

pytestmark = pytest.mark.browser


def secret_of(made: upgrading.World) -> str:
    with tenancy.transaction(made.customer):
        return live_links.make(
            states.again(made.job), name="Wall", lasts=timedelta(days=2), by=made.agent,
            at=made.now,
        )  # fmt: skip


def test_the_page_is_usable_in_every_look_and_without_an_account(
    page_at: Any, settings: Any
) -> None:
    settings.SUPPORT_CONTACT = "+90 212 555 0100"
    made = upgrading.waiting()

    look_everywhere(page_at, f"/live/{secret_of(made)}/", "night")


def test_it_follows_the_run_and_says_so_when_no_news_come(page_at: Any) -> None:
    made = upgrading.waiting()
    page = page_at(f"/live/{secret_of(made)}/")
    page.clock.install()
    page.reload()  # with its intervals on that clock
    with tenancy.transaction(made.customer):
        runs.halt(states.again(made.job), by=made.approver, reason="Smoke", at=made.now)
    page.clock.run_for(11_000)
    expect(page.get_by_text("Halted")).to_be_visible(timeout=8000)
    expect(page.get_by_text("No news for a while")).to_be_hidden()

    page.route("**/live/**", lambda route: route.fulfill(status=204))
    page.clock.run_for(60_000)
    expect(page.get_by_text("No news for a while")).to_be_visible()

    page.unroute("**/live/**")
    page.clock.run_for(11_000)
    expect(page.get_by_text("No news for a while")).to_be_hidden(timeout=8000)
