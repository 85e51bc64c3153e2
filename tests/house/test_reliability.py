"""docs/reliability.md names tests that are there."""

import re

import pytest

from tests.house.sources import ROOT

TABLE = ROOT / "docs" / "reliability.md"
NAMED = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", TABLE.read_text())


def test_it_names_many():
    assert len(NAMED) > 40


@pytest.mark.parametrize(("file", "test"), sorted(set(NAMED)))
def test_what_it_names_is_there(file, test):
    source = (ROOT / "tests" / file).read_text()
    assert f"def {test}(" in source if test else "def test_" in source
