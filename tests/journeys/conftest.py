"""Each journey starts the whole product: one after the other, by one of the processes that test."""

from pathlib import Path

import pytest

from tests.upgrades import conftest as upgrades

simulator, park = upgrades.simulator, upgrades.park
catalogue, world, answering = upgrades.catalogue, upgrades.world, upgrades.answering


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("journeys"))
