"""Made-up values that are the same every time: all is derived from the parts given."""

import hashlib


def hexes(length: int, *parts: object) -> str:
    text, counter = "", 0
    while len(text) < length:
        text += hashlib.sha256(f"{counter}|{parts}".encode()).hexdigest()
        counter += 1
    return text[:length]


def number(below: int, *parts: object) -> int:
    return int(hexes(15, *parts), 16) % below


def share(*parts: object) -> float:
    """A number from 0 to just under 1."""
    return number(1_000_000, *parts) / 1_000_000
