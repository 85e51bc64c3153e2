"""The reader pages of the API, looked at."""

import pytest

from tests.browser.looking import look_everywhere
from tests.upgrades.api.addresses import addresses

pytestmark = pytest.mark.browser
PAGES = {"contents": "docs/", "noun": "docs/jobs/", "problems": "problems/"}


@pytest.mark.parametrize("name", PAGES)
def test_a_reader_page_is_fit_to_be_read(page_at, name):
    told = {each.noun for each in addresses()} | {each.action for each in addresses()}
    words = [word.replace("_", " ") for word in told]

    look_everywhere(page_at, f"/api/v1/{PAGES[name]}", f"api.{name}", act=opened, words=words)


def opened(page):
    for summary in page.locator("section.sec details > summary").all()[:6]:
        summary.click()
