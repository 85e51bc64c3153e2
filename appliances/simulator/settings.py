"""What the environment says. Every field is read from SIM_<FIELD IN CAPITALS>."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Settings:
    """Defaults of the whole park; versions are of products."""

    host: str = "127.0.0.1"
    port: int = 8099
    state: str = "simulator-state"
    park: str = ""
    control_key: str = ""
    tied: bool = False  # given on the command line only
    control_hosts: str = ""  # further Host names that may reach /_sim/, separated by commas

    # Real seconds.
    install_seconds: float = 4.0
    base_seconds: float = 5.0
    sync_seconds: float = 2.0
    first_sync_seconds: float = 3.0
    reset_seconds: float = 3.0
    drain_seconds: float = 5.0

    # Minutes of the simulator's clock.
    jump_batch_minutes: float = 2.0
    return_minutes: float = 60.0
    lost_after_minutes: float = 7 * 24 * 60.0

    # Dialects.
    old_auth_until: str = "16.2"
    old_backup_auth_until: str = "19.1"
    oauth_from: str = "16.1"
    failover_api_from: str = "14.2"
    beyondtrust_from: str = "20.0"
    config_from: str = "22.1"
    v2_from: str = "25.1"

    # Limits of the API, real time.
    token_seconds: int = 3600
    token_cap: int = 30
    rate_second: int = 20
    rate_hour: int = 15000
    retry_after: int = 0  # seconds told with a 429; 0 tells nothing, as the vendor does
    lockout_after: int = 5
    lockout_seconds: int = 300


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises ValueError for a number that is none."""
    found = {}
    for field in fields(Settings):
        if (text := environment.get(f"SIM_{field.name.upper()}")) is not None:
            found[field.name] = type(field.default)(text)
    return replace(Settings(), **found)
