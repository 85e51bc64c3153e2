"""What the portal reads of new hardware: another box, the same release, the same data (G-HW-6)."""

from django.utils.translation import gettext_noop as _

from appliances.models import Appliance
from appliances.services import remote
from appliances.services.numbers import numbers
from appliances.services.observations import Trouble as Unanswered
from appliances.services.versions import same
from upgrades.services.ticks.deeds import asked
from upgrades.services.ticks.deeds.asked import AGAIN_SECONDS
from upgrades.services.ticks.outcomes import NotYet, Outcome, Proven, Trouble
from upgrades.services.ticks.work import Work

NOBODY = _("The portal does not know both appliances. Compare them yourself.")
SAME_BOX = _("The old appliance answers under the name of the new one. Correct the host name.")
ANOTHER = _("Another appliance answers under this name. Nothing more is done to it.")
OTHER_RELEASE = _(
    "The two carry different releases. A backup restores only on the release it was taken of."
)
UNEQUAL = _(
    "The numbers differ: not everything came over. Restore again, or accept the difference with "
    "what you found."
)


def compare_counts(work: Work) -> Outcome:
    """Both are asked in one conversation; nothing is changed, so it may be repeated."""
    new, others = work.appliance, work.about
    if new is None or not others or not others[0].can_be_asked:
        return Trouble(NOBODY)
    seen = remote.observe(new)
    if seen.kind == "wrong" or (seen.answered and seen.guid == others[0].guid):
        return Trouble(SAME_BOX if seen.guid == others[0].guid else ANOTHER)
    if seen.kind == "unreachable":
        return NotYet(work.later(AGAIN_SECONDS), seen.detail)
    if not seen.answered:
        return Trouble(f"{seen.detail} {seen.said}".strip()[:400])
    known = others[0].product_version
    if known and not same(seen.version, known):
        return Trouble(OTHER_RELEASE, observed={"new": seen.version, "old": known}, carried=seen)
    try:
        counts = {box.name: numbers(box) for box in (new, others[0])}
    except Unanswered as trouble:
        return asked.unanswered(work, trouble)
    told = {"counts": counts}
    differ = _differing(counts, new, others[0])
    if differ:
        return Trouble(UNEQUAL, observed={**told, "differ": differ}, carried=seen)
    return Proven({"guid": seen.guid, "version": seen.version, **counts[new.name]},
                  observed=told, carried=seen)  # fmt: skip


def _differing(counts: dict[str, dict[str, int]], new: Appliance, old: Appliance) -> list[str]:
    """What both tell, and tell differently."""
    mine, other = counts[new.name], counts[old.name]
    return sorted(name for name in mine.keys() & other.keys() if mine[name] != other[name])
