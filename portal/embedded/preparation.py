"""Everything between "the database answers" and "the services may start", in one process.

`python -m portal.embedded.preparation` is run by the supervisor and, in containers, by the service
`migrate`. The one module of this package that imports Django: a process for each command would take
a second each. All of it may be run again at any time.
"""

import os

import django
from django.core.management import call_command

from portal.embedded import catalogues
from portal.embedded.environment import is_on


def prepare() -> None:
    catalogues.compile_all()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    if os.environ.get("DATABASE_ADMIN_URL"):
        call_command("prepare_database")
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    call_command("make_partitions")
    call_command("collectstatic", interactive=False, verbosity=0)
    if is_on("DEMO", "0"):
        call_command("demo")


if __name__ == "__main__":
    prepare()
