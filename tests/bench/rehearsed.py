"""Rehearsals with killed workers, procedure after procedure, until there are enough or the time
is over. Imported once Django is set up."""

import sys
import time

from tests.bench import rows
from tests.upgrades.conftest import a_catalogue
from tests.upgrades.services.rehearsals import losses
from upgrades.services.rehearsals import stage

EVERYTHING = ("portal_customer", "portal_user", "appliances_package")


def run(plays: int, minutes: float) -> tuple[int, list[str]]:
    """How many were played, and everything that must not be."""
    ends, wrong, played = time.monotonic() + 60 * minutes, [], 0
    with stage.opened() as scene:
        while played < plays and time.monotonic() < ends:
            number = played // len(losses.PAGES)
            page = losses.PAGES[played % len(losses.PAGES)]
            rows.empty(*EVERYTHING)
            world = losses.site_for(a_catalogue(), page, number)
            found = losses.lose(world, losses.read(world, page), scene, number=number, seed=played)
            wrong += [f"{page.name}, seed {played}: {line}" for line in found.wrong]
            played += 1
            sys.stderr.write(f"\r{played:,} of {plays:,} rehearsals, {len(wrong)} wrong ")
            sys.stderr.flush()
    sys.stderr.write("\n")
    return played, wrong
