"""Everything between "the database answers" and "the services may start", in one process.

`python -m portal.embedded.preparation PART…` is run by the supervisor (files, database,
demo), while an image is built (files), by the container `migrate` (secrets, database) and by the
container `demo`.
With static_files.py the only module here that imports Django: a process for each command would
take a second each. All of it may be run again at any time.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import django
from django.core.management import call_command

from portal.embedded import catalogues, fonts, static_files
from portal.embedded.environment import is_on
from portal.embedded.state import State


def secrets() -> None:
    """The key ring and Django's key, where the variables say that they lie."""
    state = State(Path(os.environ["PORTAL_STATE"]))
    state.make_key_ring()
    state.secret("secret-key")


def files() -> None:
    """What is made from the sources and is the same for every installation."""
    catalogues.compile_all()
    if configuration := os.environ.get("FONTCONFIG_FILE"):
        fonts.configure(Path(configuration).parent)
    django.setup()
    static_files.collect()


def database() -> None:
    django.setup()
    if os.environ.get("DATABASE_ADMIN_URL"):
        call_command("prepare_database", verbosity=0)
    call_command("check_server")
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    call_command("make_partitions", verbosity=0)


def demo() -> None:
    """The demo world, once; the simulated appliances must be up."""
    django.setup()
    if is_on("DEMO", "0"):
        call_command("demo")


PARTS: dict[str, Callable[[], None]] = {
    "secrets": secrets,
    "files": files,
    "database": database,
    "demo": demo,
}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    for part in sys.argv[1:]:
        PARTS[part]()
