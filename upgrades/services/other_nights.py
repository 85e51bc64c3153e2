"""The nights that a contact may choose among: where the whole path would go from each start, or
every reason why not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.errors import Refused
from upgrades.models import Booking, DecisionLink
from upgrades.planning.windows import Slot
from upgrades.services import availability, jobs, pathmoves, rebooking

HORIZON = timedelta(days=120)
MOST_FREE, MOST_REFUSED = 8, 6
AHEAD = ("HELD", "BOOKED", "MISSED")


@dataclass(frozen=True)
class Offer:
    """One start, with every night of the path from then on; or why it is refused."""

    start: datetime
    nights: tuple[Slot, ...]
    why: tuple[str, ...] = ()

    @property
    def value(self) -> str:
        return self.start.isoformat()


def of(link: DecisionLink, *, at: datetime) -> tuple[list[Offer], list[Offer]]:
    """Other starts that would do, and those that would not, earliest first. Nothing is written."""
    job, user = link.job, link.contact.user
    first = job.bookings.filter(state__in=AHEAD).order_by("slot").select_related("site").first()
    if first is None:
        return [], []
    free: list[Offer] = []
    refused: list[Offer] = []
    begin = at + jobs.NOTICE
    try:
        wish = rebooking.asked(job, at=at)
    except jobs.NoContract:
        return [], []
    until = None if wish["security_fix"] else wish["contract_until"]
    nights = availability.of_site(
        job.site, first.worst_minutes, begin, begin + HORIZON, at=at, target=job.target, job=job,
        by=user, contract_until=until,
    )  # fmt: skip
    for night in nights:
        if len(free) >= MOST_FREE or night.start == first.starts_at:
            continue
        offer = _tried(link, night, at)
        found, most = (refused, MOST_REFUSED) if offer.why else (free, MOST_FREE)
        if len(found) < most:
            found.append(offer)
    return free, refused


def held(bookings: list[Booking]) -> Offer:
    """What is held now."""
    nights = tuple(Slot(each.starts_at, each.ends_at) for each in bookings)
    return Offer(nights[0].start, nights)


def _tried(link: DecisionLink, night: availability.Night, at: datetime) -> Offer:
    """Whether the whole path has its places from that night on."""
    alone = (Slot(night.start, night.end),)
    if night.why:
        said = tuple(f"{each.sentence} {each.remedy}".strip() for each in night.reasons)
        return Offer(night.start, alone, said)
    try:
        slots = pathmoves.retimed(link.job, night.start, by=link.contact.user, at=at)
    except Refused as refusal:
        return Offer(night.start, alone, (f"{refusal} {refusal.remedy}".strip(),))
    return Offer(night.start, tuple(slots[window] for window in sorted(slots)))
