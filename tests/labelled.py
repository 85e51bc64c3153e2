"""No test lets the code write a fact of an event under a key that has no word for its readers.

What tests themselves write may be called anything.
"""

import sys
from collections.abc import Callable
from typing import Any

from portal import audit
from portal.templatetags.fact_words import FACTS

OURS = ("portal.", "appliances.", "upgrades.")
WRITES = ("record", "record_platform")


class Unlabelled(AssertionError):
    pass


def watch() -> None:
    """From now on. Asked twice, it is done once."""
    for name in WRITES:
        written = getattr(audit, name)
        if not hasattr(written, "watched"):
            setattr(audit, name, _watched(written))


def _watched(write: Callable[..., Any]) -> Callable[..., Any]:
    def checked(event: str, *given: Any, **named: Any) -> Any:
        caller = sys._getframe(1).f_globals.get("__name__", "")
        unknown = (named.get("data") or {}).keys() - FACTS.keys()
        if unknown and caller.startswith(OURS):
            raise Unlabelled(f"{caller} writes {sorted(unknown)} with {event}: fact_words.py")
        return write(event, *given, **named)

    checked.watched = True  # type: ignore[attr-defined]
    return checked
