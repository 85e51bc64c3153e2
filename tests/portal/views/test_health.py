from django.db import connection, connections

from portal.services import heartbeats


def test_every_part_is_named(client, db):
    heartbeats.beat(heartbeats.STEPS)

    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json()["run"] == "tests"
    assert set(answer.json()["parts"]) == {
        *("database", "web", "steps", "worker", "beat", "broker", "mail", "papers", "simulator")
    }


def test_without_a_step_runner_it_is_503(client, db):
    assert client.get("/healthz").status_code == 503
    heartbeats.beat(heartbeats.STEPS)
    assert client.get("/healthz").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portal_heartbeat SET at = at - interval '61 seconds'")

    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["steps"]["up"] is False


def test_a_lost_database_is_said_and_not_raised(client, db):
    settings = connections["default"].settings_dict
    name = settings["NAME"]
    connections["default"].close()
    settings["NAME"] = "there_is_no_such_database"
    try:
        answer = client.get("/healthz")
    finally:
        settings["NAME"] = name
        connections["default"].close()

    assert answer.status_code == 503
    assert answer.json()["parts"]["database"] == {"up": False}


def test_a_lost_worker_or_broker_is_no_reason_for_503(client, db, settings):
    heartbeats.beat(heartbeats.STEPS)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json()["parts"]["broker"] == {"up": False}
    assert answer.json()["parts"]["worker"] == {"up": False}


def test_being_alive_asks_nobody(client):
    assert client.get("/livez").content == b"alive\n"


def test_an_installation_without_simulator_does_not_miss_it(client, db, settings):
    settings.SIMULATOR_URL = ""

    assert client.get("/healthz").json()["parts"]["simulator"] == {"up": None}
