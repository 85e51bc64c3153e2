"""What can go wrong between the portal and an appliance, one class a kind."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from django.utils.translation import gettext_lazy as _


class DriverError(Exception):
    """An appliance did not do or say what was asked. `str(error)` is for logs and evidence.

    `sentence` is for people. `effect_possible` matters after a call that changes something:
    False means that the appliance was certainly not told or certainly refused; True means that it
    may have carried the call out, so that it must be asked and never told again.
    """

    code: ClassVar[str] = "driver"
    sentence: ClassVar[object] = _("The appliance could not be asked.")

    def __init__(self, detail: str = "", *, effect_possible: bool = False) -> None:
        super().__init__(detail or self.code)
        self.effect_possible = effect_possible


class Unreachable(DriverError):
    """No connection, no valid certificate, too slow, cut off, or the site is being served a
    "come back later" page (502, 503, 504). Says nothing about the appliance's health."""

    code = "unreachable"
    sentence = _("The appliance cannot be reached.")


class AddressRefused(Unreachable):
    """The portal may not call this address. A person has to change the record or the network."""

    code = "address-refused"
    sentence = _("The address of the appliance is not allowed.")


class ProtocolError(DriverError):
    """Something answered, but not the API: a login page, nothing, half an answer, another root."""

    code = "protocol-error"
    sentence = _("The answer is not one of an appliance's API.")


class TooLarge(ProtocolError):
    """The answer, or the backup, is longer than its limit."""

    code = "too-large"
    sentence = _("The answer of the appliance is too large.")


class ApiError(DriverError):
    """The appliance refused, in its own words: `text`, cleaned but foreign, to be quoted."""

    code = "api-error"
    sentence = _("The appliance refused.")

    def __init__(self, text: str = "", *, effect_possible: bool = False) -> None:
        super().__init__(text, effect_possible=effect_possible)
        self.text = text


class Unauthorised(ApiError):
    """The credential is wrong, disabled, locked, or not accepted from here."""

    code = "unauthorised"
    sentence = _("The appliance does not accept the API account.")


class Forbidden(ApiError):
    """The API account lacks a permission, or the API is switched off on the appliance."""

    code = "forbidden"
    sentence = _("The API account lacks a permission, or the API is switched off.")


class RateLimited(DriverError):
    """Too many calls. `retry_after` in seconds, or None if the appliance did not say."""

    code = "rate-limited"
    sentence = _("The appliance was asked too often.")

    def __init__(self, retry_after: float | None = None) -> None:
        super().__init__(f"retry after {retry_after} s" if retry_after is not None else "")
        self.retry_after = retry_after


class WrongAppliance(DriverError):
    """Another appliance answers under this name (or it did not say which one it is)."""

    code = "wrong-appliance"
    sentence = _("Another appliance answers under this name.")

    def __init__(self, expected: str, got: str) -> None:
        super().__init__(f"expected {expected or 'nothing recorded'}, got {got or 'no identity'}")
        self.expected = expected
        self.got = got


class NotSupported(DriverError):
    """This interface of this appliance cannot do that: a person does it, in its own pages."""

    code = "not-supported"
    sentence = _("The appliance's interface cannot do this.")


@contextmanager
def answered(*, changes: bool) -> Iterator[None]:
    """Around the reading of an answer: if what was asked changes something and the answer is no
    clear one, then it may have been carried out."""
    try:
        yield
    except (ProtocolError, Unreachable) as error:
        error.effect_possible = changes
        raise
