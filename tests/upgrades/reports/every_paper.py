"""Every paper of the product by its template, and how a test comes by it. A new one needs a row:
it is then checked like the others, in each of EDITIONS."""

from collections.abc import Callable
from typing import Any

from django.conf import settings

from portal import tenancy
from tests.conftest import NOON
from tests.upgrades.reports import test_rollout_report as rollouts
from tests.upgrades.reports.conftest import printed
from tests.upgrades.returning import again, packed, requested
from upgrades.procedures import PROCEDURES
from upgrades.reports import return_papers, rollout_report
from upgrades.reports.paper import Paper
from upgrades.views import procedures

Maker = Callable[..., Paper]  # with `language` and `size`
Fixtures = Callable[[str], Any]
EDITIONS = (("en", "a4"), ("fr", "letter"), ("tr", "a4"))
PLACE = settings.BASE_DIR / "templates" / "pdf"


def of_job(kind: str, state: str) -> Callable[[Fixtures], Maker]:
    def begin(fixture: Fixtures) -> Maker:
        world, job = fixture("world"), fixture(state)
        return lambda **how: printed(world, job, kind, **how)

    return begin


def of_return(kind: str, row_of: Callable[..., Any]) -> Callable[[Fixtures], Maker]:
    def begin(fixture: Fixtures) -> Maker:
        world = fixture("world")
        row = row_of(world, at=NOON)

        def made(**how: Any) -> Paper:
            with tenancy.transaction(world.customer):
                return return_papers.PAPERS[kind](again(row), at=NOON, by=world.agent, **how)

        return made

    return begin


def of_rollout(fixture: Fixtures) -> Maker:
    rollout, by = fixture("filled"), fixture("manager")
    return lambda **how: rollout_report.paper(
        rollouts.now(rollout), at=rollouts.LATER, by=by, zone=by.zone, **how
    )


def of_procedure(fixture: Fixtures) -> Maker:
    return lambda **how: procedures._paper(PROCEDURES["pair-asynchronous"], **how)


PAPERS: dict[str, dict[str, Callable[[Fixtures], Maker]]] = {
    "approval.html": {"proposed": of_job("approval", "proposed")},
    "procedure.html": {"a pair's": of_procedure},
    "record.html": {"so far": of_job("record", "proposed"), "at its end": of_job("record", "done")},
    "return_checklist.html": {
        "at first": of_return("checklist", requested), "packed": of_return("checklist", packed),
    },
    "return_label.html": {"packed": of_return("label", packed)},
    "return_slip.html": {"packed": of_return("slip", packed)},
    "rollout.html": {"stopped and lifted": of_rollout},
    "runbook.html": {
        "proposed": of_job("runbook", "proposed"), "over": of_job("runbook", "done"),
    },
}  # fmt: skip
EACH = [(template, when) for template, states in PAPERS.items() for when in states]
