def test_a_backup_is_a_binary_file(appliance):
    one = appliance().sign_in()

    answer = one.call("/api/backup")

    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.body.startswith(b"NSB\x00")
    assert ".nsb" in answer.headers["Content-Disposition"]
    assert one.truth()["effect_counts"] == {"backup": 1}


def test_wrong_credentials_of_the_old_way_are_a_page_with_200(appliance):
    one = appliance(product="19.1.5")

    answer = one.call("/api/backup.ns", "POST", form={"username": "admin", "password": "no"})
    right = one.call("/api/backup.ns", "POST", form={"username": "admin", "password": "password"})

    assert (answer.status, "Invalid credentials" in answer.text) == (200, True)
    assert right.body.startswith(b"NSB\x00")


def test_without_the_permission_there_is_no_file(appliance):
    one = appliance(accounts=[{"perm_backup": False}]).sign_in()

    answer = one.call("/api/backup")

    assert (answer.status, "Document Not Found" in answer.text) == (200, True)
    assert one.truth()["effect_counts"] == {}


def test_a_backup_holds_no_software_and_no_recordings(appliance):
    one = appliance(jump_clients=100).sign_in()

    assert len(one.call("/api/backup").body) < 100_000
