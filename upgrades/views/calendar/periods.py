"""The days that a view of the calendar shows, what they are called, and those before and after."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from django.utils.translation import get_language, gettext as _

from portal import times
from portal.drawings import month

DAY = timedelta(days=1)
MONTH, WEEK, LIST, SITES, DAYVIEW = "month", "week", "list", "sites", "day"
VIEWS = (MONTH, WEEK, LIST, SITES, DAYVIEW)
WEEKS = 4  # of the timeline
# No site is further from any reader's clock.
EAST, WEST = "Etc/GMT-14", "Etc/GMT+12"
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True)
class Period:
    """From `first` to before `end`. `zone` empty: on each site's own clocks."""

    view: str
    on: date
    first: date
    end: date
    zone: str

    @property
    def begins(self) -> datetime:
        """Nothing of it lies before; on each site's clocks, anywhere."""
        return month.begins(self.first, self.zone or EAST)

    @property
    def ends(self) -> datetime:
        return month.begins(self.end, self.zone or WEST)

    @property
    def title(self) -> str:
        if self.view in (MONTH, LIST):
            return month_name(self.on)
        if self.view == DAYVIEW:
            return times.day_label(self.on, "long_day")
        last = self.end - DAY
        return _("%(first)s to %(last)s") % {
            "first": times.day_label(self.first), "last": times.day_label(last),
        }  # fmt: skip

    @property
    def own(self) -> tuple[date, date]:
        """Its days, without those that fill a month's weeks."""
        if not self._monthly:
            return self.first, self.end
        first = self.on.replace(day=1)
        return first, (first + 31 * DAY).replace(day=1)

    @property
    def before(self) -> date:
        """A day of the period before this one."""
        return max(self.own[0] - DAY, FIRST)

    @property
    def after(self) -> date:
        """A day of the period after it."""
        return min(self.own[1], LAST)

    @property
    def _monthly(self) -> bool:
        return self.view in (MONTH, LIST)

    def day_of(self, instant: datetime, zone: str) -> date:
        """On which day an instant is shown; `zone` is the site's."""
        return instant.astimezone(ZoneInfo(self.zone or zone)).date()


def of(view: str, on: date, zone: str) -> Period:
    on = min(max(on, FIRST), LAST)
    first, end = month.monday(on), month.monday(on) + 7 * DAY
    if view == MONTH:
        first, end = month.grid(on)
    elif view == LIST:
        first = on.replace(day=1)
        end = (first + 31 * DAY).replace(day=1)
    elif view == SITES:
        end = first + 7 * WEEKS * DAY
    elif view == DAYVIEW:
        first, end = on, on + DAY
    return Period(view, on, first, end, zone)


def month_name(day: date) -> str:
    """In the reader's language, as a heading: "November 2026"."""
    name = format_skeleton("yMMMM", day, locale=_locale())
    return name[:1].upper() + name[1:]


def weekday(day: date) -> str:
    return format_date(day, "EEE", locale=_locale())


def _locale() -> str:
    return (get_language() or "en").split("-")[0]
