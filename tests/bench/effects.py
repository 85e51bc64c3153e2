"""An appliance that counts for itself what was done to it: `python -m tests.bench.effects`.

It says its port, then answers one line a connection: DO or ASK with the id of a step, COUNTS for
all. Some calls it refuses, and of some it drops the answer though it did the work.
"""

import asyncio
import json
import os
import random
import socket
import sys
from collections import Counter

PORT = "CHANGEOVER_BENCH_EFFECTS"
REFUSED, DROPPED = 0.02, 0.03
SECONDS = 0.02  # at most, before the work and again before the answer


class Appliance:
    def __init__(self) -> None:
        self.done: Counter[str] = Counter()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        word, _, step = (await reader.readline()).decode().strip().partition(" ")
        said = await self._do(step) if word == "DO" else self._tell(word, step)
        if said:
            writer.write(said.encode() + b"\n")
        writer.close()

    async def _do(self, step: str) -> str:
        """Does it and says so; whoever asked may be gone meanwhile, it is done all the same."""
        await asyncio.sleep(random.random() * SECONDS)
        chance = random.random()
        if chance < REFUSED:
            return "refused"
        self.done[step] += 1
        await asyncio.sleep(random.random() * SECONDS)
        return "" if chance < REFUSED + DROPPED else "done"

    def _tell(self, word: str, step: str) -> str:
        if word == "COUNTS":
            return json.dumps(self.done)
        return "done" if self.done[step] else "not done"


def ask(line: str) -> str:
    """What the appliance says. Raises OSError if no answer comes."""
    with socket.create_connection(("127.0.0.1", int(os.environ[PORT])), timeout=20) as wire:
        wire.sendall(line.encode() + b"\n")
        said = wire.makefile().readline().strip()
    if not said:
        raise OSError("no answer")
    return said


async def serve() -> None:
    appliance = Appliance()
    server = await asyncio.start_server(appliance.answer, "127.0.0.1", 0, limit=1 << 20)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(serve())
