"""What the processes are told, by environment variables; a variable set outside always wins."""

import os
from pathlib import Path

from portal.embedded import fonts, native_libraries, roles
from portal.embedded.processes import CannotStart
from portal.embedded.state import PROJECT, State

EVERY_INTERFACE = {"0.0.0.0", "::"}  # noqa: S104 - compared with, never bound to


def read_file(file: Path = PROJECT / ".env") -> None:
    """Lines NAME=value, as in .env.example; what is set already stays."""
    if not file.exists():
        return
    for line in file.read_text().splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip().strip("\"'"))


def is_on(name: str, default: str) -> bool:
    return os.environ.get(name, default) not in {"", "0", "false", "no", "off"}


def address() -> tuple[str, int]:
    port = os.environ.get("PORT", "8000")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise CannotStart(f"PORT must be a number from 1 to 65535, not {port!r}.")
    return os.environ.get("HOST", "127.0.0.1"), int(port)


def public_url(host: str, port: int) -> str:
    """How a browser on this machine reaches us; a bare machine cannot resolve `localhost`."""
    name = "127.0.0.1" if host in EVERY_INTERFACE else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def databases(admin_url: str | None) -> dict[str, str]:
    """The addresses under each role: of our own server, or those that were given."""
    if admin_url:
        return roles.urls(admin_url)
    missing = [name for name in roles.ROLES if not os.environ.get(name)]
    if missing:
        raise CannotStart(f"DATABASE_URL is set, so these must be set too: {', '.join(missing)}.")
    names = [*roles.ROLES, "DATABASE_ADMIN_URL"]
    return {name: os.environ[name] for name in names if os.environ.get(name)}


def settle(state: State, admin_url: str | None, redis_url: str, run_id: str) -> dict[str, str]:
    """The whole environment, DATABASE_ADMIN_URL included: only the preparation is given that."""
    host, port = address()
    url = os.environ.get("PUBLIC_URL") or public_url(host, port)
    demo = is_on("DEMO", "1")
    defaults = {
        "DEMO": "1" if demo else "0",
        "DEMO_SPEED": "3600",
        "PUBLIC_URL": url,
        "ALLOWED_HOSTS": "*" if demo and host in EVERY_INTERFACE else "",
        "EMAIL_URL": "file:",
        "SECRET_KEY": state.secret("secret-key"),
        "KEY_RING": str(state.key_ring),
        "FONTCONFIG_FILE": str(fonts.configure(state.folder)),
        "TYPESETTER": str(state.socket("papers")),
        "ALLOW_PRIVATE_ADDRESSES": "1" if demo else "0",
    }
    if demo:
        # One API account serves a demo appliance through every release, from the first on.
        defaults |= {"SIM_OAUTH_FROM": "10.1", "SIM_CONFIG_FROM": "10.1"}
        defaults["SIM_CONTROL_KEY"] = state.secret("simulator-key")
        defaults["SIMULATOR_URL"] = f"http://127.0.0.1:{state.simulator_port()}"
    defaults = {name: value for name, value in defaults.items() if value}
    return {
        **defaults,
        **native_libraries.environment(),
        **databases(admin_url),
        "REDIS_URL": redis_url,
        "PORTAL_STATE": str(state.folder),
        "HOST": host,
        "PORT": str(port),
        "RUN_ID": run_id,
    }


def for_services(environment: dict[str, str]) -> dict[str, str]:
    """Without the superuser's address, which no running service may hold."""
    return {name: value for name, value in environment.items() if name != "DATABASE_ADMIN_URL"}
