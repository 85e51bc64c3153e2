"""The three things a customer may be told about an outgoing call, and the detail for the logs."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _


class OutgoingError(Exception):
    """An outgoing call was not made, or not completed.

    `sentence` is fixed for each kind, so that answers cannot be used to scan a network; `detail`
    is for logs. `sent` is False while it is certain that no byte of the request left.
    """

    code: ClassVar[str] = "outgoing"
    sentence: ClassVar[object] = _("The call could not be made.")

    def __init__(self, detail: str, *, sent: bool = False) -> None:
        super().__init__(self.code)
        self.detail = detail
        self.sent = sent


class Unreachable(OutgoingError):
    """No such name, nothing listens, no valid certificate, too slow, or cut off in the middle."""

    code = "unreachable"
    sentence = _("The address cannot be reached.")


class NotAllowed(OutgoingError):
    """The name, port or one of its addresses is outside what the portal may call."""

    code = "not-allowed"
    sentence = _("The address is not allowed.")


class TooMuch(OutgoingError):
    """The answer is longer than its limit."""

    code = "too-much"
    sentence = _("The answer is too large.")
