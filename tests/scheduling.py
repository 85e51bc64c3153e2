"""A pytest plugin: how pytest-xdist deals the tests out.

Each test goes to whoever is free; only the journeys stay together and come first, since they take
longest, each starts the whole product, and those of a file build on each other. (The marks of
`--dist loadgroup` do nothing under pytest 9.2 with pytest-xdist 3.8, and say nothing of it.)
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

JOURNEYS = "tests/journeys/"


class Scheduling(LoadScopeScheduling):
    """The scopes with most tests come first: the journeys are the only one with more than one."""

    def _split_scope(self, nodeid: str) -> str:
        return JOURNEYS if nodeid.startswith(JOURNEYS) else nodeid


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling | None:
    return Scheduling(config, log) if config.getvalue("dist") == "load" else None
