from collections.abc import Iterator

import pytest

from upgrades.services.rehearsals import stage
from upgrades.services.rehearsals.stage import Stage


@pytest.fixture(scope="session")
def scene() -> Iterator[Stage]:
    """One simulator for many plays, one after the other: each begins with an empty park."""
    with stage.opened() as opened:
        yield opened
