"""python -m appliances.simulator --host 127.0.0.1 --port 8099 --state DIR [--park park.json]."""

import argparse
import json
import logging
import os
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path

from appliances.simulator import control, settings
from appliances.simulator.park import Park
from appliances.simulator.server import Server
from appliances.simulator.store import Store


def main(arguments: list[str] | None = None) -> int:
    chosen = _parse(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    park = Park(Store(chosen.state), chosen)
    if chosen.park and not park.appliances:
        body = json.loads(Path(chosen.park).read_text(encoding="utf-8"))
        with park.change():
            control.fill(park, body)
    server = Server((chosen.host, chosen.port), park)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    if chosen.tied:
        threading.Thread(target=_end_with_the_input, daemon=True).start()
    host, port = server.server_address[:2]
    sys.stdout.write(f"Simulated appliances at http://{host}:{port}/\n")
    sys.stdout.flush()
    server.serve_forever(poll_interval=0.2)
    server.server_close()
    return 0


def _end_with_the_input() -> None:
    """Whoever started us holds the other end of our input, and lets it go even by being killed."""
    sys.stdin.buffer.read()
    os._exit(0)


def _parse(arguments: list[str] | None) -> settings.Settings:
    defaults = settings.from_environment()
    parser = argparse.ArgumentParser(prog="python -m appliances.simulator")
    parser.add_argument("--host", default=defaults.host)
    parser.add_argument("--port", type=int, default=defaults.port, help="0 takes a free one")
    parser.add_argument("--state", default=defaults.state, help="folder in which the park is kept")
    parser.add_argument("--park", default=defaults.park, help="JSON file for an empty park")
    parser.add_argument("--tied", action="store_true", help="end when the input ends")
    given = parser.parse_args(arguments)
    return replace(defaults, **vars(given))


if __name__ == "__main__":
    sys.exit(main())
