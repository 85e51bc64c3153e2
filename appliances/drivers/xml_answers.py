"""The ladder every XML answer climbs: bytes, XML, no error, the expected root.

Elements are found by their local names: the namespace changed with the vendor's name, and the
vendor's own advice is to ignore it.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

from appliances.drivers import scalars
from appliances.drivers.errors import ApiError, Forbidden, ProtocolError, Unauthorised
from portal import egress

_PAGES = {"html", "body", "h1", "div", "p"}
_DENIED = re.compile(r"document not found|permission|not allowed|access denied|xml api", re.I)
_CREDENTIALS = re.compile(r"invalid (credentials|username|user name|password)|authentication", re.I)


def parse(response: egress.Response) -> Element:
    """The root of an answer that is XML and no error. Raises ProtocolError, ApiError."""
    body = response.body.strip()
    if not body:
        raise ProtocolError(f"empty answer with status {response.status}")
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise _not_xml(response, error) from error
    if local_name(root).lower() in _PAGES:
        raise _not_xml(response, "a page")
    refused = root if local_name(root) == "error" else child(root, "error")
    if refused is not None:
        raise refusal("".join(refused.itertext()))
    return root


def read(response: egress.Response, expected: str) -> Element:
    """The root of the answer to a question. Raises ProtocolError, ApiError."""
    root = parse(response)
    if local_name(root) != expected:
        raise ProtocolError(f"root {local_name(root)[:40]!r} instead of {expected!r}")
    if response.status != 200:
        raise ProtocolError(f"{expected} with status {response.status}")
    return root


def refusal(told: str) -> ApiError:
    """An error in the appliance's words, as the kind it most likely is."""
    words = scalars.text(told, scalars.TEXT_LENGTH)
    if _CREDENTIALS.search(words):
        return Unauthorised(words)
    return Forbidden(words) if _DENIED.search(words) else ApiError(words)


def _not_xml(response: egress.Response, error: object) -> ProtocolError | ApiError:
    """A page of some kind. One that says what is missing says it in these words."""
    start = response.body[:4096].decode("utf-8", "replace")
    if response.status == 404 or re.search(r"document not found", start, re.I):
        return Forbidden("Document Not Found")
    if re.search(r"invalid credentials", start, re.I):
        return Unauthorised("Invalid credentials")
    kind = response.content_type or "nothing"
    return ProtocolError(f"not XML, announced as {kind}, status {response.status}: {error}")


def local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Element, name: str) -> Iterator[Element]:
    return (one for one in element if local_name(one) == name)


def child(element: Element, name: str) -> Element | None:
    return next(children(element, name), None)


def value(element: Element, name: str) -> str:
    """The text of a child, whitespace taken off; empty if there is none."""
    found = child(element, name)
    return "".join(found.itertext()).strip() if found is not None else ""


def attribute(element: Element | None, name: str) -> str:
    return element.get(name, "") if element is not None else ""
