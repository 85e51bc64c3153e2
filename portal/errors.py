"""What the portal says when it will not do something. Anything else that is raised is a bug."""

from collections.abc import Mapping
from typing import ClassVar


class Refused(Exception):
    """A sentence for the user: what is refused, and what to do instead.

    `code` is stable and names the rule for programs; `remedy` is the smallest change that would
    allow it; `fields` names the input that is wrong, if it is one input.
    """

    code: ClassVar[str] = "refused"

    def __init__(
        self, sentence: object, *, remedy: object = "", fields: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy
        self.fields = dict(fields or {})

    def __str__(self) -> str:
        return str(self.sentence)


class NotNow(Refused):
    """The object's state forbids this move; it was moved meanwhile, or the page is old."""

    code = "not-now"
