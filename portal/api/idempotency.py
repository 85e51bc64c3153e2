"""`Idempotency-Key`: a POST that is repeated is done once, and answered alike.

The key counts for one address and one API key, for a day. Only what was done is kept: a request
that was refused changed nothing, and is tried again by its repeat.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from portal.services import kept_answers

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
FORM = re.compile(r"[\x21-\x7e]{1,255}")
PIECE = 1 << 16


class Replay(Exception):
    def __init__(self, response: Response) -> None:
        self.response = response


def begin(view: Any, request: Request) -> Any:
    """A place for this request's answer; None if it asks for none. Raises Replay with the answer
    that was given before."""
    word = request.headers.get(HEADER)
    if request.method != "POST" or word is None:
        return None
    if not FORM.fullmatch(word):
        raise ValidationError({HEADER: [_("Give 1 to 255 visible characters of ASCII.")]})
    if view.customer_id is None:  # else the customer's transaction is open
        view.entered.enter_context(transaction.atomic())
    place, found = kept_answers.begin(
        request.auth, route=f"POST {request.path}"[:300], word=word,
        fingerprint=_fingerprint(view, request),
    )  # fmt: skip
    if found is None:
        return place
    known = json.loads(found.content) if found.content else None
    raise Replay(Response(known, status=found.status, headers={REPLAYED: "true"}))


def keep(place: Any, response: Any, *, without: Collection[str] = ()) -> None:
    """Keep an answer with what it answers; one of 400 or more undoes both. A secret that is shown
    once is not kept: a repeat has null `without` it."""
    if response.status_code >= 400:
        transaction.set_rollback(True)
        return
    response.render()
    content = response.content.decode()
    if isinstance(response.data, dict) and (hidden := set(without) & set(response.data)):
        content = json.dumps(json.loads(content) | dict.fromkeys(hidden))
    kept_answers.keep(place, status=response.status_code, content=content)


def _fingerprint(view: Any, request: Request) -> bytes:
    """Of everything that decides what is done; also of the sites that the key may see now."""
    limit = None if view.limit is None else sorted(map(str, view.limit))
    told = [sorted(request.query_params.lists()), limit]
    if view.action not in view.uploads:
        told.append(request.data)
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).digest()
    digest = hashlib.sha256(json.dumps([*told, request.content_type.partition(";")[0]]).encode())
    for piece in _sent(request):
        digest.update(piece)
    return digest.digest()


def _sent(request: Request) -> Iterator[bytes]:
    """A file's bytes, which are then to be read again."""
    body = request.data  # parsed: a form with its files beside it, or the file itself
    files = [file for _name, files in sorted(request.FILES.lists()) for file in files]
    for file in files or ([body] if hasattr(body, "seek") else []):
        yield f"\n{getattr(file, 'name', '')}\n".encode()
        yield from iter(lambda file=file: file.read(PIECE), b"")  # type: ignore[misc]
        file.seek(0)
