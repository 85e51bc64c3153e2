"""Bodies as they are read: JSON without doubt, and files as they come."""

import json
import math
from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser

IN_MEMORY = 1 << 20


class StrictJson(BaseParser):
    """JSON (RFC 8259) in UTF-8. Names given twice, NaN, Infinity, 1e309, endless nesting are
    refused."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        content = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(content) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        try:
            text = content.decode("utf-8")
            found = json.loads(
                text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite
            )
            if "\\ud" in text.lower():  # half a pair of surrogates is no character (RFC 8259 §8.2)
                json.dumps(found, ensure_ascii=False).encode("utf-8")
        except UnicodeError as wrong:
            raise ParseError(_("The body is not UTF-8.")) from wrong
        except (ValueError, RecursionError) as wrong:
            raise ParseError(_("The body is not JSON: %(what)s") % {"what": wrong}) from wrong
        return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ParseError(_("Given twice: %(names)s.") % {"names": ", ".join(twice)})
    return found


def _no_number(word: str) -> None:
    raise ParseError(_("%(word)s is not a number in JSON.") % {"word": word})


def _finite(digits: str) -> float:
    """1e309 is written as a number and read as none that could be kept."""
    if math.isinf(number := float(digits)):
        _no_number(digits[:40])
    return number


class RawFile(BaseParser):
    """The body is the file itself. To be compared with a repeat it is read twice."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        about = parser_context or {}
        if "Idempotency-Key" not in about["request"].headers:
            return stream
        kept = about["view"].entered.enter_context(SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115
        while piece := stream.read(IN_MEMORY):
            kept.write(piece)
            if kept.tell() > settings.EVIDENCE_LIMIT:
                raise RequestDataTooBig
        kept.seek(0)
        return kept


class AlwaysJson(BaseContentNegotiation):
    """Answers are JSON whatever is asked for: one form, so that errors never surprise."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        for parser in parsers:
            if parser.media_type in (kind, "*/*"):
                return parser
        return None

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type
