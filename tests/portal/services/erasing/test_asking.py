"""Two people and a time between them; nothing is begun that would leave a box in the middle."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django_fsm import TransitionNotAllowed

from portal import tenancy
from portal.errors import Refused
from portal.models import AuditEvent, Erasure, Message, User
from portal.services import audit_trail
from portal.services.erasing import asking
from tests import factories, filled
from tests.conftest import NOON, superuser

IN_THE_WAY = [
    ("upgrades_upgradejob", "state = 'RUNNING'", "UJ-1 is under way"),
    ("upgrades_upgradejob", "state = 'HALTED'", "UJ-1 is under way"),
    ("upgrades_upgradejob", "state = 'SCHEDULED'", "UJ-1 is planned"),
    ("upgrades_upgradejob", "state = 'MISSED'", "UJ-1 is planned"),
    ("upgrades_booking", "state = 'HELD'", "A window is booked"),
    ("upgrades_interim", "state = 'TOO_LONG'", "without failover"),
    ("upgrades_attempt", "closed_at = NULL", "It is not known yet"),
    ("upgrades_rehearsal", "state = 'RUNNING'", "A rehearsal"),
    ("upgrades_clientexport", "state = 'WAITING'", "An exported list"),
    ("appliances_basehold", "released_at = NULL", "on hold"),
    ("appliances_hardwarereturn", "state = 'PACKED'", "A return of hardware is open"),
]


def meanwhile(customer, table, change):
    superuser(settings.DATABASES["owner"]["NAME"]).execute(
        f"UPDATE {table} SET {change} WHERE customer_id = %s",
        [customer.pk],
    )


def letters(customer, kind):
    with tenancy.transaction(customer):
        found = Message.objects.filter(kind=kind).order_by("address")
        return [(row.address, row.subject) for row in found]


def events(customer):
    with tenancy.transaction(customer):
        return list(
            AuditEvent.objects.filter(name__startswith="customer.eras")
            .order_by("number")
            .values_list("name", flat=True)
        )


def refused(act, code):
    before = filled.everything()
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code
    assert filled.everything() == before
    return caught.value


def test_asked_and_confirmed_by_two_with_a_time_to_take_it_back(park):
    erasure = park.ask()

    assert (erasure.state, erasure.due_at) == ("ASKED", NOON + timedelta(days=14))
    erasure = park.confirm(at=NOON + timedelta(days=13, hours=12))
    assert (erasure.state, erasure.due_at) == ("CONFIRMED", NOON + timedelta(days=14, hours=12))
    assert events(park.leaving) == ["customer.erasure_asked", "customer.erasure_confirmed"]
    told = [(park.boss.email, "All data of Marmara A.Ş. is to be erased")]
    assert letters(park.leaving, "erasure_asked") == told
    assert len(letters(park.leaving, "erasure_confirmed")) == 1


def test_nothing_is_erased_before_its_day_nor_unconfirmed(park):
    park.ask()
    before = filled.everything()
    assert park.carry_out(NOON + timedelta(days=400)).state == "ASKED"
    assert filled.everything() == before

    park.confirm()
    before = filled.everything()
    assert park.carry_out(NOON + timedelta(days=14, seconds=-1)).state == "CONFIRMED"
    assert filled.everything() == before


def test_taken_back_it_may_be_asked_for_again(park):
    park.asked_and_confirmed()
    with tenancy.transaction(park.leaving):
        asking.take_back(asking.current(), by=park.boss, at=NOON)
    assert len(letters(park.leaving, "erasure_taken_back")) == 1
    assert park.carry_out(NOON + timedelta(days=400)) is None
    with tenancy.transaction(park.leaving):
        assert asking.current() is None
        assert Erasure.objects.get().state == "TAKEN_BACK"

    assert park.ask().state == "ASKED"
    assert audit_trail.verify(park.leaving).holds


def test_once_begun_it_is_not_taken_back(park):
    park.asked_and_confirmed()
    park.carry_out()
    with pytest.raises(TransitionNotAllowed), tenancy.transaction(park.leaving):
        asking.take_back(asking.current(), by=park.staff, at=NOON)


def test_another_name_is_refused(park):
    refused(lambda: park.ask(name="Bosporus"), "customer-name-differs")
    park.ask(name=" Marmara  A.Ş. ")
    refused(lambda: park.confirm(name="marmara"), "customer-name-differs")


def test_it_is_asked_for_once(park):
    park.ask()
    refused(park.ask, "erasure-already-asked")


def test_whoever_asked_does_not_confirm_and_no_member_does(park):
    park.ask()
    refused(lambda: park.confirm(by=park.boss), "self-approval")
    refused(lambda: park.confirm(by=park.member_of_both), "self-approval")


def test_staff_asks_only_where_no_contract_is_left_and_another_confirms(park):
    meanwhile(park.leaving, "portal_contract", "ends_on = '2027-01-01'")
    refused(lambda: park.ask(by=park.staff), "still-under-contract")
    meanwhile(park.leaving, "portal_contract", "starts_on = '2026-01-01', ends_on = '2026-02-01'")

    erasure = park.ask(by=park.staff)

    assert erasure.asked_by_staff
    refused(park.confirm, "self-approval")
    assert park.confirm(by=park.second).state == "CONFIRMED"


def test_whoever_sees_some_sites_alone_neither_asks_nor_takes_back(park):
    with tenancy.transaction(park.leaving):
        site = factories.Membership.objects.get(user=park.boss)
        site.site_ids = [park.leaving.pk]
        site.save()
    refused(park.ask, "only-own-sites")


@pytest.mark.parametrize(("table", "change", "said"), IN_THE_WAY)
def test_what_would_be_left_in_the_middle_stands_in_the_way(park, table, change, said):
    meanwhile(park.leaving, "upgrades_upgradejob", "number = 1")
    meanwhile(park.staying, table, change)  # another's is not in the way
    erasure = park.asked_and_confirmed()
    meanwhile(park.leaving, table, change)
    before = filled.everything()

    assert park.carry_out().state == erasure.state == "CONFIRMED"  # begins no more
    assert filled.everything() == before
    with tenancy.transaction(park.leaving):
        asking.take_back(asking.current(), by=park.boss, at=NOON)
    refusal = refused(park.ask, "cannot-erase")
    assert said in str(refusal)
    assert refusal.remedy


def test_the_database_itself_asks_for_two_people(park):
    park.ask()
    with connections["owner"].cursor() as cursor, pytest.raises(Exception, match="two_people"):
        cursor.execute(
            "UPDATE portal_erasure SET confirmed_by_id = asked_by_id, confirmed_at = now()"
        )
    with connections["owner"].cursor() as cursor, pytest.raises(Exception, match="confirmed_first"):
        cursor.execute("UPDATE portal_erasure SET state = 'ERASING'")


def test_the_doors_erase_nothing_of_whom_is_not_being_erased(park):
    park.asked_and_confirmed()
    before = filled.everything()
    calls = (
        ("door_erase_rows(%s, 'appliances_site', 10)", [park.leaving.pk]),
        ("door_erase_ways_in(%s)", [park.leaving.pk]),
        ("door_erase_person(%s, %s)", [park.leaving.pk, park.boss.pk]),
        ("door_erase_names(%s, '{}', '{}', 0, '', 9)", [park.leaving.pk]),
        ("door_erase_aliases(%s)", [park.leaving.pk]),
        ("door_erase_platform_names(%s, '{}', '{}')", [park.leaving.pk]),
        ("door_forget_seats(%s)", [park.leaving.pk]),
    )
    for call, values in calls:
        with connections["default"].cursor() as cursor, pytest.raises(Exception, match="erased"):
            cursor.execute(f"SELECT {call}", values)
    assert filled.everything() == before


def test_a_door_erases_no_table_that_stays(park):
    park.asked_and_confirmed()
    park.carry_out()
    for table in ("portal_auditevent", "portal_erasure", "portal_customer", "portal_user"):
        with connections["default"].cursor() as cursor, pytest.raises(Exception, match="erased"):
            cursor.execute("SELECT door_erase_rows(%s, %s, 10)", [park.leaving.pk, table])
    assert User.objects.filter(pk=park.boss.pk).exists()


def test_a_sandbox_is_not_erased(park):
    park.leaving = factories.a_customer("Sandbox", sandbox_shapes=["single"])
    park.boss = factories.a_member(park.leaving)

    refused(park.ask, "sandbox-not-erased")
