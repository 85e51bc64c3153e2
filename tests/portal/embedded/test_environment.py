import pytest

from portal.embedded import environment, programs
from portal.embedded.processes import CannotStart
from portal.embedded.roles import urls
from portal.embedded.state import State

NAMES = ("DEMO", "PUBLIC_URL", "ALLOWED_HOSTS", "SECRET_KEY", "PORT", "HOST", "DATABASE_URL")


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    for name in (
        *NAMES,
        "SIMULATOR_URL",
        "DATABASE_OWNER_URL",
        "DATABASE_STAFF_URL",
        "SIM_PORT",
        "ALLOW_PRIVATE_ADDRESSES",
    ):
        monkeypatch.delenv(name, raising=False)


def settle(tmp_path):
    admin = "postgresql://postgres@/postgres?host=/socket"
    return environment.settle(State(tmp_path), admin, "redis://r/0", "run")


def test_the_demo_knows_its_simulator_and_an_empty_installation_has_none(tmp_path, monkeypatch):
    with_demo = settle(tmp_path)
    monkeypatch.setenv("DEMO", "0")
    empty = settle(tmp_path)

    assert with_demo["SIMULATOR_URL"].startswith("http://127.0.0.1:")
    assert with_demo["ALLOW_PRIVATE_ADDRESSES"] == "1"
    assert "SIMULATOR_URL" not in empty
    assert empty["ALLOW_PRIVATE_ADDRESSES"] == "0"


def test_a_variable_set_outside_wins(tmp_path, monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", "https://changeover.example.com")

    assert settle(tmp_path)["PUBLIC_URL"] == "https://changeover.example.com"


def test_no_service_is_given_the_address_of_the_superuser(tmp_path):
    everything = settle(tmp_path)

    assert "DATABASE_ADMIN_URL" in everything
    assert "DATABASE_ADMIN_URL" not in environment.for_services(everything)


def test_each_role_has_its_address_of_the_same_server():
    assert urls("postgresql://boss:word@db:5432/postgres") == {
        "DATABASE_ADMIN_URL": "postgresql://boss:word@db:5432/postgres",
        "DATABASE_URL": "postgresql://changeover_app:word@db:5432/changeover",
        "DATABASE_OWNER_URL": "postgresql://changeover_owner:word@db:5432/changeover",
        "DATABASE_STAFF_URL": "postgresql://changeover_staff:word@db:5432/changeover",
    }


def test_a_database_given_without_its_other_roles_is_refused(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db/changeover")

    with pytest.raises(CannotStart, match="DATABASE_OWNER_URL, DATABASE_STAFF_URL"):
        environment.databases(None)


@pytest.mark.parametrize("port", ["0", "70000", "http", "-1"])
def test_a_port_that_is_none_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)

    with pytest.raises(CannotStart, match="PORT must be a number from 1 to 65535"):
        environment.address()


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("portal.example.com", "http://portal.example.com:8000"),
    ],
)
def test_the_address_told_is_one_that_a_browser_can_open(host, url):
    assert environment.public_url(host, 8000) == url


def test_the_file_of_variables_fills_in_what_is_not_set(tmp_path, monkeypatch):
    file = tmp_path / ".env"
    file.write_text("# a comment\nPORT=9000\nHOST='0.0.0.0'\n\nnonsense\n")
    monkeypatch.setenv("PORT", "8123")
    monkeypatch.setenv("HOST", "x")
    monkeypatch.delenv("HOST")

    environment.read_file(file)

    assert environment.address() == ("0.0.0.0", 8123)


def test_who_makes_papers_is_told_where_its_fonts_are_and_no_secret(tmp_path):
    everything = settle(tmp_path) | {"SECRET_KEY": "hush"}

    told = programs.for_papers(everything)

    assert told.keys() <= {*programs.PAPERS_TOLD, "SOURCE_DATE_EPOCH"}
    assert told["FONTCONFIG_FILE"] == everything["FONTCONFIG_FILE"]


def test_a_socket_whose_name_is_too_long_for_the_kernel_lies_elsewhere(tmp_path):
    near, far = State(tmp_path), State(tmp_path / ("x" * 90))

    assert near.socket("papers") == tmp_path / "papers"
    assert len(str(far.socket("papers"))) < 60
