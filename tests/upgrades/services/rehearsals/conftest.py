from collections.abc import Iterator
from datetime import timedelta

import pytest

from upgrades.services.rehearsals import stage
from upgrades.services.rehearsals.stage import Stage
from upgrades.services.ticks.deeds import clients


@pytest.fixture(scope="session")
def scene() -> Iterator[Stage]:
    """One simulator for many plays, one after the other: each begins with an empty park."""
    with stage.opened() as opened:
        yield opened


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who still has to follow is asked for less often: half of a play's turns were such looks."""
    monkeypatch.setattr(clients, "CLIENTS_AGAIN", timedelta(hours=8))
