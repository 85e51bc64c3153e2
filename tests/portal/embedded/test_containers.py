"""What docker/ says agrees with itself and with the settings; nothing here starts a container."""

import re

import pytest
import yaml

from portal.embedded.preparation import PARTS
from portal.embedded.state import PROJECT

# Told by the supervisor or the image, never by a person.
INTERNAL = {
    "DATABASE_POOL",
    "FONTCONFIG_FILE",
    "RUN_ID",
    "SIM_CONTROL_KEY",
    "SIMULATOR_URL",
    "STATIC_ROOT",
    "TYPESETTER",
}


@pytest.fixture(scope="module")
def services() -> dict:
    return yaml.safe_load((PROJECT / "docker" / "compose.yaml").read_text())["services"]


@pytest.fixture(scope="module")
def ours(services) -> dict:
    return {name: service for name, service in services.items() if "build" in service}


def test_each_service_of_ours_is_a_word_of_the_entry_point(ours):
    words = re.findall(r"^  (\w+)\)", (PROJECT / "docker" / "entrypoint.sh").read_text(), re.M)

    assert {service["command"][0] for service in ours.values()} == set(words) - {"manage"}


def test_the_entry_point_prepares_with_parts_that_exist():
    text = (PROJECT / "docker" / "entrypoint.sh").read_text()
    parts = " ".join(re.findall(r"portal\.embedded\.preparation (.*) ;;", text)).split()

    assert parts == ["secrets", "database", "demo"]
    assert set(parts) <= set(PARTS)


def test_only_the_migration_is_given_the_superuser_and_the_owners_password(ours):
    with_admin = {name for name, each in ours.items() if "DATABASE_ADMIN_URL" in str(each)}
    with_owner = {
        name
        for name, each in ours.items()
        if ":" in each["environment"].get("DATABASE_OWNER_URL", "//").split("//")[1].split("@")[0]
    }

    assert with_admin == {"migrate"}
    assert with_owner == {"migrate"}


def test_every_service_that_uses_the_database_waits_for_the_migration_to_be_done(ours):
    waiting = {
        name
        for name, each in ours.items()
        if each.get("depends_on", {}).get("migrate", {}).get("condition")
        == "service_completed_successfully"
    }

    assert set(ours) - waiting == {"migrate", "papers", "simulator", "autopilot"}


def test_who_makes_papers_has_no_network_no_secret_and_no_data(ours):
    papers = ours["papers"]

    assert papers["network_mode"] == "none"
    assert papers["environment"] == {"TYPESETTER": ours["web"]["environment"]["TYPESETTER"]}
    assert papers["volumes"] == ["papers:/run/papers"]
    for asks in ("web", "worker", "steps"):
        assert set(ours[asks]["volumes"]) > set(papers["volumes"])


def test_every_variable_of_the_settings_is_told_in_the_example():
    settings = (PROJECT / "portal" / "settings.py").read_text()
    read = set(re.findall(r'\b(?:text|flag|number|listed|database)\("([A-Z_]+)"', settings))
    told = set(re.findall(r"^#?([A-Z_]+)=", (PROJECT / ".env.example").read_text(), re.M))

    assert read - told - INTERNAL == set()
