"""D3: steps with an outside effect, one at a time, beside a bare loop with two commits.

The intent is committed before the call and the result after it, with the attempt, the audit
chain, the next step's READY and row-level security; the bare loop has none of these.
"""

from tests.bench import bare, world
from tests.bench.crew import crew, rate
from tests.bench.figures import Figure, against, in_turn

SECONDS = 2.0
CUSTOMERS, SITES = 10, 40  # 400 jobs of 20 steps


def measure() -> list[Figure]:
    world.customers(CUSTOMERS, sites=SITES)
    return [_with(number) for number in (1, 2)]


def _with(number: int) -> Figure:
    with crew("tests.bench.bare", number) as loops, crew("tests.bench.runner", number) as runners:

        def bare_rate() -> float:
            bare.prepare(20_000)
            return rate(loops, SECONDS)

        def our_rate() -> float:
            world.jobs()
            return rate(runners, SECONDS)

        baseline, value = in_turn(bare_rate, our_rate)
    name = f"D3 steps with an effect, {number} process{'es' if number > 1 else ''}"
    return against(name, value, "steps/s", baseline, least=0.8)
