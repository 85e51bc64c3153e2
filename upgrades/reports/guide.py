"""Where the guide is served: each id with the lines, rules and other places that serve it.

Made from the procedures, the rules and planning/guide.py; nothing is written down twice.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from upgrades.planning.guide import BESIDE, CHAPTERS, LATER, Serves
from upgrades.planning.rules import GUIDE
from upgrades.procedures import PROCEDURES
from upgrades.reports import pages
from upgrades.reports.rules import SENTENCES


@dataclass(frozen=True)
class Cited:
    """Lines of one procedure that cite an id. Without lines: the procedure as a whole does."""

    page: pages.Page
    lines: Sequence[pages.Line] = ()


@dataclass
class Entry:
    """One id of the guide with all that serves it."""

    id: str
    rule: str = ""
    cited: list[Cited] = field(default_factory=list)
    beside: list[tuple[str, str, str]] = field(default_factory=list)  # kind, words, module
    later: list[str] = field(default_factory=list)

    @property
    def is_served(self) -> bool:
        return bool(self.rule or self.cited or self.beside)


def chapters() -> list[tuple[str, list[Entry]]]:
    """The chapters of the guide in the active language, each with its ids."""
    cited = _cited()
    return [
        (pages.told(chapter.title), [entry(number, cited) for number in chapter.ids()])
        for chapter in CHAPTERS
    ]


def entry(number: str, cited: Mapping[str, list[Cited]]) -> Entry:
    beside = BESIDE.get(number, ())
    return Entry(
        id=number,
        rule=_rule(number),
        cited=list(cited.get(number, [])),
        beside=[_told(one) for one in beside if one.kind is not LATER],
        later=[pages.told(one.what) for one in beside if one.kind is LATER],
    )


def _rule(number: str) -> str:
    part, _dash, last = number.rpartition("-")
    return _(SENTENCES[int(last)]) if part == "G-RULE" and int(last) in GUIDE else ""


def _told(one: Serves) -> tuple[str, str, str]:
    return pages.told(one.kind.label), pages.told(one.what), one.module


def _cited() -> dict[str, list[Cited]]:
    """Id to procedures. A method's lines stand on every page that updates an appliance: they are
    counted on the first of these only."""
    found: dict[str, list[Cited]] = defaultdict(list)
    methods_told = False
    for procedure in PROCEDURES.values():
        page = pages.page(procedure)
        lines = page.lines if not methods_told else page.own_lines
        methods_told = methods_told or len(page.own_lines) < len(page.lines)
        by_id: dict[str, list[pages.Line]] = {number: [] for number in procedure.guide.split()}
        for line in lines:
            for number in line.guide.split():
                by_id.setdefault(number, []).append(line)
        for number, those in by_id.items():
            found[number].append(Cited(page, those))
    return found
