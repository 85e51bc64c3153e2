"""When, in words: a window's rule as a sentence, an instant on the site's clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _, gettext_noop, ngettext

from appliances.models import Site
from portal import times
from upgrades.models import MaintenanceWindow
from upgrades.planning.recurrence import BadRule, DayRule, read
from upgrades.planning.rules_of_days import Frequency, Ordinal
from upgrades.planning.whynot import Reason, Value

WHICH = {
    1: gettext_noop("Every first %(day)s of the month"),
    2: gettext_noop("Every second %(day)s of the month"),
    3: gettext_noop("Every third %(day)s of the month"),
    4: gettext_noop("Every fourth %(day)s of the month"),
    5: gettext_noop("Every fifth %(day)s of the month"),
    -1: gettext_noop("Every last %(day)s of the month"),
}


def describe(window: MaintenanceWindow) -> str:
    """A window as people say it: "Every Saturday 22:00–02:00". On the site's clock."""
    values = {"days": _days_of(window), "start": f"{window.at:%H:%M}"}
    if window.minutes == 24 * 60:
        return _("%(days)s from %(start)s for 24 hours") % values
    start = datetime.combine(window.starts_on, window.at)
    end = start + timedelta(minutes=window.minutes)
    return _("%(days)s %(start)s–%(end)s") % {**values, "end": f"{end:%H:%M}"}


def when(instant: datetime, site: Site) -> str:
    """An instant on the site's clock, with the offset of that day."""
    return on_clock(instant, site.zone)


def reason(why: Reason, zone: str) -> str:
    """Why a time is refused, in the reader's language and the site's zone."""
    return _(why.message) % _told(why.values, zone)


def remedy(why: Reason, zone: str) -> str:
    """The smallest change that would allow it."""
    return _(why.remedy) % _told(why.values, zone)


def on_clock(instant: datetime, zone: str) -> str:
    local = times.in_zone(instant, zone)
    words = (times.day_label(local.date()), times.clock_label(local), times.offset_label(local))
    return " ".join(words)


def _told(values: Mapping[str, Value], zone: str) -> dict[str, Any]:
    said: dict[str, Any] = dict(values)
    for name, value in values.items():
        if isinstance(value, datetime):
            said[name] = on_clock(value, zone)
        elif isinstance(value, timedelta):
            said[name] = times.span(value / timedelta(minutes=1))
    if said.get("title") == "":
        said["title"] = _("A freeze")
    return said


def _days_of(window: MaintenanceWindow) -> str:
    try:
        rule = read(window.rule)
    except BadRule:
        return window.rule
    if rule.months or rule.position:
        return _("By the rule %(rule)s") % {"rule": window.rule}
    days = SAID[rule.frequency](rule, window)
    if rule.until is None:
        return days
    return _("Until %(day)s: %(days)s") % {"day": times.day_label(rule.until), "days": days}


def _daily(rule: DayRule, window: MaintenanceWindow) -> str:
    if rule.month_days:
        return _of_month(rule, window)
    if rule.weekdays:
        return _weekly(rule, window)
    said = ngettext("Every day", "Every %(number)s days", rule.interval)
    return said % {"number": rule.interval}


def _weekly(rule: DayRule, window: MaintenanceWindow) -> str:
    days = _named(rule.weekdays or ((None, window.starts_on.weekday()),))
    if rule.frequency is Frequency.DAILY or rule.interval == 1:
        return _("Every %(days)s") % {"days": days}
    return _("Every %(number)s weeks on %(days)s") % {"number": rule.interval, "days": days}


def _monthly(rule: DayRule, window: MaintenanceWindow) -> str:
    every = _of_month(rule, window)
    if rule.interval == 1:
        return every
    values = {"number": rule.interval, "every": every}
    return _("%(every)s, every %(number)s months,") % values


def _of_month(rule: DayRule, window: MaintenanceWindow) -> str:
    if not rule.month_days and all(nth in WHICH for nth, _day in rule.weekdays):
        each = [_(WHICH[nth]) % {"day": WEEKDAYS[day]} for nth, day in rule.weekdays if nth]
        return ", ".join(each)
    if rule.weekdays:
        return _("By the rule %(rule)s") % {"rule": window.rule}
    if rule.month_days == (-1,):
        return _("On the last day of every month")
    return _("On days %(days)s of every month") % {"days": ", ".join(map(str, rule.month_days))}


def _named(days: tuple[Ordinal, ...]) -> str:
    names = [str(WEEKDAYS[day]) for _nth, day in sorted(days, key=lambda each: each[1])]
    if len(names) == 1:
        return names[0]
    return _("%(several)s and %(last)s") % {"several": ", ".join(names[:-1]), "last": names[-1]}


SAID = {Frequency.DAILY: _daily, Frequency.WEEKLY: _weekly, Frequency.MONTHLY: _monthly}
