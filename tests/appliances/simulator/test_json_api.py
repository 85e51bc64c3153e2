import pytest


@pytest.fixture
def modern(appliance):
    return lambda **spec: appliance(**{"product": "25.1.2"} | spec).sign_in()


def test_v2_is_there_from_25_1_on(appliance, modern):
    assert modern().call("/api/command/v2/health").status == 200
    assert appliance(product="24.3.1").sign_in().call("/api/command/v2/health").status == 404


def test_an_appliance_may_have_a_cut_over_of_its_own(appliance):
    one = appliance(product="22.3.1", dialect={"v2_from": "22.1"}).sign_in()

    assert one.call("/api/command/v2/health").status == 200


def test_unhealthy_is_500_with_the_full_body(modern):
    one = modern()
    healthy = one.call("/api/command/v2/health").json()
    one.faults(health_bad="storage is not responding")

    answer = one.call("/api/command/v2/health")

    assert answer.status == 500
    assert answer.json() == healthy | {"message": "storage is not responding"}


def test_times_are_utc_and_end_with_an_offset(modern):
    info = modern().call("/api/command/v2/info").json()

    assert info["current_time"].endswith("+00:00")
    assert info["product"] == "rs"
    assert info["permissions"]["perm_command"] == "full_access"


def test_sync_fields_are_only_on_the_primary(pair):
    a, b = pair(product="25.1.2", last_sync_at=1_700_000_000, last_sync_status="ok")

    first, second = (one.call("/api/command/v2/health").json() for one in (a, b))

    assert (first["last_data_sync"], first["last_data_sync_status"]) == (
        "2023-11-14T22:13:20+00:00",
        "ok",
    )
    assert (second["last_data_sync"], second["last_data_sync_status"]) == (None, None)


def test_unknown_parameters_are_400_and_wrong_methods_405(modern):
    one = modern()

    wrong = one.call("/api/command/v2/health", "POST", json={})

    assert one.call("/api/command/v2/health?colour=red").status == 400
    assert (wrong.status, wrong.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert one.call("/api/command/v2/nothing").status == 404


def test_head_and_options_work(modern):
    one = modern()

    head, options = (one.call("/api/command/v2/health", method) for method in ("HEAD", "OPTIONS"))

    assert (head.status, head.body) == (200, b"")
    assert options.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_without_the_permission_it_is_403(modern):
    denied = modern(accounts=[{"perm_command": "deny"}])
    reader = modern(accounts=[{"perm_command": "read_only"}])

    assert denied.call("/api/command/v2/health").status == 403
    assert reader.call("/api/command/v2/user/1/logout", "POST").status == 403


def test_a_user_is_logged_out_once(modern):
    one = modern()
    user = one.call("/api/command/v2/user").json()[0]

    statuses = [one.call(f"/api/command/v2/user/{user['id']}/logout", "POST").status for _ in "12"]

    assert statuses == [204, 404]
    assert one.truth()["effect_counts"] == {"logout_rep": 1}


def test_clients_and_their_connections(modern):
    one = modern()
    rows = one.call("/api/command/v2/client?type=representative").json()

    same = one.call(f"/api/command/v2/client/{rows[0]['id']}").json()
    connections = one.call(f"/api/command/v2/client/{rows[0]['id']}/connections").json()

    assert same == rows[0]
    assert connections["connections"][0]["appliance_id"] == one.made["guid"]
    assert one.call("/api/command/v2/client/none").status == 404
    assert one.call("/api/command/v2/appliance/client-count").json()[0]["representative"] == 2


def test_a_role_that_is_none_fills_the_error_bag(modern):
    answer = modern().call(
        "/api/command/v2/failover-role", "POST", json={"role": "king", "force": 1}
    )

    assert answer.status == 422
    assert set(answer.json()["errors"]) == {"role", "force"}


def test_roles_are_exchanged_over_v2(pair):
    a, b = pair(product="25.1.2")

    answer = a.call("/api/command/v2/failover-role", "POST", json={"role": "backup"})

    assert answer.status == 200
    roles = [one.call("/api/command/v2/health").json()["failover_role"] for one in (a, b)]
    assert roles == ["backup", "primary"]
