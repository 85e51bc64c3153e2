"""Logs: one JSON object a line, of allow-listed fields. No bodies, no secrets, ids for names."""

import json
import logging
import traceback
from datetime import UTC, datetime

FIELDS = (
    "request_id", "method", "path", "status", "milliseconds", "user", "key", "customer", "job",
    "step", "action", "outcome", "task", "appliance", "address",
)  # fmt: skip


class JsonLines(logging.Formatter):
    """Formats a record as JSON. Tracebacks carry file and line, never the values of variables."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _said(record),
        }
        line |= {name: record.__dict__[name] for name in FIELDS if name in record.__dict__}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["trace"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
            line["detail"] = str(record.exc_info[1])[:500]
        return json.dumps(line, default=str, ensure_ascii=False)


def _said(record: logging.LogRecord) -> str:
    """Django names a request by its address, which may hold a secret: its route stands for it."""
    said, request = record.getMessage(), record.__dict__.get("request")
    path = getattr(request, "path", "")
    if len(path) < 2:  # none, or the first page
        return said
    match = getattr(request, "resolver_match", None)
    return said.replace(path, match.route if match else "an unknown address")
