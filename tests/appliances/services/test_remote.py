import io

import pytest

from appliances.models import Appliance
from appliances.services import remote
from portal import tenancy


def test_a_healthy_appliance_is_well_and_says_its_version(answering):
    seen = remote.observe(answering(build="51234"))

    assert (seen.kind, seen.version, seen.build.split("-")[0]) == ("well", "22.3.1", "51234")
    assert seen.answered
    assert abs(seen.clock_offset_seconds) < 5


def test_bad_health_is_an_answer_with_the_appliances_own_words(answering, park):
    appliance = answering()
    park.faults(appliance.host, health_bad="Storage is not responding.")

    seen = remote.observe(appliance)

    assert (seen.kind, seen.said) == ("unwell", "Storage is not responding.")


def test_bad_health_over_json_is_no_broken_answer(answering, park, customer):
    appliance = answering(product="25.2.1")
    appliance.dialect = "JSON"
    park.faults(appliance.host, health_bad="Storage is not responding.")

    assert remote.observe(appliance).kind == "unwell"


def test_an_appliance_off_line_cannot_be_reached(answering, park):
    appliance = answering()
    park.faults(appliance.host, offline=True)

    seen = remote.observe(appliance)

    assert (seen.kind, seen.detail) == ("unreachable", "The appliance cannot be reached.")
    assert not seen.answered


def test_another_appliance_behind_the_name_is_wrong_whatever_its_health(answering):
    appliance = answering()
    appliance.guid = "0" * 32

    seen = remote.observe(appliance)

    assert seen.kind == "wrong"
    assert (seen.version, seen.detail) == ("", "Another appliance answers under this name.")


def test_wrong_credentials_are_refused(answering, park):
    appliance = answering()
    park.faults(appliance.host, token_refused=True)

    assert remote.observe(appliance).kind == "refused"


@pytest.mark.parametrize("fault", ["html_login", "truncated"])
def test_what_is_no_api_is_garbled(answering, park, fault):
    appliance = answering()
    remote.observe(appliance)  # a token is there
    park.faults(appliance.host, **{fault: {"value": True, "path": "/api"}})

    assert remote.observe(appliance).kind == "garbled"


def test_an_appliance_asked_too_often_counts_as_not_reached(answering, park):
    appliance = answering()
    park.faults(appliance.host, rate_limited=True)

    assert remote.observe(appliance).kind == "unreachable"


def test_an_appliance_without_an_api_refuses_without_a_call():
    appliance = Appliance(host="a.example.com", dialect="NO_API")

    assert remote.observe(appliance).kind == "refused"


def test_nothing_is_asked_inside_a_transaction(answering, customer):
    appliance = answering()

    with (
        pytest.raises(RuntimeError, match="inside a transaction"),
        tenancy.transaction(customer),
    ):
        remote.observe(appliance)


def test_the_clock_of_an_appliance_is_compared_with_ours(answering, park):
    appliance = answering()
    park.faults(appliance.host, clock_skew=3600)

    assert 3590 < remote.clock_offset(appliance) < 3610
    assert 3590 < remote.observe(appliance).clock_offset_seconds < 3610


def test_the_tally_counts_every_jump_client_once_and_reports_each_page(answering):
    appliance = answering(jump_clients={"count": 230, "passive": 0.2, "off": 0.1})
    reported: list[int] = []

    tally = remote.client_tally(appliance, progress=reported.append)

    assert (tally.total, tally.to_come) == (230, 0)
    assert tally.updated + tally.lost == 230
    assert reported == [100, 200]


def test_there_is_no_tally_where_the_interface_is_too_old(answering):
    assert remote.client_tally(answering(product="18.1.1", jump_clients=10)) is None


def test_a_tally_that_could_be_had_and_did_not_come_is_trouble(answering, park):
    appliance = answering(jump_clients=10)
    park.faults(appliance.host, offline=True)

    with pytest.raises(remote.Trouble) as trouble:
        remote.client_tally(appliance)
    assert trouble.value.kind == "unreachable"


def test_the_public_name_tells_which_appliance_answers(answering, site):
    appliance = answering()

    assert remote.public_guid(site, [appliance]) == appliance.guid


def test_jumpoints_are_read(answering):
    assert len(remote.jumpoints(answering(jumpoints=2))) == 2


def test_installers_are_made_anew_one_a_kind(answering, park):
    appliance = answering(installers=2)
    before = {one.id for one in remote.installers(appliance)}

    made = remote.make_installers(appliance)

    assert len(made) == 1  # both were of one group, type and connection
    assert {one.id for one in remote.installers(appliance)} == before | {made[0].id}


def test_a_backup_is_streamed(answering):
    stream = io.BytesIO()

    file = remote.take_backup(answering(), into=stream, limit=10_000_000)

    assert file.size == len(stream.getvalue()) > 0


def test_trouble_with_a_backup_keeps_the_appliances_words(answering, park):
    appliance = answering()
    park.faults(appliance.host, permission_missing="perm_backup")

    with pytest.raises(remote.Trouble) as trouble:
        remote.take_backup(appliance, into=io.BytesIO(), limit=10_000_000)
    assert (trouble.value.kind, trouble.value.effect_possible) == ("refused", False)
