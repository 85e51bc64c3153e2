"""A procedure as the page of the guide that it is: read from the constants, told in the active
language. The web page, the plain text and the paper are three looks of this one thing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from appliances import actions as do
from portal import times
from upgrades.planning.vocabulary import Method, Phase, Procedure, Shape, Window
from upgrades.procedures import METHODS
from upgrades.reports.page_lines import Line, line, told


@dataclass(frozen=True)
class Part:
    """Lines under one heading, and what is said of them as a whole."""

    title: str
    notes: Sequence[str]
    lines: Sequence[Line]
    window: bool = False


@dataclass(frozen=True)
class Chapter:
    """When its parts are done: before, in each hop, between two, after the last; or a method."""

    title: str
    parts: Sequence[Part]

    @property
    def lines(self) -> list[Line]:
        return [line for part in self.parts for line in part.lines]


@dataclass(frozen=True)
class Page:
    name: str
    title: str
    shape: str
    about: str
    notice: str
    risk: str
    guide: str
    ends: str  # what stays different at the end
    chapters: Sequence[Chapter]

    @property
    def opening(self) -> list[tuple[str, str]]:
        """When to use it, what users notice, what is at risk: label and text."""
        told = [
            (_("When to use it"), self.about),
            (_("What users notice"), self.notice),
            (_("What is at risk meanwhile"), self.risk),
            (_("What stays different"), self.ends),
        ]
        return [(label, text) for label, text in told if text]

    @property
    def lines(self) -> list[Line]:
        return [line for chapter in self.chapters for line in chapter.lines]


def page(procedure: Procedure) -> Page:
    """The page in the active language."""
    return Page(
        name=procedure.name,
        title=told(procedure.title),
        shape=", ".join(told(each.label) for each in Shape if procedure.fits(each)),
        about=told(procedure.about),
        notice=told(procedure.notice),
        risk=told(procedure.risk),
        guide=procedure.guide,
        ends=_ends(procedure),
        chapters=list(_chapters(procedure)),
    )


def _ends(procedure: Procedure) -> str:
    if procedure.exchanges_roles:
        return _("The roles of the two appliances are exchanged at the end, for good.")
    if procedure.replaces:
        return _("The new appliance stands in the place of the old one.")
    return ""


def _chapters(procedure: Procedure) -> Iterator[Chapter]:
    numbers = _Numbers()
    chapters = (
        (_("Before"), procedure.before),
        (_("In each hop"), procedure.each_hop),
        (_("Once, for all hops together"), procedure.once),
        (_("Between two hops"), procedure.between),
        (_("After the last hop"), procedure.after),
    )
    for title, phases in chapters:
        if phases:
            yield Chapter(title, [_part(phase, numbers) for phase in phases])
    if any(step.action == do.INSTALL for phase in procedure.phases() for step in phase.steps):
        yield from (_method(method, numbers) for method in METHODS.values())


class _Numbers:
    """Counts the lines of a page through all its chapters."""

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> int:
        self.last += 1
        return self.last


def _part(phase: Phase, numbers: _Numbers) -> Part:
    return Part(
        told(phase.title),
        list(_notes(phase)),
        [line(step, numbers.next()) for step in phase.steps],
        isinstance(phase, Window),
    )


def _notes(phase: Phase) -> Iterator[str]:
    if isinstance(phase, Window):
        yield _("In a booked window, which nothing may cut.")
        if phase.apart:
            yield _("Never in the window before it.")
    if phase.lead:
        yield _("It begins %(span)s before the next window.") % {"span": times.span(phase.lead)}


def _method(method: Method, numbers: _Numbers) -> Chapter:
    """The page behind the line that updates one appliance."""
    parts = (
        (_("Before the window"), method.ahead),
        (_("In the window"), method.first),
        (_("For each base package"), method.base),
        (_("Between base and product"), method.between),
        (_("The product package"), method.product),
    )
    title = _("How one appliance is updated: %(method)s") % {"method": told(method.title)}
    return Chapter(
        title,
        [
            Part(name, [], [line(step, numbers.next(), method.manual) for step in steps])
            for name, steps in parts
            if steps
        ],
    )
