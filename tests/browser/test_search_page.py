"""The box of the bar, and the page of what it found."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import upgrading
from tests.browser.looking import look_everywhere

pytestmark = pytest.mark.browser


def test_what_was_found_is_usable_in_every_look(page_at: Any) -> None:
    made = upgrading.waiting()

    look_everywhere(page_at, "/search/?q=marmara", "search", user=made.agent)


def test_the_key_goes_to_the_box_and_enter_to_a_whole_reference(page_at: Any) -> None:
    made = upgrading.waiting()
    page = page_at("/c/marmara/", user=made.operator)

    page.keyboard.press("Control+k")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("uj-1")
    page.keyboard.press("Enter")

    expect(page).to_have_url(page.url.split("/c/")[0] + made.at())
