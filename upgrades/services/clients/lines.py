"""One line of an exported list: whom it is about, and whether its date is late enough."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from upgrades.models.clients import ClientKind as K
from upgrades.services.clients import dates
from upgrades.services.clients.dates import Order, plain
from upgrades.services.clients.kinds import DAY
from upgrades.services.clients.looks import Seen

AHEAD = timedelta(hours=26)  # of a clock, and of a zone that was chosen wrongly
# What statuses say, through dates.plain(): English, French, Turkish.
GONE = ("uninstalled", "desinstalle", "kaldirildi")
LOST = ("lost", "perdu", "kayip")
WAITS = ("upgradepending", "pendingupgrade", "updatepending", "miseaniveauenattente",
         "miseajourenattente", "yukseltmebekliyor", "guncellemebekliyor")  # fmt: skip
ON_LINE = ("online", "enligne", "cevrimici", "connected", "connecte", "baglandi")
OFF_LINE = ("offline", "horsligne", "cevrimdisi", "disconnected", "deconnecte")
PASSIVE = ("passive", "passif", "pasif")


@dataclass(frozen=True)
class Reading:
    """How the file is to be read: the order of dates, their zone, and the last upgrade."""

    order: Order
    zone: ZoneInfo
    release_at: datetime
    at: datetime


def seen_in(line: int, cells: dict[str, str], reading: Reading) -> Seen:
    """The client of one line. Raises ValueError with what is wrong with it."""
    name = cells["name"] or cells.get("hostname", "")
    if not name:
        raise ValueError(gettext("no name"))
    details = cells["details"]
    try:
        written = dates.read(details)
        seen_at = written.at(reading.zone, reading.order) if written else None
    except (ValueError, OverflowError) as error:
        raise ValueError(
            gettext("no date can be read in “%(text)s”") % {"text": details[:60]}
        ) from error
    if seen_at is not None and seen_at > reading.at + AHEAD:
        raise ValueError(_quoting(gettext("the date lies ahead in “%(text)s”"), details))
    status = cells.get("status", "")
    passive = any(word in plain(cells.get("mode", "")) for word in PASSIVE)
    return Seen(
        number=line, name=name, hostname=cells.get("hostname", ""), seen_at=seen_at,
        jump_group=cells.get("jump_group", ""), passive=passive,
        status=" · ".join(dict.fromkeys(filter(None, (status, details)))),
        kind=_kind(plain(f"{status} {details}"), seen_at, passive, reading),
    )  # fmt: skip


def _quoting(sentence: str, text: str) -> str:
    return sentence % {"text": text[:60]}


def _kind(words: str, seen_at: datetime | None, passive: bool, reading: Reading) -> str:
    def say(these: tuple[str, ...]) -> bool:
        return any(word in words for word in these)

    if say(GONE):
        return K.GONE
    followed = seen_at is not None and seen_at > reading.release_at
    if followed:
        return K.PENDING if say(WAITS) else K.FOLLOWED
    if say(LOST):
        return K.LOST
    if say(ON_LINE) and not say(OFF_LINE):
        return K.PENDING
    day_before, day_after = reading.release_at - DAY, reading.release_at + DAY
    expected = passive and reading.at < day_after and seen_at is not None and seen_at >= day_before
    return K.PENDING if expected else K.OFF_LINE
