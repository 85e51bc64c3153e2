"""Why a plan has no place in a site's time: one refusal a rule."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext_noop as _

from portal.errors import Refused
from upgrades.planning.vocabulary import Sentence
from upgrades.planning.whynot import Rule
from upgrades.services import sentences
from upgrades.services.sentences import Told


class TooShort(Refused):
    """No window of the site can hold this piece of the plan. `missing` minutes would do."""

    code = "window-too-short"

    def __init__(
        self, sentence: object, *, window: int, needs: int, missing: int, remedy: str
    ) -> None:
        super().__init__(sentence, remedy=remedy)
        self.window, self.needs, self.missing = window, needs, missing


class NoSlot(Refused):
    """The windows are long enough, but none is free, or there are none."""

    code = "no-slot"


class ContractEnds(Refused):
    """The maintenance contract ends before the planned date of a window (G-PREP-3)."""

    code = "contract-ended"


class OutsideRollout(Refused):
    """The path does not fit into the days of its rollout."""

    code = "outside-rollout"


class InterimTooLong(Refused):
    """The windows lie too far apart: failover would be broken for too long (G-PAIR-4)."""

    code = "interim-too-long"


def none_free(minutes: int, blamed: Iterable[Rule]) -> Told:
    """No window is left for a piece of so many minutes; which rules alone are in the way."""
    span = sentences.span(timedelta(minutes=minutes))
    said = [Told(_("No free window is left for a piece that may take %(span)s."), {"span": span})]
    if rules := tuple(Sentence(rule.label) for rule in blamed):
        said.append(Told(_("In the way: %(rules)s."), {"rules": rules}))
    return Told(*sentences.joined(said))


def contract_ends(until: date, planned_on: date) -> Told:
    """The last day under contract, and the later one on which the last window begins."""
    return Told(
        _("The maintenance contract ends on %(end)s, before the last window on %(day)s."),
        {"end": sentences.day(until), "day": sentences.day(planned_on)},
    )
