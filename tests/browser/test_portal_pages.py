"""The portal's own pages, seen in a browser in every language, theme and width."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pyotp
import pytest

from portal import tenancy
from portal.models import Customer, Delivery, Message, User
from portal.services import audit_trail, ledger, links, second_step
from tests import factories
from tests.browser.looking import look, look_everywhere

pytestmark = pytest.mark.browser


@dataclass
class World:
    customer: Customer
    agent: User
    member: User
    message: Message


def with_second_step(world: World) -> tuple[str, User]:
    second_step.prepare(world.member)
    key = second_step.being_set_up(world.member)
    assert key is not None
    second_step.confirm(world.member, pyotp.TOTP(key.text).now(), address="192.0.2.1")
    return "/profile/second-step/", world.member


def world() -> World:
    customer = factories.a_customer("Marmara Lojistik", slug="marmara", zone="Europe/Istanbul")
    agent = factories.staff(name="Ines Duarte", zone="Europe/Paris")
    member = factories.a_member(customer, name="Elif Şahin", zone="Europe/Istanbul")
    factories.a_member(customer, "VIEWER", "Murat Kılıç")
    with tenancy.transaction(customer):
        message = _message(customer, member, "Approve the upgrade of Gebze to 14.1")
        _message(customer, member, "Reminder: your answer is due on Tuesday", "b")
        for minutes, detail in ((5, "451 try again later"), (9, "ConnectionRefusedError")):
            Delivery.objects.create(
                customer=customer,
                message_id=message.pk,
                at=factories.NOON + timedelta(minutes=minutes),
                good=False,
                detail=detail,
            )
        message.fail(again_at=factories.NOON + timedelta(minutes=15))
        message.save()
        audit_trail.verify_and_note(by=agent, at=factories.NOON)
    return World(customer, agent, member, message)


def _message(customer: Customer, to: User, subject: str, key: str = "a") -> Message:
    return Message.objects.create(
        customer=customer,
        kind="job-proposed",
        dedupe_key=key,
        recipient=to,
        address=to.email,
        language="en",
        zone=to.zone,
        subject=subject,
        body_text="Good morning,\n\nthe upgrade of destek.marmara-lojistik.example is proposed.\n",
        message_id=f"<{key}@example.com>",
        next_at=factories.NOON,
        written_at=factories.NOON,
    )


Stop = Callable[[World], tuple[str, Any]]
STOPS: dict[str, Stop] = {
    "sign-in": lambda world: ("/sign-in/", None),
    "new-link": lambda world: ("/sign-in/new-link/", None),
    "one-time-link": lambda world: (
        "/link/" + links.issue(links.PASSWORD, user=world.member).split("/link/")[1],
        None,
    ),
    "start-nothing": lambda world: ("/", factories.a_person("Nobody Yet")),
    "profile": lambda world: ("/profile/", world.member),
    "second-step-off": lambda world: ("/profile/second-step/", world.member),
    "second-step-on": with_second_step,
    "messages": lambda world: ("/c/marmara/messages/", world.member),
    "messages-across": lambda world: ("/messages/", world.agent),
    "message": lambda world: (f"/c/marmara/messages/{world.message.pk}/", world.member),
    "audit": lambda world: ("/c/marmara/audit/", world.member),
    "customer-data": lambda world: ("/c/marmara/data/", world.member),
    "erasure": lambda world: ("/c/marmara/data/erasure/", world.member),
    "audit-across": lambda world: ("/audit/", world.agent),
    "members": lambda world: ("/c/marmara/members/", world.member),
    "components": lambda world: ("/components/", world.agent),
}


@pytest.mark.parametrize("name", STOPS)
def test_the_page_is_usable_in_every_look(page_at: Any, name: str) -> None:
    path, user = STOPS[name](world())

    look_everywhere(page_at, path, name, user=user)


@pytest.mark.parametrize(
    ("path", "status"), [("/no-such-page/", 404), ("/c/nobody/audit/", 404), ("/components/", 404)]
)
def test_a_page_of_nothing_says_where_to_go(page_at: Any, path: str, status: int) -> None:
    page = page_at(path, user=world().member, expected=status)

    assert page.get_by_role("link", name="To the start page").get_attribute("href") == "/"
    look(page, f"not-found{path.replace('/', '-')}")


def test_a_page_of_another_role_says_who_can_do_it(page_at: Any) -> None:
    viewer = factories.a_member(world().customer, "VIEWER", "Zeynep Kaya")

    page = page_at("/c/marmara/audit/", user=viewer, expected=403)

    assert page.locator("h1").text_content() == "Not yours to do"
    look(page, "forbidden")


def test_what_somebody_else_did_meanwhile_is_refused_with_a_sentence(page_at: Any) -> None:
    made = world()
    page = page_at(f"/c/marmara/messages/{made.message.pk}/", user=made.member, expected=200)
    with tenancy.transaction(made.customer):
        ledger.send_again(Message.objects.get(pk=made.message.pk), by=made.agent, at=factories.NOON)

    with page.expect_response("**/send-again/") as answered:
        page.get_by_role("button", name="Send again").click()

    assert answered.value.status == 409
    assert page.get_by_role("alert").is_visible()
    look(page, "refused")


def test_the_second_step_is_set_up_and_asked_for_without_a_mouse(page_at: Any) -> None:
    member = factories.a_member(world().customer, name="Kerem Demir")
    page = page_at("/profile/second-step/", user=member)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Begin").press("Enter")
    page.locator("#app-key").wait_for()
    look(page, "second-step-begun")
    app = pyotp.TOTP(page.locator("#app-key").text_content())
    page.get_by_label("Code").fill(app.now())
    page.get_by_label("Code").press("Enter")
    codes = page.locator("#codes li").all_text_contents()
    assert len(codes) == 10
    look(page, "second-step-codes")

    page = page_at("/sign-in/")
    page.get_by_label("E-mail").fill(member.email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_label("Password").press("Enter")
    page.wait_for_url("**/sign-in/code/**")
    look(page, "sign-in-code")
    page.get_by_label("Code").fill(codes[0])
    page.get_by_label("Code").press("Enter")
    assert page.locator("h1").text_content() != "Your code"
    assert page.url.endswith("/")
