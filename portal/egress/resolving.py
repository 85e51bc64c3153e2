"""Names to addresses, once a call, with an end in time."""

import socket
from queue import Empty, SimpleQueue
from threading import Thread

from portal.egress.refusals import Unreachable


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """Every address the name has now. Raises Unreachable; never an empty list.

    The trailing dot keeps search domains out. The resolver of the C library knows no time-out of
    its own, so it runs in a thread that is left behind when it is late (it ends by itself).
    """
    answers: SimpleQueue[list[str] | OSError | UnicodeError] = SimpleQueue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(f"{host}.", port, type=socket.SOCK_STREAM)
            answers.put([str(entry[4][0]) for entry in found])
        except (OSError, UnicodeError) as error:
            answers.put(error)

    Thread(target=look_up, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=max(seconds, 0.001))
    except Empty:
        raise Unreachable(f"resolving {host} took longer than {seconds:.0f} s") from None
    if isinstance(answer, Exception) or not answer:
        raise Unreachable(f"{host} does not resolve: {answer}")
    return list(dict.fromkeys(answer))


def dial(address: str, port: int, seconds: float) -> socket.socket:
    """A TCP connection to a checked address. Raises OSError."""
    return socket.create_connection((address, port), timeout=max(seconds, 0.001))
