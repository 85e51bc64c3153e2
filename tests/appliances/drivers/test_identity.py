"""Whatever is told, is told to the expected appliance and to no other."""

import io

import pytest

from appliances.drivers.errors import WrongAppliance

VERBS = {
    "set_failover_role": lambda driver: driver.set_failover_role("backup"),
    "log_out": lambda driver: driver.log_out("1"),
    "create_installer": lambda driver: driver.create_installer(jump_group_id=1),
    "take_backup": lambda driver: driver.take_backup(io.BytesIO(), limit=10**6),
}
EACH = pytest.mark.parametrize("verb", VERBS)
BOTH = pytest.mark.parametrize("dialect", ["xml", "json"])


@EACH
@BOTH
def test_another_appliance_behind_the_name_is_told_nothing(pair, dialect, verb):
    primary, backup = pair(dialect)
    site = primary.made["public_name"]
    primary.simulator.point(site, backup.host)

    driver = primary.driver(
        dialect, host=site, account=backup.made["accounts"][0]["client_id"],
        secret=backup.made["accounts"][0]["client_secret"],
    )  # fmt: skip
    with pytest.raises(WrongAppliance) as caught:
        VERBS[verb](driver)

    assert (caught.value.expected, caught.value.got) == (primary.guid, backup.guid)
    assert "effects" not in backup.truth() or not acts(backup)


def acts(box):
    quiet = {"swap", "sync"}
    return [effect for effect in box.truth()["effects"] if effect["name"] not in quiet]


@EACH
def test_an_appliance_that_is_not_known_yet_is_told_nothing(park, verb):
    box = park()

    with pytest.raises(WrongAppliance) as caught:
        VERBS[verb](box.driver(guid=""))

    assert (caught.value.expected, caught.value.got) == ("", box.guid)


@EACH
def test_a_made_up_identity_is_told_nothing(park, verb):
    box = park()
    box.faults(wrong_guid="e" * 32)

    with pytest.raises(WrongAppliance) as caught:
        VERBS[verb](box.driver())

    assert caught.value.got == "e" * 32


@BOTH
def test_asking_who_answers_is_always_possible(pair, dialect):
    primary, backup = pair(dialect)
    site = primary.made["public_name"]
    assert primary.driver(dialect, host=site).health().guid == primary.guid

    primary.simulator.point(site, backup.host)
    account = backup.made["accounts"][0]
    known = {"account": account["client_id"], "secret": account["client_secret"]}
    assert primary.driver(dialect, host=site, **known).health().guid == backup.guid


def test_a_guid_may_be_written_with_capitals(park):
    box = park()

    assert box.driver(guid=box.guid.upper()).confirm().guid == box.guid
