"""Where the guide is served: each id with the lines, rules and other places that serve it.

Made from the procedures, the rules and planning/guide.py; nothing is written down twice.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from upgrades.planning.guide import BESIDE, CHAPTERS, LATER, Serves, Where
from upgrades.planning.rules import GUIDE
from upgrades.procedures import PROCEDURES
from upgrades.reports import pages
from upgrades.reports.rules import SENTENCES

# The pages where staff meet what serves an id, of all customers.
LEADS = {
    Where.SITE: "appliances:site-list-all",
    Where.CHECKS: "appliances:site-list-all",
    Where.PLAN: "upgrades:job-list-all",
    Where.JOB: "upgrades:job-list-all",
    Where.ROLLOUT: "upgrades:rollout-list",
    Where.CATALOGUE: "appliances:catalogue",
    Where.QUESTION: "appliances:question-list",
    Where.RETURN: "appliances:return-list-all",
    Where.SUPPORT: "upgrades:fleet-support",
    Where.PAPERS: "upgrades:procedure-list",
    Where.NOW: "upgrades:now",
}


@dataclass(frozen=True)
class Told:
    """What serves an id beside lines and rules: its kind and itself in words, and where a person
    meets it, with the address of the page that leads there."""

    kind: str
    words: str
    where: str
    url: str


@dataclass(frozen=True)
class Cited:
    """A line that cites an id, on the first page it stands on; `pages` are all of them, by title.

    Without a line the page as a whole cites the id.
    """

    page: pages.Page
    line: pages.Line | None
    pages: Sequence[str]

    @property
    def more(self) -> int:
        """On how many further pages the same line stands."""
        return len(self.pages) - 1


@dataclass
class Entry:
    """One id of the guide with all that serves it."""

    id: str
    rule: str = ""
    cited: list[Cited] = field(default_factory=list)
    beside: list[Told] = field(default_factory=list)
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


def _told(one: Serves) -> Told:
    if one.where is None:
        raise ValueError(f"“{one.what}” serves an id, and is met nowhere.")
    where, url = pages.told(one.where.label), reverse(LEADS[one.where])
    return Told(pages.told(one.kind.label), pages.told(one.what), where, url)


def _cited() -> dict[str, list[Cited]]:
    """Id to lines. One that several pages share, word for word, is one line."""
    found: dict[str, dict[str, list[tuple[pages.Page, pages.Line | None]]]] = defaultdict(dict)
    for procedure in PROCEDURES.values():
        page = pages.page(procedure)
        for number in procedure.guide.split():
            found[number][page.name] = [(page, None)]
        for line in page.lines:
            for number in line.guide.split():
                found[number].setdefault(line.text, []).append((page, line))
    return {
        number: [_shared(places) for places in texts.values()] for number, texts in found.items()
    }


def _shared(places: Sequence[tuple[pages.Page, pages.Line | None]]) -> Cited:
    page, line = places[0]
    return Cited(page, line, list(dict.fromkeys(page.title for page, _line in places)))
