"""The fleet's pages and the import, in both themes at both widths."""

import pytest

from tests.appliances.services.importing.test_loads import BAD, agent, load, wide
from tests.browser.looking import look_everywhere

__all__ = ["agent"]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "path",
    ["/fleet/?by=customer", "/fleet/behind/", "/fleet/support/", "/sites/?q=region:emea+shape:x"],
    ids=["versions", "behind", "support", "filter"],
)
def test_the_fleet_is_readable_by_everybody(page_at, agent, path):
    load(agent, wide())
    look_everywhere(
        page_at, path, f"fleet-{path.split('/')[-2]}", user=agent, words=["region:emea shape:x"]
    )  # fmt: skip


@pytest.mark.parametrize("text", [BAD, wide()], ids=["bad", "good"])
def test_an_import_is_given_and_looked_at_without_scripts(page_at, agent, tmp_path, text):
    file = tmp_path / "fleet.csv"
    file.write_text(text)
    page = page_at("/fleet/import/", user=agent, scripts=False)
    page.set_input_files("input[type=file]", str(file))
    page.get_by_role("button", name="See what would happen").click()
    shown = page.get_by_role("heading", name="What is bad" if text == BAD else "What would happen")
    assert shown.is_visible()
