"""Repair of what an abandoned job left at the clients: removed, throttled, installers invalid.

The site's appliances are as they should be; only what hangs on them is put right.
"""

from appliances import actions as do
from upgrades.planning.vocabulary import A, Phase, Procedure, Shape, Step, _
from upgrades.procedures.shared import PUT_RIGHT

PROCEDURE = Procedure(
    name="repair-clients",
    title=_("Reinstall clients after an abandoned job"),
    about=_(
        "For a site whose appliances are as they should be, but whose clients are removed or "
        "throttled, or whose installers are invalid."
    ),
    notice=_("Nothing new: the site stays up."),
    risk=_("Until the clients are installed again, whoever has none cannot work."),
    shape=Shape.SINGLE,
    also=frozenset({Shape.PAIR, Shape.CLUSTER, Shape.CLUSTER_WITH_FAILOVER}),
    before=(),
    once=(
        Phase(
            _("Put the site right"),
            (
                Step(
                    _("The configuration need be left alone no more"),
                    A, do.LIFT_FREEZE, "G-HW-2", if_left="configuration-frozen",
                ),
            ),
        ),
        PUT_RIGHT,
    ),
    repairs=True,
    guide="G-PREP-8",
)  # fmt: skip
