"""Public holidays of a country, or of a part of it ("DE", "DE-BY"): whole days of the site's own
clock. From a library that is kept up to date; a date that a government moves comes with its next
release."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from portal.later import Library
from upgrades.planning.feeds import BadFeed, Busy
from upgrades.planning.vocabulary import _

if TYPE_CHECKING:
    import holidays
else:
    holidays = Library("holidays")

DAY = timedelta(days=1)
LETTERS = 2  # ISO 3166-1


def country(code: str, first: date, last: date) -> list[Busy]:
    """Those between two days, both included. Raises BadFeed for a country that is not known."""
    name, _dash, part = code.upper().partition("-")
    if not known(code):
        raise BadFeed(_("The holidays of %(country)s are not known."), country=code[:10])
    years = range(first.year, last.year + 1)
    found = holidays.country_holidays(name, subdiv=part or None, years=years)
    return [
        Busy(_midnight(day), _midnight(day + DAY), title[:120], f"{code}-{day.isoformat()}")
        for day, title in sorted(found.items())
        if first <= day <= last
    ]


def known(code: str) -> bool:
    """Whether the library knows this country, and this part of it."""
    name, _dash, part = code.upper().partition("-")
    parts = countries().get(name)
    return parts is not None and (not part or part in parts)


def countries() -> dict[str, list[str]]:
    """Codes of countries (ISO 3166-1) with those of their parts."""
    return {
        name: list(parts)
        for name, parts in holidays.list_supported_countries().items()
        if len(name) == LETTERS
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
