import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection, connections

from portal import checks
from portal.models import ApiKey, Contract
from portal.services import database

PROJECT = Path(checks.__file__).parents[1]


def ids(found):
    return [message.id for message in found]


def test_every_model_has_an_owner_or_is_on_the_list():
    assert checks.every_table_has_an_owner(None) == []


def test_an_unowned_model_and_a_plain_manager_are_found(monkeypatch):
    monkeypatch.setattr(checks, "PLATFORM", checks.PLATFORM - {"portal.ApiKey"})
    monkeypatch.setattr(Contract._meta, "default_manager", ApiKey.objects)

    assert ids(checks.every_table_has_an_owner(None)) == ["portal.E001", "portal.E002"]


def test_the_walls_of_the_database_stand(db):
    assert checks.walls_stand(None, databases=["default"]) == []
    call_command("check", databases=["default"])


def test_without_a_database_nothing_is_asked_of_it():
    assert checks.walls_stand(None) == []


@pytest.mark.parametrize(
    ("hole", "said"),
    [
        (
            "ALTER TABLE portal_contract NO FORCE ROW LEVEL SECURITY",
            "portal_contract: row security is not forced",
        ),
        (
            "DROP POLICY customer ON portal_contract",
            "portal_contract: its rows are shown to customers by no policy",
        ),
        (
            "CREATE POLICY all_of_it ON portal_contract TO changeover_app USING (true)",
            "portal_contract: a policy shows all its rows to the serving role",
        ),
        (
            "GRANT SELECT ON portal_auditevent_rest TO changeover_app",
            "portal_auditevent_rest: a partition may be read past the wall of its table",
        ),
        (
            "CREATE TABLE stray (id int, customer_id uuid)",
            "stray: row security is not forced",
        ),
        (
            "ALTER TABLE appliances_appliance ADD CONSTRAINT plain"
            " FOREIGN KEY (site_id) REFERENCES appliances_site (id)",
            "appliances_appliance: a reference to owned rows does not carry the customer",
        ),
    ],
)
def test_a_hole_in_the_wall_is_found(db, hole, said):
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            cursor.execute(hole)
            assert said in database.holes(owner)
        finally:
            cursor.execute("ROLLBACK")
    assert database.holes() == []


def test_the_serving_role_is_bound_by_the_wall(db):
    database.refuse_dangerous_role()


@pytest.mark.parametrize("alias", ["owner", "admin"])
def test_an_owner_and_a_superuser_are_refused(db, alias):
    settings = connection.settings_dict
    user, name = settings["USER"], os.environ["DATABASE_ADMIN_URL"]
    connection.close()
    settings["USER"] = (
        "changeover_owner" if alias == "owner" else name.split("//")[1].split("@")[0].split(":")[0]
    )
    try:
        with pytest.raises(ImproperlyConfigured, match="row security does not bind"):
            database.refuse_dangerous_role()
    finally:
        connection.close()
        settings["USER"] = user


@pytest.mark.parametrize(
    "command",
    [
        ["-c", "import portal.wsgi"],
        ["-m", "celery", "--app", "portal", "worker", "--pool", "solo", "--loglevel", "error"],
    ],
)
@pytest.mark.slow
def test_web_and_worker_do_not_start_as_the_owner(db, command):
    environment = {**os.environ, "DATABASE_URL": owner_url(), "PYTHONPATH": str(PROJECT)}
    environment |= {"DJANGO_SETTINGS_MODULE": "portal.settings", "C_FORCE_ROOT": "1"}

    ended = subprocess.run(
        [sys.executable, *command],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode != 0
    assert "row security does not bind" in ended.stderr + ended.stdout


def owner_url():
    name = connections["default"].settings_dict["NAME"]
    return os.environ["DATABASE_OWNER_URL"].replace("/changeover?", f"/{name}?")


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"SECRET_KEY": "short"}, "portal.E010"),
        ({"SIMULATOR_URL": "http://127.0.0.1:1"}, "portal.E011"),
        ({"DEMO": True}, "portal.E012"),
        ({"PUBLIC_URL": "http://changeover.example"}, "portal.E014"),
    ],
)
def test_what_does_not_belong_into_production_is_named(settings, changed, found):
    good = {
        "PRODUCTION": True,
        "SECRET_KEY": "x" * 50,
        "SIMULATOR_URL": "",
        "DEMO": False,
        "PUBLIC_URL": "https://changeover.example",
    }
    for name, value in good.items():
        setattr(settings, name, value)
    assert checks.settings_fit_together(None) == []
    for name, value in changed.items():
        setattr(settings, name, value)

    assert ids(checks.settings_fit_together(None)) == [found]


@pytest.mark.parametrize("content", ["{", json.dumps({"newest": "k2", "keys": {"k1": "x"}}), "[]"])
def test_a_key_ring_that_cannot_be_used_is_named(settings, tmp_path, content):
    settings.KEY_RING = tmp_path / "keys.json"
    settings.KEY_RING.write_text(content)

    assert ids(checks.settings_fit_together(None)) == ["portal.E013"]
