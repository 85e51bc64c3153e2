"""One worked plan of each procedure, as text beside this file: read the difference, then accept it.

    CHANGEOVER_TEST_NO_SERVERS=1 python -m tests.upgrades.planning.test_worked

writes them anew.
"""

from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest

from tests.upgrades.planning.examples import example
from upgrades.planning.plan import Plan
from upgrades.planning.planner import plan
from upgrades.planning.rules import breaches
from upgrades.procedures import PROCEDURES

WORKED = Path(__file__).parent / "worked"


def written(plan: Plan) -> str:
    """Phases with their windows, each step with its rank, appliance, action, package and words."""
    lines = [plan.procedure.title, ""]
    for (phase, hop, window), items in groupby(
        plan.steps, key=lambda item: (item.phase, item.hop, item.window)
    ):
        of_hop = f", hop {hop}" if hop else ""
        lines += [f"{phase}{of_hop}{f', window {window}' if window else ''}"]
        for item in items:
            about = f" about {', '.join(item.about)}" if item.about else ""
            package = f" [{item.package}]" if item.package else ""
            lines += [f"  {item.rank:>2} {item.on}{about}: {item.step.text}{package}"]
    if plan.left_out:
        lines += ["", "Left out"]
        lines += [f"  {left.on}: {left.step.text}: {left.why}" for left in plan.left_out]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", PROCEDURES)
def test_the_worked_plan_is_as_it_was_read(name):
    worked = example(name)

    assert written(worked) == (WORKED / f"{name}.txt").read_text()
    assert breaches(worked) == {}


def test_every_procedure_has_one_and_nothing_else_does():
    assert {path.stem for path in WORKED.glob("*.txt")} == set(PROCEDURES)


def test_a_backup_that_was_joined_already_is_confirmed_and_not_joined_again():
    """Planned again after a job that was given up past G-SYNC-8: no window, no break."""
    first = example("hardware-backup")
    level = first.site.find(first.site.primary).versions
    site = replace(
        first.site, left=frozenset({"replacement-unconfirmed"}),
        new=replace(first.site.new, versions=level),
    )  # fmt: skip

    again = plan(first.procedure, site, (), method=first.method)

    actions = [item.action.name for item in again.steps]
    assert breaches(again) == {}
    assert not {"break_failover", "establish_failover", "sync_now"} & set(actions)
    assert actions.index("await_sync") < actions.index("confirm_production")
    assert {item.window for item in again.steps} == {0}


if __name__ == "__main__":
    for each in PROCEDURES:
        (WORKED / f"{each}.txt").write_text(written(example(each)))
