"""One line of a procedure's page with all that is known about doing it, in the active language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from appliances import actions as do
from portal import times
from upgrades.planning.vocabulary import Step
from upgrades.reports import left_behind


@dataclass(frozen=True)
class Line:
    """One line of the page with all that is known about doing it."""

    number: int
    text: str
    on: str
    about: str
    guide: str
    doer: str
    effect: str
    proof: str
    kept: str
    takes: str
    screen: str
    screen_told: str
    how: Sequence[str]
    if_not: str
    only_if: str
    warnings: Sequence[str]
    halts: bool

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is said beside the text: label and words, none of them empty."""
        told = [
            (_("Who"), self.doer),
            (_("About"), self.about),
            (_("Only if"), self.only_if),
            (_("Screen"), self.screen_in_both),
            (_("Effect"), self.effect),
            (_("What proves it"), self.proof),
            (_("What is kept"), self.kept),
            (_("Takes"), self.takes),
            (_("Mind"), " ".join(self.warnings)),
            (_("If it is not done"), self.if_not),
        ]
        return [(label, said) for label, said in told if said]

    @property
    def screen_in_both(self) -> str:
        """The screen as the appliance names it, and in the reader's language where that differs."""
        if not self.screen or self.screen == self.screen_told:
            return self.screen
        return f"{self.screen} · {self.screen_told}"


def told(text: str) -> str:
    """A msgid of the constants in the active language."""
    return _(text) if text else ""


def line(step: Step, number: int, manual: bool = False) -> Line:
    action = step.action
    return Line(
        number=number,
        text=told(step.text),
        on=told(step.on.label),
        about=told(step.about.label) if step.about else "",
        guide=step.guide,
        doer=told(action.by.label),
        effect=told(action.effect.label),
        proof=told(action.probe.label),
        kept=told(action.evidence),
        takes=_takes(action),
        screen=action.screen,
        screen_told=told(action.screen),
        how=[told(text) for text in action.instructions(manual)],
        if_not=told(action.what_if_not),
        only_if=_condition(step),
        warnings=list(_warnings(action)),
        halts=action.on_failure is do.Failure.HALT,
    )


def _condition(step: Step) -> str:
    """When a line of the page is not for every site: what must be so."""
    if step.if_left:
        return _("this was left: %(what)s") % {"what": left_behind.told([step.if_left])[0]}
    return told(step.action.only_if.label) if step.action.only_if else ""


def _takes(action: do.Action) -> str:
    """Expected and at worst; nothing for a line that stands for the page of a method."""
    expected, worst = action.minutes
    if not worst:
        return ""
    if expected == worst:
        return times.span(worst)
    return _("%(expected)s, at worst %(worst)s") % {
        "expected": times.span(expected), "worst": times.span(worst),
    }  # fmt: skip


def _warnings(action: do.Action) -> Iterator[str]:
    if action.interrupts:
        yield _("The appliance is away meanwhile; whom it serves is cut off.")
    if action.moves:
        yield _("Users change over here and may be cut off.")
    if action.effect == do.ONE_WAY:
        yield _("It is sent once and never repeated.")
    if action.on_failure is do.Failure.HALT:
        yield _("If it goes wrong, the whole upgrade halts.")
    if action.for_product:
        yield _("Only where a product package is installed.")
