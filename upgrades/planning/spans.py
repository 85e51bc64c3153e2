"""Stretches of time, in order: joined, taken out of one another, searched for the first that fits.

Everything is read as far as it is needed: the first fit of a site costs the windows walked up to
it, not the horizon. Spans are half-open, [start, end).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from heapq import merge
from operator import attrgetter

from upgrades.planning.windows import Slot

BEGIN = attrgetter("start")


def in_order(*sources: Iterable[Slot]) -> Iterator[Slot]:
    """Several lists, each in order of their starts, as one."""
    return merge(*sources, key=BEGIN)


def joined(spans: Iterable[Slot]) -> Iterator[Slot]:
    """Spans in order of their starts, those that touch or overlap made one."""
    following = iter(spans)
    whole = next(following, None)
    if whole is None:
        return
    for span in following:
        if span.start > whole.end:
            yield whole
            whole = span
        elif span.end > whole.end:
            whole = Slot(whole.start, span.end)
    yield whole


def minus(free: Iterable[Slot], busy: Iterable[Slot]) -> Iterator[Slot]:
    """What is left of `free` (joined) without `busy` (in order of its starts)."""
    taking = joined(busy)
    taken = next(taking, None)
    for slot in free:
        start = slot.start
        while taken is not None and taken.start < slot.end:
            if taken.start > start:
                yield Slot(start, taken.start)
            start = max(start, taken.end)
            if taken.end > slot.end:  # it goes on into the next one
                break
            taken = next(taking, None)
        if start < slot.end:
            yield Slot(start, slot.end)


def first_fit(free: Iterable[Slot], *, needs: timedelta, ready: datetime) -> Slot | None:
    """The first stretch that holds `needs` from `ready` on, from where it may begin; None: none."""
    for slot in free:
        start = max(slot.start, ready)
        if slot.end - start >= needs:
            return Slot(start, slot.end)
    return None


def overfull(spans: Iterable[Slot], most: int = 1) -> Iterator[Slot]:
    """Where more than so many lie over one another, joined, in order: one sorted sweep."""
    every = [span for span in spans if span.start < span.end]
    starts = sorted(span.start for span in every)
    ends = sorted(span.end for span in every)
    found: list[Slot] = []
    place, since = 0, None
    for over, start in enumerate(starts):
        while ends[place] <= start:
            place += 1
            if since is not None and over - place <= most:
                found.append(Slot(since, ends[place - 1]))
                since = None
        if since is None and over + 1 - place > most:
            since = start
    while since is not None:
        place += 1
        if len(starts) - place <= most:
            found.append(Slot(since, ends[place - 1]))
            since = None
    return joined(found)
