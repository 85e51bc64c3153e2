import pytest

BASE = "/api/config/v1"


@pytest.fixture
def stocked(appliance):
    return appliance(jump_clients={"count": 250, "off": 0.1}, installers=2).sign_in()


def test_the_configuration_api_is_there_from_22_1_on(appliance):
    assert appliance(product="21.3.1").sign_in().call(f"{BASE}/jump-client").status == 404
    assert appliance(product="22.1.1").sign_in().call(f"{BASE}/jump-client").status == 200


def test_pages_say_where_they_are(stocked):
    answer = stocked.call(f"{BASE}/jump-client?current_page=2")

    paging = {k: v for k, v in answer.headers.items() if k.startswith("X-BT-")}
    assert len(answer.json()) == 100
    assert paging == {
        "X-BT-Pagination-Current-Page": "2",
        "X-BT-Pagination-Per-Page": "100",
        "X-BT-Pagination-Last-Page": "3",
        "X-BT-Pagination-Total": "250",
    }
    rels = [part.split('rel="')[1][:-1] for part in answer.headers["Link"].split(", ")]
    assert rels == ["first", "previous", "next", "last"]


def test_all_pages_together_are_all_clients(stocked):
    pages = [stocked.call(f"{BASE}/jump-client?current_page={n}").json() for n in (1, 2, 3)]

    assert len({row["id"] for page in pages for row in page}) == 250


def test_more_than_a_hundred_a_page_are_refused(stocked):
    assert stocked.call(f"{BASE}/jump-client?per_page=101").status == 422


def test_filters_are_exact_and_whatever_the_case(stocked):
    found = stocked.call(f"{BASE}/jump-client?hostname=POS-0007").json()

    assert [row["hostname"] for row in found] == ["pos-0007"]
    assert stocked.call(f"{BASE}/jump-client?hostname=pos-000").json() == []
    assert stocked.call(f"{BASE}/jump-client?colour=red").status == 401


def test_clients_in_personal_groups_are_not_listed(appliance):
    one = appliance(jump_clients=[{"jump_group_type": "personal"}, {}]).sign_in()

    assert [row["id"] for row in one.call(f"{BASE}/jump-client").json()] == [4002]


def test_one_client_is_found_and_deleted(stocked):
    assert stocked.call(f"{BASE}/jump-client/4001").json()["name"] == "POS-0001"
    assert stocked.call(f"{BASE}/jump-client/4001", "DELETE").status == 204
    assert stocked.call(f"{BASE}/jump-client/4001").status == 404


def test_an_installer_is_made_listed_and_fetched(stocked):
    body = {"jump_group_id": 7, "name": "Stores", "valid_duration": 60}

    made = stocked.call(f"{BASE}/jump-client/installer", "POST", json=body)

    assert made.status == 201
    row = made.json()
    assert (row["id"], len(row["installer_id"])) == (3, 32)
    fetched = stocked.call(f"{BASE}/jump-client/installer/{row['installer_id']}/windows-64-msi")
    assert fetched.headers["Content-Type"] == "application/octet-stream"
    assert stocked.call(f"{BASE}/jump-client/installer/3").json() == row


def test_an_installer_needs_a_group(stocked):
    answer = stocked.call(f"{BASE}/jump-client/installer", "POST", json={"valid_duration": 5})

    assert answer.status == 422
    assert set(answer.json()["errors"]) == {"jump_group_id", "valid_duration"}


def test_jumpoints_and_their_nodes(appliance):
    one = appliance(jumpoints=[{"off": True}, {"nodes": 3, "clustered": True}]).sign_in()

    rows = one.call(f"{BASE}/jumpoint").json()

    assert [row["connected"] for row in rows] == [False, True]
    assert len(one.call(f"{BASE}/jumpoint/2/node").json()) == 3


def test_the_own_account_is_told_without_its_secret(stocked):
    row = stocked.call(f"{BASE}/api-account").json()[0]

    assert row["client_id"] == stocked.made["accounts"][0]["client_id"]
    assert (row["failed_login_attempts"], row["failed_login_expiration"]) == (0, None)
    assert "client_secret" not in row


def test_public_portals_have_their_addresses(appliance):
    one = appliance(public_name="help.portal.sim").sign_in()

    assert one.call(f"{BASE}/public-portal").json()[0]["addresses"] == ["help.portal.sim"]


def test_without_the_permission_it_is_403(appliance):
    one = appliance(accounts=[{"perm_configuration": False}]).sign_in()

    assert one.call(f"{BASE}/jump-client").status == 403
