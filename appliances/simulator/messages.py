"""A request as the simulator sees it, and the answers it can give."""

import json
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qs


@dataclass(frozen=True)
class Upload:
    filename: str
    content: bytes


@dataclass
class Request:
    """`path` is without `prefix`, which is what a browser's links must begin with (/at/<host>)."""

    method: str
    path: str
    query_string: str
    headers: dict[str, str]  # names in small letters
    body: bytes
    address: str
    host: str  # of the Host header, without port
    prefix: str = ""
    target: str = ""  # the appliance's own or public name
    caller: Any = None  # who was let in, once a door has opened

    @property
    def query(self) -> dict[str, str]:
        return {key: rows[-1] for key, rows in _pairs(self.query_string).items()}

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def form(self) -> dict[str, list[str]]:
        if self.content_type == "application/x-www-form-urlencoded":
            return _pairs(self.body.decode("utf-8", "replace"))
        return {}

    def fields(self) -> dict[str, str]:
        """Query and form together; the form wins."""
        return self.query | {key: rows[-1] for key, rows in self.form().items()}

    def parts(self) -> tuple[dict[str, str], dict[str, Upload]]:
        """Fields and files of a multipart body."""
        head = f"Content-Type: {self.headers.get('content-type', '')}\r\n\r\n".encode()
        message = BytesParser(policy=HTTP).parsebytes(head + self.body)
        fields, files = {}, {}
        for part in message.iter_parts() if message.is_multipart() else ():
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True) or b""
            if part.get_filename() is None:
                fields[name] = content.decode("utf-8", "replace")
            else:
                files[name] = Upload(part.get_filename(), content)
        return fields, files

    def json(self) -> dict:
        """The body as an object; empty for no body. Raises ValueError for anything else."""
        if not self.body.strip():
            return {}
        body = json.loads(self.body)
        if not isinstance(body, dict):
            raise ValueError("the body must be a JSON object")
        return body

    def cookie(self, name: str) -> str:
        for pair in self.headers.get("cookie", "").split(";"):
            key, _, value = pair.strip().partition("=")
            if key == name:
                return value
        return ""


def _pairs(text: str) -> dict[str, list[str]]:
    return parse_qs(text, keep_blank_values=True)


@dataclass
class Response:
    status: int = 200
    body: bytes = b""
    content_type: str = "text/html; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)
    drop: str = ""  # "close" or "reset": the connection ends without an answer
    delay: float = 0.0  # real seconds before the answer


def html(text: str, status: int = 200) -> Response:
    return Response(status, text.encode())


def xml(text: str, status: int = 200) -> Response:
    declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return Response(status, (declaration + text).encode(), "text/xml; charset=UTF-8")


def as_json(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(status, json.dumps(body).encode(), "application/json", dict(headers or {}))


def binary(content: bytes, filename: str) -> Response:
    safe = filename.replace('"', "").replace("\r", "").replace("\n", "")
    headers = {"Content-Disposition": f'attachment; filename="{safe}"'}
    return Response(200, content, "application/octet-stream", headers)


def see_other(location: str) -> Response:
    return Response(303, headers={"Location": location})


def dropped(how: str = "close") -> Response:
    return Response(drop=how)
