import string


def test_a_token_has_forty_characters_and_lives_an_hour(appliance):
    answer = appliance().ask_for_token()

    body = answer.json()
    assert answer.status == 200
    assert (len(body["access_token"]), body["token_type"], body["expires_in"]) == (
        40,
        "Bearer",
        3600,
    )
    assert set(body["access_token"]) <= set(string.ascii_letters + string.digits)
    assert answer.headers["Connection"] == "close"


def test_client_id_and_secret_have_the_shape_of_the_vendors(appliance):
    account = appliance().made["accounts"][0]

    assert len(account["client_id"]) == 40
    assert set(account["client_id"]) <= set("0123456789abcdef")
    assert len(account["client_secret"]) == 44


def test_a_wrong_secret_is_an_invalid_client_with_a_message(appliance):
    answer = appliance().ask_for_token(secret="wrong")

    assert answer.status == 401
    assert set(answer.json()) == {"error", "message"}
    assert answer.json()["error"] == "invalid_client"


def test_another_grant_is_not_supported(appliance):
    answer = appliance().call("/oauth2/token", "POST", form={"grant_type": "password"})

    assert (answer.status, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_the_request_may_also_be_json(appliance):
    one = appliance()
    account = one.made["accounts"][0]
    body = {
        "grant_type": "client_credentials",
        "client_id": account["client_id"],
        "client_secret": account["client_secret"],
    }

    assert one.call("/oauth2/token", "POST", json=body).status == 200


def test_the_31st_token_kills_the_oldest(appliance):
    one = appliance()
    tokens = [one.ask_for_token().json()["access_token"] for _ in range(31)]

    def status(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return one.call("/api/command?action=get_api_info", headers=headers).status

    assert [status(tokens[0]), status(tokens[1]), status(tokens[30])] == [401, 200, 200]


def test_an_unknown_bearer_is_denied(appliance):
    one = appliance()
    one.headers["Authorization"] = "Bearer nothing"

    answer = one.call("/api/command?action=check_health")

    assert (answer.status, answer.json()["error"]) == (401, "access_denied")


def test_a_new_secret_kills_every_token_and_is_shown_once(appliance):
    one = appliance().sign_in()

    shown = one.press("regenerate_secret")

    assert one.call("/api/command?action=check_health").status == 401
    assert one.ask_for_token().status == 401
    assert one.ask_for_token(secret=shown["client_secret"]).status == 200


def test_five_wrong_secrets_lock_the_account(appliance):
    one = appliance()
    for _ in range(5):
        one.ask_for_token(secret="wrong")

    account = one.truth()["accounts"][0]

    assert one.ask_for_token().status == 401
    assert account["failed_login_attempts"] == 5
    assert account["failed_login_expiration"] > one.truth()["now"]


def test_a_disabled_account_gets_no_token(appliance):
    answer = appliance(accounts=[{"enabled": False}]).ask_for_token()

    assert (answer.status, answer.json()["error"]) == (401, "unauthorized_client")


def test_an_address_that_is_not_on_the_list_gets_no_token(appliance):
    allowed = appliance(accounts=[{"ip_addresses": "127.0.0.0/8"}])
    refused = appliance(accounts=[{"ip_addresses": "192.0.2.0/24"}])

    assert allowed.ask_for_token().status == 200
    assert refused.ask_for_token().json()["error"] == "unauthorized_client"


def test_before_16_1_there_are_no_tokens(appliance):
    assert appliance(product="15.2.1").ask_for_token().status == 404
    assert appliance(product="16.1.1").ask_for_token().status == 200


def test_more_than_twenty_requests_a_second_are_refused(appliance):
    one = appliance().sign_in()
    answers = [one.call("/api/command?action=get_api_info") for _ in range(40)]

    statuses = [answer.status for answer in answers]
    assert 429 in statuses
    assert statuses[:20] == [200] * 20
    assert answers[0].headers["X-RateLimit-Limit"] == "15000"
    assert answers[0].headers["X-RateLimit-Remaining"] == "14999"
    assert "Retry-After" not in answers[statuses.index(429)].headers
