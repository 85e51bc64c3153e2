import pytest

from appliances.drivers.errors import ApiError, Forbidden, NotSupported, ProtocolError


@pytest.mark.parametrize(("dialect", "product"), [("old", "15.2.1"), ("xml", "19.1.8")])
def test_a_single_appliance_of_the_older_namespace(park, dialect, product):
    box = park("xml", product=product)

    health = box.driver(dialect).health()

    assert health.version == product
    assert health.build
    assert (health.guid, health.hostname, health.healthy) == (box.guid, box.host, True)
    assert (health.failover_role, health.shared_ips) == ("none", ())
    assert (health.last_sync_at, health.last_sync_status) == (None, "")


@pytest.mark.parametrize("dialect", ["xml", "json"])
def test_a_primary_tells_of_its_shared_address_and_its_last_sync(pair, simulator, dialect):
    primary, backup = pair(dialect, product="25.1.2", shared_ip="192.0.2.10")
    simulator.press(primary.host, "sync_now")
    simulator.settled(primary.host)

    health = primary.driver(dialect).health()

    assert health.version == "25.1.2"
    assert health.build.startswith("51234")
    assert health.failover_role == "primary"
    assert health.shared_ips == ("192.0.2.10",)
    assert health.last_sync_at.utcoffset().total_seconds() == 0
    assert health.last_sync_status

    account = primary.made["accounts"][0]  # carried over by the sync
    known = {"account": account["client_id"], "secret": account["client_secret"]}
    assert backup.driver(dialect, **known).health().failover_role == "backup"


@pytest.mark.parametrize("dialect", ["xml", "json"])
def test_an_unhealthy_appliance_is_an_answer_with_everything_else_in_it(park, dialect):
    box = park(dialect)
    box.faults(health_bad="Storage is not responding.")

    health = box.driver(dialect).health()

    assert (health.healthy, health.message) == (False, "Storage is not responding.")
    assert (health.guid, health.version) == (box.guid, box.truth()["product"])


def test_the_open_probe_says_up_or_down(park):
    box = park()
    assert box.driver().alive() is True

    box.faults(health_bad={"value": True, "path": "/check_health"})
    assert box.driver().alive() is False


@pytest.mark.parametrize("dialect", ["xml", "json"])
def test_a_login_page_with_status_200_is_no_health(park, dialect):
    box = park(dialect)
    box.faults(html_login={"value": True, "path": "/api/"})

    with pytest.raises(ProtocolError):
        box.driver(dialect).health()


@pytest.mark.parametrize("dialect", ["xml", "json"])
def test_half_an_answer_is_no_health(park, dialect):
    box = park(dialect)
    box.faults(truncated={"value": True, "path": "/api/"})

    with pytest.raises(ProtocolError):
        box.driver(dialect).health()


@pytest.mark.parametrize("fault", ["error_root", "error_child"])
@pytest.mark.parametrize("dialect", ["old", "xml"])
def test_an_error_with_status_200_is_an_error_in_both_shapes(park, dialect, fault):
    box = park(dialect)
    box.faults(**{fault: "Simulated: the disk is on fire."})

    with pytest.raises(ApiError) as caught:
        box.driver(dialect).health()

    assert caught.value.text == "Simulated: the disk is on fire."
    assert type(caught.value) is ApiError


def test_an_old_product_has_no_json_api(park):
    with pytest.raises(NotSupported):
        park("xml").driver("json").health()


def test_a_switched_off_xml_api_is_forbidden(park):
    box = park(xml_api=False)

    for dialect in ("xml", "old"):
        with pytest.raises(Forbidden):
            box.driver(dialect).health()


@pytest.mark.parametrize("dialect", ["xml", "json"])
def test_a_missing_permission_is_forbidden(park, dialect):
    box = park(dialect, accounts=[{"perm_command": "deny"}])

    with pytest.raises(Forbidden):
        box.driver(dialect).health()
