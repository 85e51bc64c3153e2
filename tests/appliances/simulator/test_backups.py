"""Restoring a backup, here through the module: the page is only its door."""

import pytest

from appliances.simulator import backups
from appliances.simulator.park import Park
from appliances.simulator.refusals import Refused
from appliances.simulator.settings import Settings
from appliances.simulator.store import Store


@pytest.fixture
def park(tmp_path):
    park = Park(Store(str(tmp_path)), Settings())
    with park.change():
        park.add({"hostname": "old.sim", "product": "22.3.1", "psk": "old", "jump_clients": 9})
        park.add({"hostname": "new.sim", "product": "22.3.1", "psk": "new"})
        yield park
    park.store.close()


def test_it_overwrites_the_settings_and_the_key_of_another_appliance(park):
    old, new = park.appliances.values()

    backups.restore(park, new, backups.take(park, old))

    assert (new["psk"], len(new["jump_clients"])) == ("old", 9)
    assert new["guid"] != old["guid"]


def test_a_lost_password_is_a_lost_backup(park):
    old, new = park.appliances.values()
    content = backups.take(park, old, password="secret")

    with pytest.raises(Refused, match="password"):
        backups.restore(park, new, content, password="guess")
    backups.restore(park, new, content, password="secret")


def test_the_package_comes_before_the_backup(park):
    old, new = park.appliances.values()
    content = backups.take(park, old)
    new["product"] = "21.1.1"

    with pytest.raises(Refused, match=r"22\.3\.1"):
        backups.restore(park, new, content)


@pytest.mark.parametrize("content", [b"", b"<html>", b"NSB\x00broken"])
def test_anything_else_is_no_backup(park, content):
    with pytest.raises(Refused):
        backups.restore(park, park.appliances["new.sim"], content)
