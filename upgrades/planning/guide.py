"""Every id of the guide, and what serves it beside the lines of procedures and the rules.

Data only: the page "Where the guide is served" reads it, with the lines and the rules themselves;
a test holds that no id is forgotten, and that each module named here does cite the id.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from appliances.actions import Named
from upgrades.planning.vocabulary import _


class Kind(Named):
    PAGE = "page", _("page")
    CHECK = "check", _("readiness check")
    RUNNER = "runner", _("automatic")
    PLANNER = "planner", _("plan")
    RECORD = "record", _("record")
    DOCUMENT = "document", _("document")
    LATER = "later", _("not yet")


PAGE, CHECK, RUNNER, PLANNER, RECORD, DOCUMENT, LATER = Kind


class Where(Named):
    """Where a person meets what serves an id; reports/guide.py has the page it leads to."""

    SITE = "site", _("page of the site")
    CHECKS = "checks", _("checks of the site")
    PLAN = "plan", _("plan of an upgrade")
    JOB = "job", _("page of the upgrade")
    ROLLOUT = "rollout", _("rollouts")
    CATALOGUE = "catalogue", _("catalogue")
    QUESTION = "question", _("questions to support")
    RETURN = "return", _("page of the return")
    SUPPORT = "support", _("support of all sites")
    PAPERS = "papers", _("every page of the guide")
    NOW = "now", _("what is now")


SITE, CHECKS, PLAN, JOB, ROLLOUT, CATALOGUE, QUESTION, RETURN, SUPPORT, PAPERS, NOW = Where


@dataclass(frozen=True)
class Chapter:
    """A chapter of the guide: its ids are G-<part>-1 to G-<part>-<last>."""

    part: str
    title: str
    last: int

    def ids(self) -> Iterator[str]:
        return (f"G-{self.part}-{number}" for number in range(1, self.last + 1))


@dataclass(frozen=True)
class Serves:
    """What serves an id: of which kind, in words, the module that cites it, and where it is met.

    The module is for tests alone, and never shown. LATER has neither: nothing of ours serves the
    id there yet.
    """

    kind: Kind
    what: str
    module: str = ""
    where: Where | None = None


CHAPTERS = (
    Chapter("PREP", _("Preparation"), 16),
    Chapter("CLIENT", _("Client software"), 10),
    Chapter("AUTO", _("One appliance, automatic"), 3),
    Chapter("MANUAL", _("One appliance, manual"), 5),
    Chapter("VERIFY", _("Verification"), 1),
    Chapter("PAIR", _("A failover pair: the choice"), 6),
    Chapter("SYNC", _("Synchronous"), 10),
    Chapter("ASYNC", _("Asynchronous"), 10),
    Chapter("ATLASF", _("Atlas cluster with failover"), 13),
    Chapter("ATLAS", _("Atlas cluster without failover"), 7),
    Chapter("HW", _("New hardware"), 9),
    Chapter("RMA", _("Return of hardware"), 4),
    Chapter("LIC", _("Licences and support"), 3),
    Chapter("RULE", _("Rules of every plan"), 11),
)
IDS = tuple(number for chapter in CHAPTERS for number in chapter.ids())
_RETURN = (
    Serves(RECORD, _("The life of a return"), "appliances.services.returning", RETURN),
    Serves(PAGE, _("A return at the box, on a telephone"), "appliances.views.rack", RETURN),
    Serves(
        DOCUMENT,
        _("Checklist, label and packing slip"),
        "upgrades.reports.return_papers",
        RETURN,
    ),
)

BESIDE: dict[str, tuple[Serves, ...]] = {
    "G-PREP-1": (
        Serves(
            RECORD,
            _("Backups of an appliance, kept encrypted"),
            "appliances.services.backups",
            SITE,
        ),
        Serves(CHECK, _("A fresh backup"), "appliances.services.checks.kept", CHECKS),
    ),
    "G-PREP-2": (
        Serves(
            RECORD, _("Copies of certificates: never the key"), "appliances.models.backup", SITE
        ),
        Serves(CHECK, _("A certificate that was saved"), "appliances.services.checks.kept", CHECKS),
    ),
    "G-PREP-3": (
        Serves(PLANNER, _("The contract on the planned day"), "upgrades.services.layouts", PLAN),
        Serves(RECORD, _("Rollouts and enrolments"), "upgrades.models.rollout", ROLLOUT),
    ),
    "G-PREP-4": (
        Serves(PLANNER, _("Paths over several releases"), "upgrades.planning.paths", PLAN),
    ),
    "G-PREP-5": (Serves(PAGE, _("Ask support"), "appliances.services.questions", QUESTION),),
    "G-PREP-6": (
        Serves(RUNNER, _("The wait of a day"), "upgrades.services.ticks.deeds.clients", JOB),
    ),
    "G-PREP-7": (Serves(PLANNER, _("Base packages of a hop"), "upgrades.planning.paths", PLAN),),
    "G-PREP-8": (
        Serves(PLANNER, _("Downtime without clients"), "upgrades.planning.downtime", PLAN),
    ),
    "G-PREP-9": (
        Serves(
            PLANNER,
            _("Durations: the guide's, then those of past runs"),
            "upgrades.planning.durations",
            PLAN,
        ),
        Serves(CHECK, _("The window fits"), "appliances.services.checks.records", CHECKS),
    ),
    "G-PREP-10": (
        Serves(CHECK, _("Nobody is signed in"), "appliances.services.checks.clients", CHECKS),
    ),
    "G-PREP-11": (Serves(PAGE, _("Test sites of a site"), "upgrades.services.testing", SITE),),
    "G-PREP-12": (
        Serves(RUNNER, _("Halt and lock after a base problem"), "upgrades.services.halting", JOB),
        Serves(
            RECORD, _("The lock in the database, released by two"), "appliances.models.hold", NOW
        ),
    ),
    "G-PREP-13": (Serves(PAGE, _("Both methods side by side"), "upgrades.views.comparing", PLAN),),
    "G-PREP-14": (
        Serves(RECORD, _("The change log of a package"), "appliances.models.package", CATALOGUE),
    ),
    "G-PREP-15": (Serves(CHECK, _("A fresh backup"), "appliances.services.checks.kept", CHECKS),),
    "G-PREP-16": (
        Serves(
            RUNNER, _("Recurring backups, by a site's rhythm"), "upgrades.services.keeping", SITE
        ),
    ),
    "G-CLIENT-1": (
        Serves(
            PLANNER, _("Lines only for product packages"), "appliances.actions.vocabulary", PLAN
        ),
    ),
    "G-CLIENT-6": (
        Serves(CHECK, _("Clients have followed"), "appliances.services.checks.clients", CHECKS),
    ),
    "G-CLIENT-7": (
        Serves(
            PAGE, _("Clients of an upgrade, by export"), "upgrades.services.clients.exports", JOB
        ),
    ),
    "G-MANUAL-5": (
        Serves(CHECK, _("The appliance's clock"), "appliances.services.checks.appliance", CHECKS),
    ),
    "G-PAIR-1": (Serves(PLANNER, _("What is recommended"), "upgrades.planning.advice", PLAN),),
    "G-PAIR-2": (Serves(PLANNER, _("What is recommended"), "upgrades.planning.advice", PLAN),),
    "G-PAIR-4": (
        Serves(
            RECORD, _("The interim: its clock and its alert"), "upgrades.services.interims", SITE
        ),
    ),
    "G-HW-8": (Serves(RECORD, _("The life of a return"), "appliances.services.returning", RETURN),),
    "G-RMA-1": _RETURN,
    "G-RMA-2": _RETURN,
    "G-RMA-3": _RETURN,
    "G-RMA-4": _RETURN,
    "G-LIC-1": (Serves(RECORD, _("Licences of a site"), "appliances.services.licences", SITE),),
    "G-LIC-2": (Serves(RECORD, _("Maintenance contracts"), "portal.services.customers", SUPPORT),),
    "G-LIC-3": (
        Serves(
            DOCUMENT, _("Edition note of every paper and page"), "upgrades.reports.paper", PAPERS
        ),
    ),
}
