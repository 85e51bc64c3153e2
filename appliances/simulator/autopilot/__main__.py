"""python -m appliances.simulator.autopilot --portal URL --key KEY --simulator URL."""

import argparse
import logging
import os
import signal
import sys
import threading

from appliances.simulator.autopilot.calls import Park, Portal
from appliances.simulator.autopilot.round import Autopilot


def main(arguments: list[str] | None = None) -> int:
    """Works until SIGTERM; an error of either side is waited out."""
    parser = argparse.ArgumentParser(prog="python -m appliances.simulator.autopilot")
    parser.add_argument("--portal", required=True, help="address of the portal")
    parser.add_argument("--key", default=os.environ.get("AUTOPILOT_KEY", ""), help="API key")
    parser.add_argument("--simulator", required=True, help="address of the simulator")
    parser.add_argument("--control", default=os.environ.get("SIM_CONTROL_KEY", ""))
    parser.add_argument("--pause", type=float, default=0.3, help="seconds between two looks")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    pilot = Autopilot(Portal(given.portal, given.key), Park(given.simulator, given.control))
    while not stop.is_set():
        pilot.look()
        stop.wait(given.pause)
    return 0


if __name__ == "__main__":
    sys.exit(main())
