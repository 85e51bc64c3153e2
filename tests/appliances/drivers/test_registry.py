import ast
import inspect
from pathlib import Path

import pytest

from appliances.drivers import base
from appliances.drivers.base import Connection, Driver
from appliances.drivers.errors import AddressRefused, DriverError, NotSupported, Unreachable
from appliances.drivers.json_command import JsonDriver
from appliances.drivers.no_api import NoApiDriver
from appliances.drivers.registry import driver_for
from appliances.drivers.xml_command import XmlDriver
from portal.egress import Guard

HOST = "support.example.com"
VERBS = [name for name, _ in inspect.getmembers(Driver, inspect.isfunction) if name[0] != "_"]


@pytest.mark.parametrize(
    ("dialect", "kind"), [("xml", XmlDriver), ("json", JsonDriver), ("none", NoApiDriver)]
)
def test_a_dialect_has_its_driver_and_the_driver_every_verb(dialect, kind):
    driver = driver_for(Connection(HOST, dialect=dialect), guard=Guard())

    assert type(driver) is kind
    for verb in VERBS:
        expected = inspect.signature(getattr(Driver, verb)).parameters
        if verb != "create_installer":
            assert list(inspect.signature(getattr(kind, verb)).parameters) == list(expected)


def test_the_json_api_takes_no_password():
    with pytest.raises(NotSupported):
        driver_for(Connection(HOST, dialect="json", auth="old"), guard=Guard())


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "a.sim", "", "a b.example.com"])
def test_an_address_that_may_not_be_called_is_refused_at_once(host):
    with pytest.raises(AddressRefused) as caught:
        driver_for(Connection(host), guard=Guard(simulator=("127.0.0.1", 1)))

    assert isinstance(caught.value, Unreachable)
    assert caught.value.effect_possible is False


def test_the_installations_guard_is_the_default(settings):
    settings.SIMULATOR_URL, settings.PRODUCTION = "", False

    with pytest.raises(AddressRefused):
        driver_for(Connection("a.sim", simulated=True))


@pytest.mark.parametrize("verb", VERBS)
def test_without_an_api_everything_is_a_persons(verb):
    arguments = {
        "log_out": {"representative_id": "1"},
        "set_failover_role": {"role": "backup"},
        "create_installer": {"jump_group_id": 1},
        "take_backup": {"stream": None, "limit": 1},
    }

    with pytest.raises(NotSupported):
        getattr(NoApiDriver(), verb)(**arguments.get(verb, {}))


def test_a_budget_ends_all_calls_together(park):
    box = park()
    driver = driver_for(box.connection(), guard=box.guard, budget=0.3)
    box.faults(slow={"value": 0.4, "path": "/api/"})

    with pytest.raises(Unreachable):
        driver.health()
    with pytest.raises(Unreachable, match="no time left") as caught:
        driver.set_failover_role("backup")
    assert caught.value.effect_possible is False


def sources() -> list[Path]:
    return sorted(Path(base.__file__).parent.rglob("*.py"))


def test_no_driver_has_a_verb_that_interrupts_an_appliance():
    forbidden = ("restart", "reboot", "shutdown", "shut_down", "poweroff", "power", "halt", "reset")
    for source in sources():
        text = source.read_text().lower()
        assert [word for word in forbidden if word in text] == [], source


def test_drivers_know_no_model_no_job_and_no_customer():
    allowed = {"django.utils.translation", "portal"}
    for source in sources():
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                first = node.module.partition(".")[0]
                ours = node.module.startswith("appliances.drivers") or node.module in allowed
                assert ours or first not in {"django", "portal", "appliances", "upgrades"}, source
        assert "customer" not in source.read_text().replace("same customer", "")


def test_only_the_guard_opens_connections():
    root = Path(base.__file__).parents[2]
    openers = {"http.client", "urllib.request", "requests", "httpx", "socket", "ssl"}
    for source in sources():
        for node in ast.walk(ast.parse(source.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            assert not openers & set(names), source.relative_to(root)


def test_every_error_has_a_code_and_a_sentence_of_its_own():
    kinds = [DriverError]
    for kind in kinds:
        kinds += kind.__subclasses__()

    assert len({kind.code for kind in kinds}) == len(kinds) >= 11
    assert len({str(kind.sentence) for kind in kinds}) == len(kinds)
