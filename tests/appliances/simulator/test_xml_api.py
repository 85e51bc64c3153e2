import pytest

OLD = "http://www.bomgar.com/namespaces/API/command"
NEW = "https://www.beyondtrust.com/namespaces/API/command"


@pytest.mark.parametrize(("product", "namespace"), [("19.1.8", OLD), ("20.1.1", NEW)])
def test_the_namespace_is_the_one_of_the_time(appliance, product, namespace):
    root = appliance(product=product).sign_in().command("check_health")

    assert root.tag == f"{{{namespace}}}health_check"


def test_a_healthy_single_appliance_says_four_things(appliance, texts):
    one = appliance(product="19.1.8", build="36001", hash="a" * 40).sign_in()

    root = one.command("check_health")

    assert texts(root) == {
        "appliance": one.host,
        "version": f"19.1.8 (36001-{'a' * 40})",
        "success": "1",
        "failover_role": "none",
    }
    assert root[0].get("id") == one.made["guid"]


def test_the_base_version_is_in_no_answer(appliance):
    one = appliance(base="6.2.77", product="25.1.2").sign_in()
    paths = ["/api/command?action=check_health", "/api/command/v2/health", "/api/command/v2/info"]

    assert not any("6.2.77" in one.call(path).text for path in paths)
    assert one.truth()["base"] == "6.2.77"


def test_bad_health_is_success_0_with_a_sentence_and_status_200(appliance, texts):
    one = appliance().sign_in()
    one.faults(health_bad="storage is not responding")

    answer = one.call("/api/command?action=check_health")
    liveness = one.call("/check_health")

    assert answer.status == 200
    assert texts(answer.xml())["success"] == "0"
    assert texts(answer.xml())["error_message"] == "storage is not responding"
    assert liveness.status == 500


def test_errors_come_with_status_200(appliance, name_of):
    one = appliance().sign_in()

    answer = one.call("/api/command?action=no_such_thing")

    assert (answer.status, name_of(answer.xml())) == (200, "error")


def test_a_refused_action_has_the_error_inside_its_root(appliance, name_of):
    root = appliance().sign_in().command("set_failover_role", role="backup")

    assert name_of(root) == "set_failover_role"
    assert [name_of(child) for child in root] == ["error"]


def test_a_missing_permission_reads_as_document_not_found(appliance, name_of):
    one = appliance(accounts=[{"perm_command": "deny"}]).sign_in()

    answer = one.call("/api/command?action=check_health")

    assert answer.status == 200
    assert (name_of(answer.xml()), answer.xml().text) == ("error", "Document Not Found")


def test_read_only_may_read_and_not_act(appliance, name_of):
    one = appliance(accounts=[{"perm_command": "read_only"}]).sign_in()

    assert name_of(one.command("check_health")) == "health_check"
    assert name_of(one.command("logout_rep", id=1)) == "error"
    assert "logout_rep" not in one.truth()["effect_counts"]


def test_the_xml_api_can_be_switched_off(appliance):
    one = appliance(xml_api=False).sign_in()

    answer = one.call("/api/command?action=check_health")

    assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (404, "text/html")


@pytest.mark.parametrize(
    ("product", "accepted"), [("12.1.0", True), ("16.2.9", True), ("17.1.1", False)]
)
def test_username_and_password_are_accepted_up_to_a_version(appliance, name_of, product, accepted):
    one = appliance(product=product)
    query = "action=check_health&username=admin&password=password"

    root = one.call(f"/api/command.ns?{query}").xml()

    assert name_of(root) == ("health_check" if accepted else "error")


def test_only_administrators_may_ask_for_health_the_old_way(appliance, name_of):
    user = {"username": "agent", "password": "x", "administrator": False}
    one = appliance(product="12.1.0", users=[user])
    sign = "username=agent&password=x"

    assert name_of(one.call(f"/api/command.ns?action=check_health&{sign}").xml()) == "error"
    assert (
        name_of(one.call(f"/api/command.ns?action=get_api_info&{sign}").xml()) == "api_information"
    )


def test_a_form_is_accepted_and_multipart_is_not(appliance, name_of):
    one = appliance().sign_in()
    multipart = {"Content-Type": "multipart/form-data; boundary=x"}

    by_form = one.call("/api/command", "POST", form={"action": "check_health"})
    refused = one.call("/api/command", "POST", body=b"--x--\r\n", headers=multipart)

    assert name_of(by_form.xml()) == "health_check"
    assert refused.status == 415


@pytest.mark.parametrize(
    ("product", "api"),
    [("12.1.0", "1.7.0"), ("12.1.4", "1.7.1"), ("19.1.8", "1.19.0"), ("22.3.1", "1.22.2")],
)
def test_the_api_version_follows_the_product(appliance, texts, product, api):
    one = appliance(product=product)
    sign = "username=admin&password=password" if product < "16" else ""
    if not sign:
        one.sign_in()

    root = one.call(f"/api/command.ns?action=get_api_info&{sign}").xml()

    assert texts(root)["api_version"] == api


def test_the_company_name_is_gone_from_24_3_on(appliance, texts):
    before = appliance(product="24.2.1").sign_in().command("get_api_info")
    after = appliance(product="24.3.1").sign_in().command("get_api_info")

    assert texts(before)["company_name"] == "Example Support"
    assert "company_name" not in texts(after)


def test_the_appliances_own_clock_may_be_off(appliance, texts):
    right = appliance().sign_in()
    wrong = appliance(clock_offset=3600).sign_in()

    def stamp(one) -> int:
        return int(texts(one.command("get_api_info"))["timestamp"])

    assert 3595 <= stamp(wrong) - stamp(right) <= 3605


def test_who_is_logged_in_and_how_to_log_them_out(appliance, name_of):
    one = appliance(reps=[{"name": "Ada"}, {"name": "Grace"}]).sign_in()

    ids = [row.get("id") for row in one.command("get_logged_in_reps")]
    answer = one.command("logout_rep", id=ids[0])

    assert ids == ["1", "2"]
    assert name_of(answer) == "success"
    assert [row.get("id") for row in one.command("get_logged_in_reps")] == ["2"]
    assert one.truth()["effect_counts"] == {"logout_rep": 1}


def test_connected_clients_are_counted_and_listed(appliance):
    one = appliance(clients={"support_customer": 3, "push_agent": 0}, jump_clients=4).sign_in()

    root = one.command("get_connected_client_list")
    summary = one.command("get_connected_client_list", summary_only=1, type="support_customer")

    counts = {row.get("type"): int(row.text) for row in root[0][0]}
    assert counts["support_customer"] == 3
    assert "pinned_client" in counts
    assert len(root[1:]) == 2 + 3  # two representatives are the default
    assert len(summary) == 1
    assert [row.get("type") for row in summary[0][0]] == ["support_customer"]


def test_the_schema_is_served(appliance):
    assert appliance().call("/api/command.xsd").xml().tag.endswith("schema")


def test_support_teams_show_members_when_asked(appliance):
    one = appliance().sign_in()

    assert "member" not in one.call("/api/command?action=get_support_teams").text
    assert "member" in one.call("/api/command?action=get_support_teams&showmembers=1").text
