"""An erasure forgets no table: new ones are known by themselves, or say why they stay."""

from django.apps import apps
from django.db import connections

from portal.models import User
from portal.services.erasing import tables
from portal.tenancy import CustomerOwned

STAY = {"portal.AuditEvent", "portal.Erasure"}
# Tables of the platform that refer to people. A person's own go with the person (portal/migrations/
# 0023); in the others the people are staff, or whoever is named by something that stays.
A_PERSONS_OWN = {
    "portal.ApiKey", "portal.CalendarFeed", "portal.OneTimeLink", "portal.OwnLetter",
    "portal.Passkey",
    "portal.PasskeyChallenge", "portal.RecoveryCode", "portal.SecondStep", "portal.Session",
}  # fmt: skip
NAMED_THERE = {
    "appliances.InstallationThreshold", "portal.Customer", "portal.StaffTie",
    "upgrades.PlatformFreeze", "upgrades.Rollout", "upgrades.RolloutReport", "upgrades.Settlement",
}  # fmt: skip
# Tables of the platform that know a customer, or ids of its rows, without being walled.
OF_A_CUSTOMER = {
    "portal.ApiKey", "portal.CalendarFeed", "portal.ChainHead", "portal.PlatformEvent",
    "upgrades.Seat",
}  # fmt: skip


def owned():
    return [model for model in apps.get_models() if issubclass(model, CustomerOwned)]


def platform():
    return [model for model in apps.get_models() if not issubclass(model, CustomerOwned)]


def test_every_owned_table_is_erased_or_says_why_it_stays():
    staying = {model._meta.label for model in owned() if hasattr(model, "KEPT_WHEN_ERASED")}
    assert staying == STAY
    assert {model._meta.label for model in tables.owned()} == {
        model._meta.label for model in owned()
    } - STAY


def test_what_refers_to_a_row_goes_before_it():
    order = tables.owned()
    late = [
        (model._meta.label, field.name)
        for place, model in enumerate(order)
        for field in model._meta.concrete_fields
        if field.related_model in order[:place]
    ]
    assert late == []


def test_the_database_lets_each_of_them_be_erased_and_no_other(db):
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_policies WHERE policyname = 'erasing_erased'")
        erasable = {row[0] for row in cursor.fetchall()}
    assert erasable == {model._meta.db_table for model in tables.owned()}


def test_every_table_of_the_platform_that_names_people_was_thought_of():
    naming = {
        model._meta.label
        for model in platform()
        if any(field.related_model is User for field in model._meta.concrete_fields)
    }
    assert naming == A_PERSONS_OWN | NAMED_THERE


def test_every_table_of_the_platform_that_knows_customers_was_thought_of():
    knowing = {
        model._meta.label
        for model in platform()
        if {"customer", "about_customer", "job_id", "booking_id", "site_id"}
        & {field.name for field in model._meta.concrete_fields}
    }
    assert knowing == OF_A_CUSTOMER
