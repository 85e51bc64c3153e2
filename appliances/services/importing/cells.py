"""A cell as a value. Whatever is not understood is said in a sentence about that cell."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from appliances.services import sites, versions
from portal import times
from portal.errors import Refused

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
YES = frozenset({"yes", "y", "true", "1", "oui", "evet"})
NO = frozenset({"no", "n", "false", "0", "non", "hayır", "hayir"})
# How days may be written, by the name under which a form and the command offer it.
DATES = {"iso": "%Y-%m-%d", "dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y"}
SHOWN = {"iso": "2026-12-31", "dmy": "31/12/2026", "mdy": "12/31/2026"}
LEAST_YEAR, LAST_YEAR = 1990, 2099
MOST_TAGS = 20


class BadCell(Refused):
    code = "bad-cell"


@dataclass(frozen=True)
class Options:
    """How a file was written: `dates` is a key of DATES. ISO dates are always understood."""

    dates: str = "iso"


def text(most: int) -> Callable[[str, Options], str]:
    def read(cell: str, options: Options) -> str:
        if len(cell) > most:
            raise BadCell(_("This has at most %(most)d characters.") % {"most": most})
        return cell

    return read


def slug(cell: str, options: Options) -> str:
    if not SLUG.fullmatch(cell):
        raise BadCell(
            _("A customer’s short name has small letters a–z, digits and hyphens, at most 60.")
        )
    return cell


def choice(known: tuple[str, ...]) -> Callable[[str, Options], str]:
    """One of some codes; the case and how words are joined do not matter."""
    by_plain = {_plain(code): code for code in known}

    def read(cell: str, options: Options) -> str:
        found = by_plain.get(_plain(cell))
        if found is None:
            raise BadCell(_("It may be: %(choices)s.") % {"choices": ", ".join(known)})
        return found

    return read


def _plain(word: str) -> str:
    return re.sub(r"[\s_-]+", "_", word.strip()).upper()


def number(least: int, most: int) -> Callable[[str, Options], int]:
    def read(cell: str, options: Options) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", cell) or not least <= int(cell) <= most:
            raise BadCell(
                _("Write a whole number from %(least)d to %(most)d.")
                % {"least": least, "most": most}
            )
        return int(cell)

    return read


def yes_or_no(cell: str, options: Options) -> bool:
    word = cell.casefold()
    if word not in YES | NO:
        raise BadCell(_("Write yes or no."))
    return word in YES


def day(cell: str, options: Options) -> date:
    """An ISO date, or one in the order that was asked for; dots and dashes are as good as
    slashes. Nothing is guessed."""
    asked = re.sub(r"[.-]", "/", cell) if options.dates != "iso" else cell
    for written, pattern in ((cell, DATES["iso"]), (asked, DATES[options.dates])):
        try:
            found = datetime.strptime(written, pattern).date()  # noqa: DTZ007 (a day, no instant)
        except ValueError:
            continue
        if LEAST_YEAR <= found.year <= LAST_YEAR and re.search(r"\d{4}", cell):
            return found
    raise BadCell(_("Write a date such as %(example)s.") % {"example": SHOWN[options.dates]})


def email(cell: str, options: Options) -> str:
    try:
        validate_email(cell)
    except ValidationError as wrong:
        raise BadCell(_("This is not an e-mail address.")) from wrong
    return text(254)(cell.lower(), options)


def zone(cell: str, options: Options) -> str:
    if cell not in times.zones():
        raise BadCell(_("There is no such time zone. Write one such as Europe/Istanbul."))
    return cell


def tags(cell: str, options: Options) -> list[str]:
    """Words with commas between, in order, each once."""
    found = list(dict.fromkeys(word.strip() for word in cell.split(",") if word.strip()))
    if len(found) > MOST_TAGS or any(len(word) > 40 for word in found):
        raise BadCell(_("At most 20 tags, each of at most 40 characters, with commas between."))
    return found


def host(cell: str, options: Options) -> str:
    return _or_bad(lambda: sites.host_name(cell, simulated=cell.lower().endswith(".sim")))


def version(cell: str, options: Options) -> str:
    return _or_bad(lambda: versions.read_text(cell))


def letter(cell: str, options: Options) -> str:
    if not sites.LETTER.fullmatch(cell.upper()):
        raise BadCell(_("An appliance has a letter, such as A, B or N1."))
    return cell.upper()


def _or_bad(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except Refused as refusal:
        raise BadCell(refusal.sentence) from refusal
