"""A company's own sign-in, from setting it up to demanding it: by keyboard, without scripts.

The provider is a server on this machine; Chromium is told that it is the company's.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from portal import egress, tenancy
from portal.models import CompanyDomain, CompanyTie, User
from portal.services.company import domains, finding, providers
from tests import factories
from tests.browser.looking import keep_picture, look, look_everywhere
from tests.chromium import program
from tests.conftest import NOON
from tests.portal.conftest import set_up
from tests.portal.egress_listeners import Authority
from tests.portal.openid import CLIENT, HOST, ISSUER, SECRET, OpenIdProvider

pytestmark = pytest.mark.browser
DOMAIN = "marmara.example"


@pytest.fixture
def there(tmp_path: Any, live_server: Any, settings: Any, monkeypatch: Any) -> Iterator[Any]:
    settings.PUBLIC_URL = live_server.url
    provider = OpenIdProvider(Authority(tmp_path))
    provider.redirect_uris = {finding.redirect_uri("marmara")}
    monkeypatch.setattr(egress, "guard", lambda: provider.guard)
    yield provider
    provider.close()


@pytest.fixture
def leading(playwright: Playwright, there: OpenIdProvider) -> Iterator[Browser]:
    """Chromium for which the provider's name is this machine."""
    browser = playwright.chromium.launch(
        executable_path=program(),
        args=["--no-sandbox", "--disable-dev-shm-usage",
              f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{there.port}"],
    )  # fmt: skip
    yield browser
    browser.close()


@pytest.fixture
def page(leading: Browser, live_server: Any) -> Iterator[Page]:
    """Without scripts, in English."""
    context = leading.new_context(
        java_script_enabled=False, ignore_https_errors=True, locale="en", base_url=live_server.url
    )
    opened = context.new_page()
    yield opened
    context.close()


@pytest.fixture
def marmara(db: None) -> Any:
    customer = factories.a_customer("Marmara", slug="marmara")
    boss = factories.a_member(customer, name="Elif Kaya", email=f"elif@{DOMAIN}")
    factories.a_member(customer, "OPERATOR", name="Kerem Demir", email=f"kerem@{DOMAIN}")
    return customer, boss


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).press("Enter")


def by_company(page: Page, email: str) -> None:
    """From the sign-in page to the provider's own, where the person lets themselves in."""
    page.goto("/sign-in/?next=/profile/")
    page.get_by_label("E-mail").fill(email)
    press(page, "Use your company’s account")
    page.wait_for_url(f"{ISSUER}/**")
    page.get_by_label("Account").fill(email)
    press(page, "Let me in")


def by_password(page: Page, email: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    press(page, "Sign in")


def sign_out(page: Page) -> None:
    page.get_by_role("banner").get_by_role("button", name="Sign out").press("Enter")
    page.wait_for_url("**/sign-in/")


def test_the_whole_story(page: Page, marmara: Any, there: OpenIdProvider) -> None:
    customer, boss = marmara
    by_password(page, boss.email)
    page.goto("/c/marmara/company-sign-in/")
    assert page.locator("#redirect-uri").inner_text() in there.redirect_uris

    page.get_by_label("Issuer").fill(f"{ISSUER}/")
    page.get_by_label("Client id").fill(CLIENT)
    page.get_by_label("Client secret").fill(SECRET)
    page.get_by_label("E-mail domains").fill(DOMAIN)
    press(page, "Try it")
    expect(page.get_by_text("cannot be used now")).to_be_visible()
    page.get_by_label("Issuer").fill(ISSUER)
    press(page, "Try it")
    expect(page.get_by_text("Nothing was saved yet")).to_be_visible()
    page.get_by_label("Client secret").fill(SECRET)
    press(page, "Save")
    press(page, "Enable")
    with tenancy.transaction(customer):
        domains.confirm(CompanyDomain.objects.get(), by=factories.staff(), at=NOON)
    page.get_by_role("button", name="Demand it of everybody").press("Enter")
    expect(page.get_by_text("You have not signed in by it yourself yet.")).to_be_visible()
    sign_out(page)

    by_company(page, boss.email)
    page.wait_for_url("**/profile/")
    page.goto("/c/marmara/company-sign-in/")
    page.get_by_role("button", name="Demand it of everybody").press("Enter")
    expect(page.get_by_text("It is demanded of everybody.")).to_be_visible()
    keep_picture(page, "company-demanded")
    sign_out(page)

    by_password(page, f"kerem@{DOMAIN}")
    expect(page.get_by_text("demands that you sign in with its own account")).to_be_visible()
    by_company(page, f"kerem@{DOMAIN}")
    page.wait_for_url("**/profile/")
    sign_out(page)

    by_company(page, f"stranger@{DOMAIN}")
    expect(page.get_by_text("account opens nothing here")).to_be_visible()
    with tenancy.transaction(customer):
        assert CompanyTie.objects.count() == 2


def test_with_scripts_the_policy_lets_one_through(
    leading: Browser, live_server: Any, marmara: Any, there: OpenIdProvider
) -> None:
    """What a form is sent to stays within the portal; the way to the provider is a page."""
    set_up(*marmara, DOMAIN)
    context = leading.new_context(ignore_https_errors=True, base_url=live_server.url)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    by_company(page, f"kerem@{DOMAIN}")
    page.wait_for_url("**/profile/")

    assert [line for line in said if "Content Security" in line] == []
    context.close()


def test_the_pages_are_usable_in_every_look(
    page_at: Any, marmara: Any, there: OpenIdProvider
) -> None:
    customer, boss = marmara
    factories.a_member(customer, "VIEWER", name="Guest", email="guest@other.example")
    set_up(*marmara, DOMAIN)
    with tenancy.transaction(customer):
        CompanyTie.objects.create(
            customer=customer, provider=providers.of_customer(), user=boss, issuer=ISSUER,
            subject="1", made_at=NOON, used_at=NOON,
        )  # fmt: skip
        CompanyDomain.objects.create(
            customer=customer, provider=providers.of_customer(), domain="waits.example",
            asked_at=NOON, asked_by_id=boss.pk,
        )  # fmt: skip
    look_everywhere(page_at, "/c/marmara/company-sign-in/", "company-sign-in", user=boss)
    look_everywhere(page_at, "/sign-in/company/", "sign-in-company")
    look(page_at("/sign-in/"), "sign-in-with-company")


def without_password(email: str, language: str = "en") -> User:
    person = User.objects.get(email=email)
    person.set_unusable_password()
    person.language = language
    person.save()
    return person


def test_who_has_no_password_shows_there_that_it_is_them(
    page: Page, marmara: Any, there: OpenIdProvider
) -> None:
    """By keyboard, without scripts: the app's key is shown only after signing in anew."""
    set_up(*marmara, DOMAIN)
    kerem = without_password(f"kerem@{DOMAIN}")
    by_company(page, kerem.email)
    page.wait_for_url("**/profile/")
    page.goto("/profile/second-step/")
    page.get_by_role("link", name="Show that it is you").press("Enter")
    press(page, "Sign in anew with your company’s account")
    page.wait_for_url(f"{ISSUER}/**")
    assert "prompt=login" in page.url
    page.get_by_label("Account").fill(kerem.email)
    press(page, "Let me in")
    page.wait_for_url("**/profile/second-step/")
    expect(page.get_by_text("It counts once, until")).to_be_visible()
    press(page, "Begin")

    expect(page.locator("#app-key")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_that_shows_it_is_usable_in_every_look(
    leading: Browser, live_server: Any, marmara: Any, there: OpenIdProvider, language: str
) -> None:
    set_up(*marmara, DOMAIN)
    kerem = without_password(f"kerem@{DOMAIN}", language)
    context = leading.new_context(
        ignore_https_errors=True, base_url=live_server.url, locale="en", reduced_motion="reduce"
    )
    page = context.new_page()
    by_company(page, kerem.email)
    page.wait_for_url("**/profile/")
    page.goto("/profile/second-step/")
    look(page, "second-step-first", language=language)
    page.goto("/profile/prove/second-step/")
    look(page, "prove", language=language)
    context.close()
