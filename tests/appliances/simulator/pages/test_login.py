def test_every_page_of_the_site_opens(appliance, browse):
    one = appliance(cluster="pages", cluster_role="master", jump_clients=3)
    browser = browse(one).sign_in("/login")
    links = browser.links()

    statuses = [browser.go(link).status for link in links]

    assert statuses == [200] * 7


def test_connected_clients_stand_under_information(appliance, browse):
    one = appliance(clients={"support_customer": 7})

    page = browse(one).sign_in("/login").open("/login/status/information")

    assert "Connected Clients" in page.text
    assert "<dt>Customer clients</dt><dd>7</dd>" in page.text


def test_the_limit_of_concurrent_upgrades_is_set_where_jump_clients_are(appliance, browse):
    one = appliance(jump_clients=2)
    browser = browse(one).sign_in("/login")
    browser.open("/login/jump/clients")

    browser.press("Save", limit="12")
    refused = browser.press("Save", limit="1000")

    assert one.truth()["max_concurrent_jump_upgrades"] == 12
    assert "between 1 and 500" in refused.text
    assert "Status Details" in browser.page.text


def test_a_backup_is_downloaded_with_a_password(appliance, browse):
    one = appliance()
    browser = browse(one).sign_in("/login")
    browser.open("/login/management/software")

    file = browser.press("Download Backup", password="secret")

    assert file.body.startswith(b"NSB\x00")
    assert one.truth()["effect_counts"] == {"backup": 1}


def test_a_pair_is_synced_broken_and_established_again(pair, browse):
    a, b = pair()
    on_b, on_a = browse(b).sign_in("/login"), browse(a).sign_in("/login")
    on_b.open("/login/management/failover")
    on_b.press("Sync Now")
    b.simulator.settled(a.host)

    on_b.open("/login/management/failover")
    on_b.press("Break Failover Relationships")
    broken = a.truth()["failover_role"]
    on_a.open("/login/management/failover")
    on_a.press("Establish Relationship", peer=b.host)

    assert broken == "none"
    assert (a.truth()["failover_role"], b.truth()["failover_role"]) == ("primary", "backup")


def test_roles_are_exchanged_on_the_failover_page(pair, browse):
    a, b = pair()
    browser = browse(a).sign_in("/login")
    browser.open("/login/management/failover")

    page = browser.press("Become Backup", force="1")

    assert "The role has been changed." in page.text
    assert b.truth()["failover_role"] == "primary"


def test_backup_operations_are_switched(pair, browse):
    a, _ = pair()
    browser = browse(a).sign_in("/login")
    browser.open("/login/management/failover")

    browser.press("Save")
    off = a.truth()["backup_operations"]
    browser.press("Save", ticked="1")

    assert (off, a.truth()["backup_operations"]) == (False, True)


def test_a_node_is_taken_off_and_back_with_the_state_in_words(appliance, browse):
    master = appliance(cluster="words", cluster_role="master")
    node = appliance(cluster="words", cluster_role="traffic")
    browser = browse(master).sign_in("/login")
    browser.open("/login/management/cluster")

    page = browser.press("Save", number=1)
    off = node.truth()["accepting"]
    browser.press("Save", number=1, ticked="1")

    assert "not accepting" in page.text
    assert (off, node.truth()["accepting"]) == (False, True)


def test_the_xml_api_is_switched_off_by_an_empty_tick_box(appliance, browse):
    one = appliance()
    browser = browse(one).sign_in("/login")
    browser.open("/login/management/api")

    browser.press("Save Changes")

    assert one.truth()["xml_api"] is False


def test_a_new_secret_is_shown_once(appliance, browse):
    one = appliance()
    browser = browse(one).sign_in("/login")
    browser.open("/login/management/api")

    page = browser.press("Generate New Client Secret")
    again = browser.open("/login/management/api")

    secret = one.truth()["accounts"][0]["client_secret"]
    assert secret in page.text
    assert secret not in again.text


def test_without_a_product_there_is_no_login(appliance):
    one = appliance(product="")

    assert one.call("/login").status == 404
    assert one.call("/appliance").status == 200
