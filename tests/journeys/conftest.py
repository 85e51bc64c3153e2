"""Each journey starts the whole product: one after the other, by one of the processes that test
(tests/scheduling.py)."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

from tests.journeys import people
from tests.upgrades import conftest as upgrades

simulator, park = upgrades.simulator, upgrades.park
catalogue, world, answering = upgrades.catalogue, upgrades.world, upgrades.answering


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Where a product keeps its data. Not one of pytest's: whoever starts pytest meanwhile closes
    those to others, and PostgreSQL passes through under another account."""
    place = Path(tempfile.mkdtemp(prefix="changeover-journey-"))
    place.chmod(0o711)
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One for the journeys of a file."""
    with people.a_browser(playwright) as chromium:
        yield chromium
