"""A client of Changeover's REST API in one file, with Python's own library and nothing else.

portal = Changeover("https://changeover.example.com", key)
for step in portal.rows("steps", state="ASKING"):
    portal.post(f"steps/{step['id']}/take")
"""

import json
import mimetypes
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

TIMEOUT = 30


class Problem(Exception):
    """What the portal refused: `code` is for programs, the text for people."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("detail", ""))
        self.status = status
        self.code = problem.get("code", "")
        self.remedy = problem.get("remedy", "")
        self.errors = problem.get("errors", {})


class Changeover:
    def __init__(self, address: str, key: str, language: str = "en") -> None:
        self.address, self.key, self.language = address.rstrip("/"), key, language
        self.tag = ""  # of the last answer

    def get(self, path: str, **query: Any) -> Any:
        return self._call("GET", f"{path}?{urlencode(query)}" if query else path)

    def read(self, path: str) -> tuple[Any, str]:
        """A row, and the tag of its state: a change that names it is refused (412) if somebody
        changed the row meanwhile."""
        found = self._call("GET", path)
        return found, self.tag

    def post(self, path: str, body: Any = None, *, seen: str = "*") -> Any:
        """`seen` is the tag of what was read; * changes whatever it is by now."""
        content = None if body is None else json.dumps(body).encode()
        return self._call("POST", path, content, "application/json", seen=seen)

    def delete(self, path: str, *, seen: str = "*") -> Any:
        return self._call("DELETE", path, seen=seen)

    def upload(self, path: str, file: Path) -> str:
        """Send a file as it is; its id, to be named as a value in evidence."""
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        kept = self._call("POST", path, file.read_bytes(), kind)
        return str(kept["id"])

    def rows(self, path: str, **query: Any) -> list[Any]:
        """Every row of a list, page after page."""
        return list(self._pages(path, query))

    def _pages(self, path: str, query: dict[str, Any]) -> Iterator[Any]:
        page = self.get(path, **query)
        yield from page["results"]
        while page["next"]:
            page = self._call("GET", f"{path}?{page['next'].partition('?')[2]}")
            yield from page["results"]

    def answers(self) -> bool:
        """Whether somebody answers at the address and takes the key."""
        try:
            self.get("customers")
        except OSError:
            return False
        return True

    def _call(
        self, method: str, path: str, body: bytes | None = None, kind: str = "", *, seen: str = ""
    ) -> Any:
        headers = {"Authorization": f"Bearer {self.key}", "Accept-Language": self.language}
        if seen:
            headers["If-Match"] = seen
        if body is not None:
            headers["Content-Type"] = kind
        request = urllib.request.Request(
            f"{self.address}/api/v1/{path}", data=body, method=method, headers=headers
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                content, self.tag = answer.read(), answer.headers.get("ETag", "")
        except urllib.error.HTTPError as refused:
            with refused:
                raise Problem(refused.code, _read(refused.read())) from None
        return _read(content)


def _read(content: bytes) -> Any:
    try:
        return json.loads(content) if content.strip() else {}
    except ValueError:
        return {"detail": content[:200].decode("utf-8", "replace")}
