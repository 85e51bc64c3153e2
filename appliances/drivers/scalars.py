"""From what an appliance sent to values that can be stored and shown: whatever it sent."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

NAME_LENGTH = 255
TEXT_LENGTH = 2000

# Control characters (PostgreSQL takes no NUL), halves of surrogate pairs, and the marks that
# reorder text, with which a name could pose as another.
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_VERSION = re.compile(r"\s*v?(\d+(?:\.\d+)+)(?:\s*\((.{1,120})\))?")
_GUID = re.compile(r"[0-9a-fA-F]{32}")


def text(value: object, length: int = NAME_LENGTH) -> str:
    """A cleaned, cut text; empty for None and for what is no scalar."""
    if value is None or isinstance(value, (dict, list)):
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return _UNSAFE.sub("\ufffd", str(value)[: 2 * length]).strip()[:length]


def integer(value: object) -> int | None:
    """A whole number that fits a database column, from a number or its decimal text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and re.fullmatch(r"\s*-?[0-9]{1,19}\s*", value):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and -(2**63) <= value < 2**63 else None


def count(value: object) -> int:
    return max(integer(value) or 0, 0)


def truth(value: object) -> bool:
    """1, "1", true, "true", "yes", "on" in any case; everything else is False."""
    if isinstance(value, str):
        return value.strip().lower() in {"1", "true", "yes", "on"}
    return value is True or (isinstance(value, int) and value == 1)


def moment(value: object) -> datetime | None:
    """An instant from seconds since 1970 or ISO 8601 (also +0000 without colon; no zone: UTC)."""
    try:
        seconds = integer(value)
        if seconds is not None:
            return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
        if not isinstance(value, str):
            return None
        read = datetime.fromisoformat(value.strip())
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def version_and_build(value: object) -> tuple[str, str]:
    """("24.1.2", "51234-0123…") from "24.1.2 (51234-0123…)"; odd texts stay whole."""
    plain = text(value)
    if match := _VERSION.match(plain):
        return match[1], (match[2] or "").strip()
    return plain, ""


def guid(value: object) -> str:
    """32 lower-case hex digits, or empty if it is anything else."""
    plain = text(value).replace("-", "")
    return plain.lower() if _GUID.fullmatch(plain) else ""


def cluster_role(value: object) -> str:
    """Newer APIs say primary where older ones say master."""
    role = text(value).lower()
    return "primary" if role == "master" else role


def mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def rows(value: object) -> list[Mapping[str, object]]:
    """The objects of a list; anything else in it is left out."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
