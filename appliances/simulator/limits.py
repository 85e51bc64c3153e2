"""The rate limit of an account: so many requests a second and an hour, real time."""

from collections import deque

from appliances.simulator.settings import Settings

HOUR = 3600.0


class Limits:
    """Kept in memory: a restarted appliance has forgotten them, as a real one would."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, str], deque[float]] = {}

    def count(self, key: tuple[str, str], real: float, settings: Settings) -> tuple[bool, dict]:
        """Whether the request is within the limits, and the headers that say so."""
        times = self.seen.setdefault(key, deque())
        while times and times[0] <= real - HOUR:
            times.popleft()
        last_second = 0
        for at in reversed(times):
            if at <= real - 1.0:
                break
            last_second += 1
        allowed = last_second < settings.rate_second and len(times) < settings.rate_hour
        if allowed:
            times.append(real)
        return allowed, headers(settings.rate_hour, settings.rate_hour - len(times))


def headers(limit: int, remaining: int) -> dict[str, str]:
    return {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(max(0, remaining))}
