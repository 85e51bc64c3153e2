"""A running job's page follows the run by itself, and nothing that somebody types is lost."""

from typing import Any

import pytest
from playwright.sync_api import expect

from portal import tenancy
from tests.browser import upgrading
from tests.browser.looking import look
from tests.upgrades.views import states
from upgrades.services import runs

pytestmark = pytest.mark.browser


def test_what_somebody_types_stays_while_the_page_follows_the_run(page_at: Any) -> None:
    made = upgrading.asking("check_updates")
    page = page_at(made.at(), user=made.operator)
    typed = page.get_by_label("Packages offered")
    typed.fill("Base Software 3.3.2")
    page.locator("details.phase > summary").first.click()
    page.wait_for_timeout(3500)  # a refresh that brings nothing new
    expect(page.locator("details.phase").first).to_have_attribute("open", "")

    with tenancy.transaction(made.customer):
        states.put(made.job, "ASKING", "verify", at=made.now)

    expect(page.get_by_text("Open a session to a remote computer")).to_be_visible(timeout=8000)
    expect(typed).to_have_value("Base Software 3.3.2")
    expect(page.locator("#log")).to_have_count(1)


def test_without_scripts_a_step_is_confirmed(page_at: Any) -> None:
    made = upgrading.asking("test_elsewhere")
    page = page_at(made.at(), user=made.operator, scripts=False)

    page.get_by_role("radio", name="Not tested").check()
    page.get_by_role("textbox", name="Who tested what").fill("No lab")
    page.get_by_role("button", name="Confirm done").click()

    expect(page.get_by_role("status")).to_contain_text("Confirmed.")


def test_a_job_that_is_halted_elsewhere_shows_itself(page_at: Any) -> None:
    made = upgrading.waiting()
    page = page_at(made.at(), user=made.agent)

    with tenancy.transaction(made.customer):
        runs.halt(states.again(made.job), by=made.approver, reason="Smoke", at=made.now)

    expect(page.get_by_role("button", name="Resume")).to_be_visible(timeout=8000)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_where_a_window_may_go_comes_when_somebody_wants_to_move_it(
    page_at: Any, scripts: bool
) -> None:
    made = upgrading.waiting()
    page = page_at(made.at(), user=made.approver, scripts=scripts)
    expect(page.get_by_label("Move to")).to_have_count(0)

    page.locator("summary", has_text="Move a window").click()
    if not scripts:
        page.get_by_role("link", name="See the times that are free").click()

    expect(page.get_by_label("Move to").first).to_be_visible()
    if scripts:
        look(page, "job-moves")


def test_a_reason_is_asked_for_in_a_dialog_that_keys_open_and_close(page_at: Any) -> None:
    made = upgrading.waiting()
    page = page_at(made.at(), user=made.agent)
    halt = page.locator("details.ask > summary", has_text="Halt")

    halt.press("Enter")

    dialog = page.get_by_role("dialog", name="Halt")
    expect(dialog.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("Smoke in the rack")
    page.wait_for_timeout(4000)  # nothing is refreshed away meanwhile
    expect(dialog.get_by_label("Reason")).to_have_value("Smoke in the rack")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(halt).to_be_focused()

    halt.press("Enter")
    dialog.get_by_role("button", name="Leave it").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()

    halt.press("Enter")
    expect(dialog.get_by_label("Reason")).to_have_value("Smoke in the rack")
    dialog.get_by_role("button", name="Halt now").click()
    expect(page.get_by_role("status")).to_contain_text("Halted.")


def test_a_dialog_moves_nothing_of_the_page_behind_it(page_at: Any) -> None:
    made = upgrading.waiting()
    page = page_at(made.at(), user=made.agent)
    buttons = page.locator(".head .acts .btn:not(dialog *)")
    before = [each.bounding_box() for each in buttons.all()]
    assert len(before) > 1

    page.locator("details.ask > summary", has_text="Halt").press("Enter")

    expect(page.get_by_role("dialog", name="Halt")).to_be_visible()
    assert [each.bounding_box() for each in buttons.all()] == before


def test_without_scripts_the_reason_unfolds_in_its_place(page_at: Any) -> None:
    made = upgrading.waiting()
    page = page_at(made.at(), user=made.agent, scripts=False)

    page.locator("details.ask > summary", has_text="Halt").click()
    form = page.locator("details.ask[open] form")
    expect(form.get_by_role("button", name="Leave it")).to_have_count(0)
    form.get_by_label("Reason").fill("Smoke")
    form.get_by_role("button", name="Halt now").click()

    expect(page.get_by_role("status")).to_contain_text("Halted.")


def test_a_page_whose_network_was_away_follows_the_run_again(page_at: Any) -> None:
    made = upgrading.waiting()
    page = page_at(made.at(), user=made.agent, without_network=True)
    page.context.set_offline(True)
    page.wait_for_timeout(4000)  # refreshes fail meanwhile
    with tenancy.transaction(made.customer):
        runs.halt(states.again(made.job), by=made.approver, reason="Smoke", at=made.now)

    page.context.set_offline(False)

    expect(page.get_by_role("button", name="Resume")).to_be_visible(timeout=8000)


def test_what_was_typed_when_the_session_ended_is_sent_after_a_new_sign_in(page_at: Any) -> None:
    made = upgrading.waiting()
    page = page_at(made.at(), user=made.agent)
    page.locator("details.ask > summary", has_text="Halt").click()
    page.get_by_role("dialog", name="Halt").get_by_label("Reason").fill("Smoke in the rack")
    session = next(c for c in page.context.cookies() if "session" in c["name"])
    page.context.clear_cookies(name=session["name"])

    page.get_by_role("button", name="Halt now").click()
    expect(page.get_by_role("definition").get_by_text("Smoke in the rack")).to_be_visible()
    page.context.add_cookies([session])  # signed in anew, in another tab
    page.get_by_role("button", name="Send it").click()

    expect(page.get_by_role("status")).to_contain_text("Halted.")
    with tenancy.transaction(made.customer):
        assert states.again(made.job).reason == "Smoke in the rack"
