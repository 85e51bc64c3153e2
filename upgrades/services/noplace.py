"""Why a plan has no place in a site's time: one refusal a rule."""

from portal.errors import Refused


class TooShort(Refused):
    """No window of the site can hold this piece of the plan. `missing` minutes would do."""

    code = "window-too-short"

    def __init__(
        self, sentence: str, *, window: int, needs: int, missing: int, remedy: str
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
