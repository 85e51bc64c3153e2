"""Checks that our own records answer, without a call."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext_noop as _

from appliances.models import Appliance
from appliances.services import drifting
from appliances.services.checks.asked import (
    BAD,
    DAY,
    GOOD,
    WARNING,
    Name,
    Question,
    Verdict,
    unknown,
)
from appliances.services.measuring import Measured

Found = Sequence[Measured]
DRIFTED = _(
    "Something was changed behind the portal’s back. Accept what was found, or undo it there."
)


def base_hold(asked: Question, found: Found) -> Verdict:
    """G-PREP-12. Never waived: two people release it with the vendor's ticket."""
    if asked.holds:
        reason = _("A base problem is open at this site.")
        return Verdict(BAD, ", ".join(hold.appliance.letter for hold in asked.holds), reason)
    return Verdict(GOOD)


def drift(asked: Question, found: Found) -> Verdict:
    """A fact that nobody accepted yet. It is accepted, or it goes away; it is never waived. What
    was typed of a box that has no place yet is no record to drift from."""
    found = [one for one in found if one.box.place == Appliance.Place.IN_PLACE]
    told = drifting.judged(found, asked.expected)
    known = [d for d in asked.drifts if (d.appliance_id, d.fact) not in told]
    said = [f"{d.appliance.letter} {d.fact} {d.expected} → {d.found}" for d in known]
    letters = {one.box.pk: one.box.letter for one in found}
    said += [
        f"{letters[pk]} {fact} {seen.expected} → {seen.found}"
        for (pk, fact), seen in told.items()
        if seen.differs
    ]
    if said:
        return Verdict(BAD, ", ".join(said), DRIFTED)
    return Verdict(GOOD)


def path(asked: Question, found: Found) -> Verdict | None:
    if asked.withdrawn is None:
        return None
    if asked.withdrawn:
        reason = _("Packages of the plan were withdrawn since. Plan it again.")
        return Verdict(BAD, ", ".join(asked.withdrawn), reason, lasts=DAY)
    return Verdict(GOOD, lasts=DAY)


def window_fits(asked: Question, found: Found) -> Verdict | None:
    """G-PREP-9: the worst case of what is to be done, against the window that is booked."""
    if asked.expected.window is None:
        return None
    needs, has = asked.expected.window
    observed = f"{needs} / {has} min"
    if needs * 100 > has * asked.values["WINDOW_FITS.percent"]:
        reason = _("The worst case is longer than the window.")
        return Verdict(asked.worse(Name.WINDOW_FITS), observed, reason, lasts=DAY)
    return Verdict(GOOD, observed, lasts=DAY)


def tested(asked: Question, found: Found) -> Verdict | None:
    """G-PREP-11: asked only where a site is marked as the test site of this one."""
    if asked.untested is None:
        return None
    if asked.untested:
        return Verdict(asked.worse(Name.TESTED), "", asked.untested, lasts=DAY)
    return Verdict(GOOD, lasts=DAY)


def difference(asked: Question, found: Found) -> Verdict | None:
    """What an earlier window of the job changed beyond its tolerance, and nobody looked at yet."""
    if not asked.expected.differences:
        return None
    reason = _("What the last window changed has not been acknowledged.")
    return Verdict(asked.worse(Name.DIFFERENCE), str(asked.expected.differences), reason)


def contract(asked: Question, found: Found) -> Verdict:
    """G-PREP-3: major releases under maintenance."""
    observed = asked.day.isoformat()
    if asked.entitled:
        return Verdict(GOOD, observed, lasts=DAY)
    reason = _("No maintenance contract covers this day.")
    return Verdict(BAD, observed, reason, lasts=DAY)


def licence(asked: Question, found: Found) -> Verdict:
    kept = asked.licence
    if kept is None:
        return unknown(_("Number and expiry of the licences are not recorded."))
    observed = f"{kept.number}" + (f", {kept.expires_on.isoformat()}" if kept.expires_on else "")
    if kept.ends_before(asked.day):
        return Verdict(BAD, observed, _("The licences end before this day."), lasts=DAY)
    if kept.ends_before(asked.day + timedelta(days=asked.values["LICENCE.days"])):
        return Verdict(WARNING, observed, _("The licences end soon."), lasts=DAY)
    return Verdict(GOOD, observed, lasts=DAY)
