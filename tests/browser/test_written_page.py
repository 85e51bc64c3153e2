"""The page on which a form from a closed site is given, looked at and confirmed."""

import pytest

from portal import clock
from tests.browser.looking import look_everywhere
from tests.conftest import NOON
from tests.upgrades.services.written.conftest import EVENING, as_csv, closed

pytestmark = pytest.mark.browser
__all__ = ["closed"]


def given(rows):
    def act(page):
        form = {"name": "form.csv", "mimeType": "text/csv", "buffer": as_csv(rows)}
        page.locator("#id_form").set_input_files(form)
        page.locator("form.narrow button").click()

    return act


def test_the_form_what_is_bad_and_what_would_happen(page_at, closed):
    path = f"/c/meridian/jobs/{closed.job.pk}/written/"
    user = closed.world.operator
    bad = closed.filled(2, 3, begin=NOON)
    bad[0]["value"] = "=1+1"
    with clock.at(EVENING):
        look_everywhere(page_at, path, "written", user=user)
        good = closed.filled(1, 3, begin=NOON)
        look_everywhere(
            page_at, path, "written-good", user=user, act=given(good), words=("Jan N.",)
        )
        look_everywhere(page_at, path, "written-bad", user=user, act=given(bad), words=("Jan N.",))
        look_everywhere(page_at, f"/c/meridian/jobs/{closed.job.pk}/", "job-closed", user=user)
