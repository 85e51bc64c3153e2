"""An integration that does people's steps: it takes what it knows how to do, does it, and says
what proves it. What it cannot do it reports, with the reason, and the step is held.

    python integration.py https://changeover.example.com chg_live_…
"""

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from tests.clients.changeover import Changeover, Problem

Step = dict[str, Any]
Tell = Callable[[int, str], Any]  # percent, and what it is at
Acts = Callable[[Step, Tell], dict[str, Any]]
Doing = Mapping[str, Acts]
PAUSE = 10.0  # seconds between two looks


def work(portal: Changeover, doing: Doing) -> list[str]:
    """One look: the ids of the steps that were done. `doing` has a function for each action that
    this integration knows: it tells how far it is, which also keeps the step its own, and answers
    with the evidence, by the names of `evidence_fields`."""
    done = []
    for step in portal.rows("steps", state="ASKING"):
        act = doing.get(step["action"])
        if act is None or step["holder"] is not None:
            continue
        try:
            _row, seen = portal.read(f"steps/{step['id']}")
            portal.post(f"steps/{step['id']}/take", seen=seen)
        except Problem:  # somebody was faster
            continue
        if _do(portal, step, act):
            done.append(step["id"])
    return done


def _do(portal: Changeover, step: Step, act: Acts) -> bool:
    def tell(percent: int, note: str) -> Any:
        told = {"percent": percent, "note": note}
        return portal.post(f"steps/{step['id']}/progress", told)

    try:
        evidence = act(step, tell)
    except Exception as failure:
        portal.post(f"steps/{step['id']}/report", {"reason": str(failure)[:400]})
        return False
    portal.post(f"steps/{step['id']}/confirm", {"evidence": evidence})
    return True


def tried_on_the_bench(step: Step, tell: Tell) -> dict[str, Any]:
    """An example: the release was tried on the bench last night."""
    tell(50, "reading the nightly run")
    return {"tested": "lab", "remarks": f"nightly run, for {step['site']['name']}"}


if __name__ == "__main__":
    portal = Changeover(sys.argv[1], sys.argv[2])
    while True:
        work(portal, {"test_elsewhere": tried_on_the_bench})
        time.sleep(PAUSE)
