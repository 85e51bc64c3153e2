"""What holds on every page: keyboard, no scripts, language, colours, the demo's banner, print."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from portal import clock
from portal.models import User
from tests import factories
from tests.browser.looking import NARROW, keep_picture, look

pytestmark = pytest.mark.browser


def test_the_first_tab_stop_leads_to_the_content(page_at):
    page = page_at("/profile/", user=factories.a_person())

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")

    assert page.url.endswith("#main")


def test_the_menu_of_a_phone_opens_and_closes_by_keyboard(page_at):
    person = factories.a_member(factories.a_customer(slug="marmara"))
    page = page_at("/c/marmara/audit/", user=person, width=NARROW)
    menu = page.locator("details.only-phone > summary")

    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Main, phone")).to_be_visible()
    keep_picture(page, "menu.en.light.390")
    page.keyboard.press("Escape")

    expect(page.get_by_role("navigation", name="Main, phone")).to_be_hidden()
    expect(menu).to_be_focused()


def test_without_scripts_one_signs_in_chooses_a_language_and_colours_and_signs_out(page_at):
    person = factories.a_person(email="elif@example.com")
    page = page_at("/sign-in/", scripts=False)
    page.get_by_label("E-mail").fill("elif@example.com")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing to see yet")

    page.get_by_label("Language").select_option("tr")
    page.get_by_role("button", name="Change language").click()
    page.locator("#set-theme").select_option("dark")
    page.locator("form:has(#set-theme) button").click()

    html = page.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("data-theme")) == ("tr", "dark")
    kept = User.objects.get(pk=person.pk)
    assert (kept.language, kept.theme) == ("tr", "dark")
    page.locator(".top form button").click()
    assert page.url.endswith("/sign-in/")


def test_the_demos_banner_follows_the_portals_clock_by_itself(page_at, settings):
    settings.DEMO = settings.SCALED_CLOCK = True
    began = datetime.now(UTC)
    shown = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
    clock.write_dial(clock.Dial(began, shown, 1.0, None))
    page = page_at("/profile/", user=factories.a_person())
    banner = page.get_by_role("complementary", name="Demo")
    expect(banner).to_contain_text("Mon 1 Mar 2027")
    look(page, "demo")

    clock.write_dial(clock.Dial(began, shown + timedelta(days=1), 1.0, None))

    expect(banner).to_contain_text("Tue 2 Mar 2027", timeout=6000)


def test_a_wait_counts_down_between_two_refreshes(page_at):
    page = page_at("/components/", user=factories.staff())
    wait = page.get_by_role("timer")
    first = wait.text_content()

    expect(wait).not_to_have_text(first, timeout=3000)


def test_on_paper_there_is_neither_bar_nor_button(page_at):
    person = factories.a_member(factories.a_customer(slug="marmara"))
    page = page_at("/c/marmara/audit/", user=person)
    page.emulate_media(media="print")

    assert not page.locator("header.top").is_visible()
    assert not page.get_by_role("button", name="Verify the chain now").is_visible()
    assert page.get_by_role("table").is_visible()
    keep_picture(page, "print.audit")
