"""A passkey in Chromium, whose authenticator is made of software (CDP, WebAuthn)."""

from typing import Any

import pytest

from portal.models import Passkey, User
from tests import factories
from tests.browser.looking import look, look_everywhere

pytestmark = pytest.mark.browser
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def here(live_server: Any, settings: Any) -> str:
    """The live server by a name: a number has no passkeys."""
    settings.ALLOWED_HOSTS = ["localhost", *settings.ALLOWED_HOSTS]
    settings.PUBLIC_URL = live_server.url.replace("127.0.0.1", "localhost")
    return settings.PUBLIC_URL


def with_device(page: Any) -> tuple[Any, str]:
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    made = tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return tools, made["authenticatorId"]


def sign_in(page: Any, here: str, user: User) -> None:
    page.goto(f"{here}/sign-in/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_label("Password").press("Enter")
    page.wait_for_url(lambda url: url.removeprefix(here) != "/sign-in/")


def test_one_adds_a_passkey_and_signs_in_with_it_alone_and_as_second_step(
    page_at: Any, here: str
) -> None:
    member = factories.a_member(factories.a_customer("Marmara", slug="marmara"), name="Kerem Demir")
    page = page_at("/sign-in/")
    tools, device = with_device(page)
    sign_in(page, here, member)
    page.goto(f"{here}/profile/passkeys/")
    page.get_by_label("Name").fill("Telephone")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Add a passkey").press("Enter")
    page.get_by_text("The password is not right.").wait_for()
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Add a passkey").press("Enter")
    page.locator("#codes li").first.wait_for()
    assert Passkey.objects.get().name == "Telephone"
    look(page, "passkeys-codes")

    page.context.clear_cookies()
    page.goto(f"{here}/sign-in/?next=/profile/")
    look(page, "sign-in-passkey")
    page.get_by_role("button", name="Sign in with a passkey").press("Enter")
    page.wait_for_url(f"{here}/profile/")

    page.context.clear_cookies()
    sign_in(page, here, member)
    assert page.url.startswith(f"{here}/sign-in/code/")
    page.get_by_role("button", name="Sign in with a passkey").press("Enter")
    page.wait_for_url(f"{here}/c/marmara/")

    page.context.clear_cookies()
    tools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto(f"{here}/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").press("Enter")
    page.get_by_text("No passkey was read.").wait_for()


def test_the_page_is_usable_in_every_look(page_at: Any, here: str) -> None:
    member = factories.a_person("Elif Şahin")
    Passkey.objects.create(
        user=member, handle=b"h", credential_id=b"c", public_key=b"k", name="Telephone",
        made_at=factories.NOON, last_used_at=factories.NOON,
    )  # fmt: skip

    look_everywhere(page_at, "/profile/passkeys/", "passkeys", user=member)


def test_without_scripts_the_portal_says_what_a_passkey_needs(page_at: Any, here: str) -> None:
    page = page_at("/sign-in/", scripts=False)
    page.get_by_role("button", name="Sign in with a passkey").press("Enter")

    assert page.locator(".notice").get_by_text("A passkey needs JavaScript").is_visible()


def test_without_scripts_ones_own_page_says_so_before_and_after_and_keeps_nothing(
    page_at: Any, here: str
) -> None:
    member = factories.a_person("Elif Şahin")
    with_scripts = page_at("/profile/passkeys/", user=member)
    assert with_scripts.locator("noscript p").count() == 0  # read as plain text, never shown

    page = page_at("/profile/passkeys/", user=member, scripts=False)
    adding = page.locator("form[data-passkey]")
    said = adding.locator("noscript p")  # which no search by text looks into
    assert said.is_visible()
    assert "A passkey needs JavaScript" in said.inner_text()
    page.get_by_label("Name").fill("Telephone")
    adding.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Add a passkey").press("Enter")

    assert page.locator(".notice").get_by_text("A passkey needs JavaScript").is_visible()
    assert not Passkey.objects.exists()
