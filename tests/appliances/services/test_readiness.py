from dataclasses import replace
from datetime import date, timedelta

import pytest

from appliances.models import Appliance, Backup, ReadinessCheck
from appliances.services import licences, readiness, versions
from portal import clock, tenancy
from portal.models import Contract


def check(customer, site, **values):
    with tenancy.transaction(customer):
        asked = replace(readiness.question(site), **values)
    found = readiness.judge(asked, readiness.look(asked))
    return {finding.name: finding for finding in found}


def test_a_site_in_order_has_good_answers(customer, site, answering):
    appliance = answering()
    at = clock.now()
    with tenancy.transaction(customer):
        versions.type_in(appliance, "BASE", "6.2.0", by=None, at=at)
        Backup.objects.create(customer=customer, appliance=appliance, taken_at=at)
        licences.record(site, number=15, expires_on=None, by=None, at=at)
        Contract.objects.create(
            customer=customer, number="M-1", starts_on=date(2020, 1, 1), ends_on=date(2099, 1, 1)
        )

    found = check(customer, site, withdrawn=())

    good = {name for name, one in found.items() if one.status == "GOOD"}
    assert good == {
        "REACHABILITY", "HEALTH", "IDENTITY", "CLOCK", "VERSION_KNOWN", "BASE_VERSION", "ACCOUNT",
        "BACKUP", "BASE_HOLD", "DRIFT", "JUMP_CLIENTS", "JUMPOINTS", "PATH", "CONTRACT", "LICENCE",
    }  # fmt: skip
    assert {name for name, one in found.items() if one.stops or one.waits} == set()
    assert found["HEALTH"].valid_until - found["HEALTH"].taken_at == timedelta(hours=1)


@pytest.mark.parametrize(
    ("fault", "name", "status", "reason"),
    [
        ({"offline": True}, "REACHABILITY", "BAD", "The appliance cannot be reached."),
        ({"offline": True}, "HEALTH", "UNKNOWN", "It did not answer, so this is not known."),
        (
            {"html_login": True},
            "REACHABILITY",
            "BAD",
            "The answer is not one of an appliance's API.",
        ),
        (
            {"token_refused": True},
            "REACHABILITY",
            "BAD",
            "The appliance does not accept the API account.",
        ),
        ({"health_bad": "Disk."}, "HEALTH", "BAD", "The appliance says that it is not well."),
        (
            {"clock_skew": 3700},
            "CLOCK",
            "BAD",
            "Its clock is off by too much. Set its time server.",
        ),
        (
            {"clock_skew": -200},
            "CLOCK",
            "WARNING",
            "Its clock is off a little. Set its time server.",
        ),
    ],
)
def test_each_fault_has_a_sentence_of_its_own(
    customer, site, answering, park, fault, name, status, reason
):
    park.faults(answering().host, **fault)

    found = check(customer, site)[name]

    assert (found.status, found.reason) == (status, reason)


def test_another_appliance_behind_the_name_blocks(customer, site, answering):
    appliance = answering()
    with tenancy.transaction(customer):
        Appliance.objects.filter(pk=appliance.pk).update(guid="0" * 32)

    found = check(customer, site)["IDENTITY"]

    assert (found.status, found.blocks) == ("BAD", True)
    assert found.reason == "Another appliance answers under this name."


def test_the_records_are_judged_too(customer, site, answering):
    appliance = answering()
    at = clock.now()
    with tenancy.transaction(customer):
        Appliance.objects.filter(pk=appliance.pk).update(
            base_version="6.2.0", base_at=at - timedelta(days=31)
        )
        Backup.objects.create(
            customer=customer, appliance=appliance, taken_at=at - timedelta(hours=25)
        )
        licences.record(site, number=1, expires_on=at.date(), by=None, at=at)

    found = check(customer, site, withdrawn=("Base 9", "Base 10"))

    assert {name: found[name].status for name in ("BASE_VERSION", "BACKUP", "LICENCE")} == {
        "BASE_VERSION": "BAD",
        "BACKUP": "WARNING",
        "LICENCE": "WARNING",
    }
    assert found["CONTRACT"].status == "BAD"
    assert (found["PATH"].status, found["PATH"].observed, found["PATH"].reason) == (
        "BAD",
        "Base 9, Base 10",
        "Packages of the plan were withdrawn since. Plan it again.",
    )


def test_an_appliance_without_an_api_is_a_persons_and_blocks_nothing(customer, site, appliance):
    with tenancy.transaction(customer):
        Appliance.objects.filter(pk=appliance.pk).update(dialect="NO_API")

    found = check(customer, site)

    for name in ("REACHABILITY", "HEALTH", "IDENTITY", "CLOCK"):
        assert (found[name].status, found[name].blocks) == ("UNKNOWN", False)


def test_one_lost_connection_is_no_bad_answer(customer, site, answering, park):
    park.faults(answering().host, offline={"times": 1})

    assert check(customer, site)["REACHABILITY"].status == "GOOD"


def test_what_was_found_is_kept_with_the_versions_that_were_seen(customer, site, answering):
    answering(build="51234")
    with tenancy.transaction(customer):
        asked = readiness.question(site)
    found = readiness.judge(asked, readiness.look(asked))

    with tenancy.transaction(customer):
        readiness.record(found)

    with tenancy.transaction(customer):
        assert ReadinessCheck.objects.count() == len(found.findings)
        appliance = Appliance.objects.get()
        assert appliance.product_build.startswith("51234")
        assert appliance.last_seen_at is not None
        health = ReadinessCheck.objects.get(name="HEALTH")
        assert health.counts_at(health.taken_at)
        assert not health.counts_at(health.taken_at + timedelta(hours=1))


def test_findings_can_be_told_in_a_line(customer, site, answering):
    answering()

    assert check(customer, site)["REACHABILITY"].line() == "A REACHABILITY GOOD 22.3.1"
