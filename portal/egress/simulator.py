"""The demo's own wire to the simulator's controls: its park, its clock, its faults.

Nothing of a customer's goes here, and an installation marked production has no simulator.
"""

import http.client
import json
from typing import Any

from django.conf import settings

from portal.egress.configuration import simulator_address

SECONDS = 10


class NoSimulator(RuntimeError):
    """SIMULATOR_URL names nothing, or nothing answers there as a simulator does."""


def control(method: str, path: str, body: Any = None) -> Any:
    """Call one of the simulator's controls ("/_sim/clock") and return its JSON.

    Raises NoSimulator when there is none, when it does not answer, or when it refuses.
    """
    address = None if settings.PRODUCTION else simulator_address(settings.SIMULATOR_URL)
    if address is None:
        raise NoSimulator("SIMULATOR_URL is not set")
    wire = http.client.HTTPConnection(*address, timeout=SECONDS)
    headers = {"Content-Type": "application/json", "X-Sim-Control": settings.SIM_CONTROL_KEY}
    try:
        wire.request(method, path, None if body is None else json.dumps(body), headers)
        answer = wire.getresponse()
        text = answer.read(5_000_000)
    except OSError as error:
        raise NoSimulator(f"the simulator does not answer: {error}") from error
    finally:
        wire.close()
    if answer.status >= 400:
        raise NoSimulator(f"the simulator refused {method} {path}: {answer.status}")
    return json.loads(text) if text else None
