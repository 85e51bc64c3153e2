import re

import pytest

from appliances.simulator.process import ControlError


@pytest.fixture
def vendor(simulator, appliance):
    """The update server's page, as a browser outside the customer's network asks it."""

    def ask(**form: str):
        return appliance().call("/update-server/", "POST", form=form, host="127.0.0.1")

    return ask


def test_before_3_3_2_the_appliance_makes_no_key_and_support_does(appliance, vendor):
    one = appliance(base="3.2.4", product="12.1.0", serial="SN-OLD-1")

    with pytest.raises(ControlError, match="Ask support"):
        one.press("make_key")
    page = vendor(serial="SN-OLD-1")

    assert one.truth()["support_key"] in page.text


def test_a_package_is_fetched_once_and_then_leaves_every_list(appliance, vendor):
    one = appliance(base="3.3.2", product="12.1.0")
    key = one.press("make_key")["key"]

    listed = vendor(key=key)
    file = vendor(key=key, package="Bomgar-12.2.0")
    again = vendor(key=key, package="Bomgar-12.2.0")

    assert "Bomgar-12.2.0" in listed.text
    assert file.headers["Content-Type"] == "application/octet-stream"
    assert "Only support can offer it again" in again.text
    assert "Bomgar-12.2.0" not in [row["name"] for row in one.truth()["updates"]]


def test_a_fetched_package_is_installed_from_the_media_only(appliance):
    one = appliance(base="3.3.2", product="12.1.0")
    one.press("make_key")
    files = one.press("fetch_packages", package="Bomgar-12.2.0")["files"]

    with pytest.raises(ControlError, match="not on the list"):
        one.press("install", package="Bomgar-12.2.0", eula=True)
    truth = one.press_and_wait("update_software", package="Bomgar-12.2.0", eula=True)

    assert re.fullmatch("[0-9a-f]{64}", files[0]["sha256"])
    assert (truth["product"], truth["media"]) == ("12.2.0", [])


def test_support_can_offer_a_package_again(appliance):
    one = appliance(base="3.3.2", product="12.1.0")
    one.press("make_key")
    one.press("fetch_packages", package="Bomgar-12.2.0")

    one.press("offer_again", package="Bomgar-12.2.0")

    assert "Bomgar-12.2.0" in [row["name"] for row in one.truth()["updates"]]


def test_the_key_of_an_appliance_with_a_wrong_clock_is_not_accepted(appliance, vendor):
    one = appliance(base="3.3.2", product="12.1.0", clock_offset=3600)
    key = one.press("make_key")["key"]

    assert "Check the appliance&#x27;s clock" in vendor(key=key).text


def test_an_unknown_key_shows_nothing(vendor):
    assert "not known" in vendor(key="nothing").text
