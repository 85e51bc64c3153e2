import time
from xml.etree.ElementTree import ParseError

import pytest

from appliances.simulator import faults
from appliances.simulator.process import ControlError

HEALTH = "/api/command?action=check_health"


def test_a_slow_answer_comes_late_and_complete(appliance, name_of):
    one = appliance().sign_in()
    one.faults(slow={"seconds": 0.4, "times": 1})
    begun = time.monotonic()

    answer = one.call(HEALTH)

    assert time.monotonic() - begun >= 0.4
    assert name_of(answer.xml()) == "health_check"


def test_truncated_xml_cannot_be_parsed(appliance):
    one = appliance().sign_in()
    one.faults(truncated=True)

    with pytest.raises(ParseError):
        one.call(HEALTH).xml()


def test_the_login_page_with_200_instead_of_xml(appliance):
    one = appliance().sign_in()
    one.faults(html_login=True)

    answer = one.call(HEALTH)

    assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, "text/html")


def test_an_error_as_root_and_an_error_inside(appliance, name_of):
    one = appliance().sign_in()

    one.faults(error_root="no")
    as_root = one.command("check_health")
    one.faults(error_child="no")
    inside = one.command("check_health")

    assert (name_of(as_root), as_root.text) == ("error", "no")
    assert (name_of(inside), name_of(inside[0]), inside[0].text) == ("health_check", "error", "no")


def test_429_without_a_word_when_to_come_back(appliance):
    one = appliance().sign_in()
    one.faults(rate_limited={"times": 1})

    first, second = one.call(HEALTH), one.call(HEALTH)

    assert (first.status, "Retry-After" in first.headers) == (429, False)
    assert first.headers["X-RateLimit-Remaining"] == "0"
    assert second.status == 200


def test_401_for_tokens_that_were_good(appliance):
    one = appliance().sign_in()
    one.faults(unauthorized={"times": 1})

    assert [one.call(HEALTH).status for _ in "12"] == [401, 200]


def test_no_token_is_given(appliance):
    one = appliance()
    one.faults(token_refused=True)

    assert one.ask_for_token().status == 401


@pytest.mark.parametrize("fault", ["reset", "offline"])
def test_the_connection_ends_without_an_answer(appliance, fault):
    one = appliance()
    one.faults(**{fault: {"times": 1}})

    with pytest.raises(ConnectionError):
        one.call("/check_health")
    assert one.call("/check_health").status == 200


def test_the_clock_is_off(appliance, texts):
    one = appliance().sign_in()
    before = int(texts(one.command("get_api_info"))["timestamp"])
    one.faults(clock_skew=-3600)

    assert 3590 <= before - int(texts(one.command("get_api_info"))["timestamp"]) <= 3601


def test_the_last_sync_is_stale(pair, texts):
    a, _ = pair(last_sync_at=1_700_000_000)
    a.faults(stale_sync=48)

    stamp = a.call(HEALTH).xml().find("{*}last_data_sync_time").get("ts")

    assert int(stamp) == 1_700_000_000 - 48 * 3600


def test_another_guid_answers_behind_the_public_name_only(appliance):
    one = appliance(public_name="faulty-name.sim").sign_in()
    one.faults(wrong_guid="d" * 32)

    assert one.command("check_health")[0].get("id") == one.made["guid"]
    assert "d" * 32 in one.call(HEALTH, host="faulty-name.sim").text


def test_the_account_is_disabled_and_a_permission_missing(appliance, name_of):
    one = appliance().sign_in()
    one.faults(account_disabled={"times": 1})
    disabled = one.call(HEALTH).status
    one.faults(permission_missing="perm_backup")

    assert disabled == 401
    assert "Document Not Found" in one.call("/api/backup").text
    assert name_of(one.command("check_health")) == "health_check"


def test_the_xml_api_is_off(appliance):
    one = appliance().sign_in()
    one.faults(xml_api_off=True)

    assert one.call(HEALTH).status == 404


def test_an_act_is_done_though_its_answer_is_lost(appliance):
    one = appliance(product="25.1.2").sign_in()
    one.faults(answer_lost={"times": 1})

    with pytest.raises(ConnectionError):
        one.call("/api/command/v2/user/1/logout", "POST")

    assert one.truth()["effect_counts"] == {"logout_rep": 1}
    assert one.call("/api/command/v2/user/1/logout", "POST").status == 404


def test_reads_are_answered_while_acts_lose_theirs(appliance):
    one = appliance().sign_in()
    one.faults(answer_lost=True)

    assert one.call(HEALTH).status == 200


def test_a_fault_may_be_of_one_address_only(appliance):
    one = appliance().sign_in()
    one.faults(offline={"path": "/api/backup"})

    assert one.call(HEALTH).status == 200
    with pytest.raises(ConnectionError):
        one.call("/api/backup")


def test_putting_no_faults_clears_them(appliance):
    one = appliance().sign_in()
    one.faults(html_login=True)

    one.faults()

    assert one.call(HEALTH).headers["Content-Type"].startswith("text/xml")


def test_an_unknown_fault_is_refused(appliance):
    with pytest.raises(ControlError, match="no such fault"):
        appliance().faults(gravity=True)


def test_times_are_counted_down():
    one = {"faults": faults.parse({"slow": {"seconds": 2, "times": 2}})}

    assert [faults.take(one, "slow") for _ in range(3)] == [2, 2, None]
