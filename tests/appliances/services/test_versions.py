from datetime import UTC, datetime, timedelta

import pytest

from appliances.models import Appliance, VersionReading
from appliances.services import versions
from appliances.services.observations import Observation
from portal import tenancy
from portal.models import AuditEvent
from tests.conftest import NOON
from tests.factories import a_member


def seen(version: str, **values) -> Observation:
    plain = {"kind": "well", "guid": "a" * 32, "at": NOON, "real_at": datetime.now(UTC)}
    return Observation(version=version, **(plain | values))


def events(customer) -> list[str]:
    with tenancy.transaction(customer):
        return list(AuditEvent.objects.order_by("number").values_list("name", flat=True))


def fresh(customer, appliance) -> Appliance:
    with tenancy.transaction(customer):
        return Appliance.objects.get(pk=appliance.pk)


def test_a_typed_base_version_is_shown_with_its_date_and_kept_as_a_reading(customer, appliance):
    who = a_member(customer, "OPERATOR")
    with tenancy.transaction(customer):
        versions.type_in(appliance, "BASE", " 3.2.4 ", by=who, at=NOON)

    shown = fresh(customer, appliance)
    assert (shown.base_version, shown.base_at) == ("3.2.4", NOON)
    with tenancy.transaction(customer):
        reading = VersionReading.objects.get()
    assert (reading.source, reading.read_by_id, reading.version) == ("PERSON", who.pk, "3.2.4")
    assert events(customer)[-1] == "version.read"


def test_a_base_version_is_asked_again_after_thirty_days(customer, appliance):
    with tenancy.transaction(customer):
        versions.type_in(appliance, "BASE", "3.2.4", by=None, at=NOON)

    assert not appliance.base_is_stale(NOON + timedelta(days=30))
    assert appliance.base_is_stale(NOON + timedelta(days=30, seconds=1))


@pytest.mark.parametrize("text", ["", "three", "3.2.", "3.2.4-beta", "1.2.3.4.5", "9" * 60])
def test_what_is_no_version_is_refused(customer, appliance, text):
    with tenancy.transaction(customer), pytest.raises(versions.NoVersion):
        versions.type_in(appliance, "BASE", text, by=None, at=NOON)


def test_a_reading_from_the_future_is_refused(customer, appliance):
    with tenancy.transaction(customer), pytest.raises(versions.FromTheFuture):
        versions.type_in(
            appliance, "BASE", "3.2.4", by=None, at=NOON, read_at=NOON + timedelta(hours=1)
        )


def test_an_older_reading_does_not_replace_a_newer_one(customer, appliance):
    with tenancy.transaction(customer):
        versions.prove(appliance, "BASE", "3.3.2", at=NOON)
        versions.type_in(
            appliance, "BASE", "3.2.4", by=None, at=NOON, read_at=NOON - timedelta(days=2)
        )

    assert fresh(customer, appliance).base_version == "3.3.2"


def test_the_first_answer_gives_the_identity(customer, appliance):
    with tenancy.transaction(customer):
        versions.note(appliance, seen("22.3.1", build="1-a"))

    shown = fresh(customer, appliance)
    assert (shown.guid, shown.product_build, shown.last_seen_at) == ("a" * 32, "1-a", NOON)
    assert "appliance.identified" in events(customer)


def test_the_same_version_again_is_no_new_reading(customer, appliance):
    with tenancy.transaction(customer):
        versions.note(appliance, seen("22.3.1", build="1-a"))
        versions.note(appliance, seen("22.3.1", build="1-a", at=NOON + timedelta(hours=1)))

        assert VersionReading.objects.count() == 1
    assert fresh(customer, appliance).product_at == NOON + timedelta(hours=1)


@pytest.mark.parametrize("found", ["76524", "76524-285f"])
def test_a_build_of_which_a_page_told_the_number_is_completed_by_the_api(
    customer, appliance, found
):
    with tenancy.transaction(customer):
        versions.prove(appliance, "PRODUCT", "22.3.1", build="76524", at=NOON)
        versions.note(appliance, seen("22.3.1", build=found))
        versions.note(appliance, seen("22.3.1", build="76524"))

    assert fresh(customer, appliance).product_build == found


@pytest.mark.parametrize("found", ["76525-285f", "765244", "7652"])
def test_another_build_changes_nothing_until_somebody_accepts_it(customer, appliance, found):
    with tenancy.transaction(customer):
        versions.prove(appliance, "PRODUCT", "22.3.1", build="76524", at=NOON)
        versions.note(appliance, seen("22.3.1", build=found))

    assert fresh(customer, appliance).product_build == "76524"
    assert not versions.same_build("76524", found)
    assert not versions.same_build("76524-285f", "76524-285e")


def test_another_product_version_is_not_recorded_until_somebody_accepts_it(customer, appliance):
    with tenancy.transaction(customer):
        versions.note(appliance, seen("23.1"))

        assert not VersionReading.objects.exists()
    shown = fresh(customer, appliance)
    assert (shown.product_version, shown.last_seen_at) == ("22.3.1", NOON)


def test_a_product_that_was_never_recorded_is(customer, appliance):
    with tenancy.transaction(customer):
        Appliance.objects.update(product_version="")
        appliance.refresh_from_db()
        versions.note(appliance, seen("23.1", build="2-b"))

    shown = fresh(customer, appliance)
    assert (shown.product_version, shown.product_build) == ("23.1", "2-b")


@pytest.mark.parametrize("kind", ["wrong", "unreachable", "refused", "garbled"])
def test_who_did_not_answer_changes_nothing(customer, appliance, kind):
    with tenancy.transaction(customer):
        versions.note(appliance, seen("23.1", kind=kind))

    shown = fresh(customer, appliance)
    assert (shown.guid, shown.product_version, shown.last_seen_at) == ("", "22.3.1", None)


def test_a_version_may_be_written_with_or_without_zeros():
    assert versions.same("12.2", "12.2.0")
    assert not versions.same("12.2", "12.2.1")
