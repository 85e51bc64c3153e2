"""Staff at the vendor's own provider, by setting."""

import pyotp
import pytest
from django.test import Client

from portal import checks
from portal.models import PlatformEvent, StaffTie
from portal.services import second_step, staff
from tests import factories
from tests.conftest import NOON
from tests.portal.conftest import sessions_of
from tests.portal.openid import CLIENT, ISSUER, SECRET

VENDOR = "vendor.example"


@pytest.fixture
def vendor(company, settings):
    settings.STAFF_OIDC_ISSUER, settings.STAFF_OIDC_CLIENT_ID = ISSUER, CLIENT
    settings.STAFF_OIDC_CLIENT_SECRET, settings.STAFF_OIDC_DOMAINS = SECRET, [VENDOR]
    company.member = factories.staff("ADMINISTRATOR", name="Ana", email=f"ana@{VENDOR}")
    return company


def with_app(user):
    key = second_step.prepare(user)
    return second_step.confirm(user, pyotp.TOTP(key.text).now(), address="")


def test_staff_sign_in_and_are_tied_once(vendor):
    assert vendor.arrive(sub="a").status_code == 302
    assert vendor.client.get("/platform/audit/").status_code == 200
    assert [(tie.user, tie.subject) for tie in StaffTie.objects.all()] == [(vendor.member, "a")]
    assert PlatformEvent.objects.filter(name="staff.tied", actor_id=vendor.member.pk).exists()

    vendor.client.post("/sign-out/")
    assert vendor.arrive(sub="b").status_code == 422
    staff.untie(vendor.member, by=vendor.member, at=NOON)
    assert vendor.arrive(sub="b").status_code == 302


def test_a_customers_person_is_not_let_in_by_the_staffs_provider(vendor):
    person = factories.a_member(vendor.customer, name="Odd", email=f"odd@{VENDOR}")

    assert vendor.arrive(person.email).status_code == 422
    assert not StaffTie.objects.exists()


def test_staff_of_another_domain_and_strangers_are_not_let_in(vendor):
    other = factories.staff(name="Far", email="far@elsewhere.example")
    for email in (other.email, f"nobody@{VENDOR}"):
        way = vendor.way(f"x@{VENDOR}")
        vendor.there.knows(email)
        assert vendor.back(way).status_code == 422
    assert not StaffTie.objects.exists()


@pytest.mark.parametrize(
    ("said", "enough"),
    [({}, False), ({"amr": ["pwd"]}, False), ({"amr": "mfa"}, False), ({"acr": "gold"}, False),
     ({"amr": ["pwd", "mfa"]}, True), ({"acr": "silver"}, True)],
)  # fmt: skip
def test_staff_show_their_own_second_step_unless_the_provider_asked_for_several(
    vendor, settings, said, enough
):
    settings.SECOND_STEP_FOR_STAFF, settings.STAFF_OIDC_ACR = True, ["silver"]
    codes = with_app(vendor.member)

    answer = vendor.arrive(after="/platform/staff/", **said)

    assert vendor.signed_in() is enough
    if not enough:
        assert "/sign-in/code/" in answer["Location"]
        answer = vendor.client.post(answer["Location"], {"code": codes[0]})
        answer = vendor.client.get("/platform/staff/") if answer.status_code == 302 else answer
        assert answer.status_code == 200
    assert vendor.client.get("/platform/staff/").status_code == 200
    assert vendor.client.session["tie"] == str(StaffTie.objects.get().pk)


def test_staff_without_any_second_step_set_it_up_first(vendor, settings):
    settings.SECOND_STEP_FOR_STAFF = True
    vendor.arrive()

    assert "/profile/second-step/" in vendor.client.get("/platform/staff/")["Location"]


def test_a_customers_account_never_stands_for_a_second_step_of_staff(company, settings):
    """Whatever it says: staff are not let in by it at all."""
    agent = factories.staff(name="Ana", email="ana@marmara.example")

    assert company.arrive(agent.email, amr=["mfa"]).status_code == 422


def test_without_the_setting_what_it_opened_ends(vendor, settings):
    vendor.arrive()
    settings.STAFF_OIDC_ISSUER = ""

    assert "/sign-in/" in vendor.client.get("/platform/staff/")["Location"]
    assert sessions_of(vendor.member) == 0
    assert vendor.start().status_code == 422


def test_disabled_staff_are_out_and_stay_out(vendor):
    vendor.arrive()
    boss = factories.staff("ADMINISTRATOR")
    staff.disable(vendor.member, by=boss, at=NOON)

    assert "/sign-in/" in vendor.client.get("/platform/staff/")["Location"]
    assert vendor.arrive().status_code == 422


def test_an_administrator_unties_on_the_page_of_staff(vendor):
    vendor.arrive()
    boss = Client()
    boss.force_login(factories.staff("ADMINISTRATOR", name="Boss"))
    page = boss.get("/platform/staff/").content.decode()
    assert page.count("Untie company account") == 1

    path = f"/platform/staff/{vendor.member.pk}/untie/"
    assert boss.post(path).status_code == 302
    assert (StaffTie.objects.count(), sessions_of(vendor.member)) == (0, 0)
    assert boss.post(path).status_code == 409


@pytest.mark.parametrize(
    ("name", "value"),
    [("STAFF_OIDC_CLIENT_SECRET", ""), ("STAFF_OIDC_DOMAINS", []), ("STAFF_OIDC_CLIENT_ID", ""),
     ("STAFF_OIDC_ISSUER", "http://login.example.com"), ("STAFF_OIDC_DOMAINS", ["Vendor.example"])],
)  # fmt: skip
def test_settings_that_do_not_fit_are_found_at_the_start(vendor, settings, name, value):
    assert checks.settings_fit_together(None) == []
    setattr(settings, name, value)

    assert [found.id for found in checks.settings_fit_together(None)] == ["portal.E017"]
