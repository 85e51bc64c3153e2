"""What an abandoned job left, on the twin: its repair finds the same as at the real site."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from appliances.models import Appliance, Site
from upgrades.models import UpgradeJob
from upgrades.services import leftovers
from upgrades.services.rehearsals.originals import Original
from upgrades.services.rehearsals.stage import Stage

# What is pressed at the appliances that a word names; the rest of the words is in their rows.
PRESSED = {
    leftovers.CLIENTS: "remove_clients",
    leftovers.BACKUP_OPERATIONS: "stop_backup_operations",
}


def given_up(
    original: Original, site: Site, boxes: Mapping[str, Appliance], *, by: Any, at: datetime
) -> UpgradeJob | None:
    """The job whose remains are repaired, as the twin's own; None: it is no repair."""
    if not original.remains:
        return None
    drawn = original.drawn
    return UpgradeJob.objects.create(
        customer_id=site.customer_id, number=1, site=site, procedure=drawn.plan.procedure.name,
        target=drawn.target, requested_by=by, made_at=at, started_at=at, ended_at=at,
        state=UpgradeJob.State.ABANDONED, left_behind=list(original.remains),
        left_state={
            word: [str(boxes[letter].pk) for letter in letters]
            for word, letters in original.remains.items()
        },
    )  # fmt: skip


def leave(original: Original, hosts: Mapping[str, str], stage: Stage) -> Counter[str]:
    """Press what the job had pressed. What the appliances count of it is no effect of the play."""
    for word, button in PRESSED.items():
        for letter in original.remains.get(word, ()):
            stage.simulator.press(hosts[letter], button)
    counted: Counter[str] = Counter()
    for host in hosts.values():
        counted.update(stage.truth(host)["effect_counts"])
    return counted
