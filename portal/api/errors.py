"""Every answer other than success is a problem of RFC 9457, in the caller's language.

Two kinds of refusal, told apart everywhere: what was sent cannot be right (400, `errors` by field;
sending it again will not help), or it is right and the object's state forbids it (409).
"""

import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import IntegrityError
from django.http import Http404
from django.utils.translation import gettext as _
from django_fsm import ConcurrentTransition, TransitionNotAllowed
from psycopg.errors import ExclusionViolation, UniqueViolation
from rest_framework import exceptions
from rest_framework.response import Response

from portal.api.permissions import KeyOfNetworks, KeyOfSandbox, KeyOfSites, KeyScope
from portal.api.versions import Stale, Unseen
from portal.errors import NotNow, Refused
from portal.services import codes
from portal.services.kept_answers import AnotherRequest

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
Json = dict[str, Any]
OF_REQUEST: dict[type[Refused], int] = {AnotherRequest: 422, Stale: 412, Unseen: 428}


def problem(error: Exception, context: Mapping[str, Any]) -> Response:
    """The answer to whatever a resource raised. Named in the settings as DRF's handler."""
    request, view = context.get("request"), context.get("view")
    under = getattr(view, "under", {}).get(getattr(view, "action", ""), "")
    status, body, headers = _told(error, under)
    if status >= 500:
        log.error("a resource failed", exc_info=error)
        got_request_exception.send(sender=type(view), request=getattr(request, "_request", None))
    full = {
        "type": f"{settings.PUBLIC_URL}/api/v1/problems/{body['code']}",
        "title": codes.title(status),
        "status": status,
        **body,
        "instance": request.path if request is not None else "",
    }
    return Response(full, status=status, headers=headers, content_type=MEDIA_TYPE)


def _told(error: Exception, under: str) -> tuple[int, Json, dict[str, str]]:
    if isinstance(error, TransitionNotAllowed | ConcurrentTransition) or _was_late(error):
        error = NotNow(
            _("This was changed meanwhile, or it is too late for that."),
            remedy=_("Read it as it is now, then decide again."),
        )
    if isinstance(error, Refused):
        return _refused(error, under)
    if isinstance(error, exceptions.ValidationError):
        detail = codes.said("invalid")
        return 400, {"code": "invalid", "detail": detail, "errors": flat(error.detail)}, {}
    return _of_http(error)


def _was_late(error: Exception) -> bool:
    """Whether the database keeps something unique, and somebody else was faster."""
    late = isinstance(error.__cause__, UniqueViolation | ExclusionViolation)
    return isinstance(error, IntegrityError) and late


def _refused(error: Refused, under: str) -> tuple[int, Json, dict[str, str]]:
    body: Json = {"code": error.code, "detail": str(error)}
    if error.remedy:
        body["remedy"] = str(error.remedy)
    if error.fields:
        fields = error.fields.items()
        body["errors"] = {_joined(under, name): [str(said)] for name, said in fields}
    return OF_REQUEST.get(type(error), 400 if error.fields else 409), body, {}


def _of_http(error: Exception) -> tuple[int, Json, dict[str, str]]:
    """What the framework itself says: statuses with a sentence of ours, and their headers."""
    headers: dict[str, str] = {}
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if isinstance(error, exceptions.Throttled) and error.wait is not None:
        headers["Retry-After"] = str(max(1, round(error.wait)))
    status = _status(error)
    code, detail = _code(error, status)
    return status, {"code": code, "detail": detail}, headers


def _status(error: Exception) -> int:
    if isinstance(error, RequestDataTooBig):
        return 413
    if isinstance(error, SuspiciousOperation):
        return 400
    if isinstance(error, PermissionDenied):
        return 403
    return error.status_code if isinstance(error, exceptions.APIException) else 500


def _code(error: Exception, status: int) -> tuple[str, str]:
    if isinstance(error, KeyScope | KeyOfSites | KeyOfNetworks | KeyOfSandbox):
        return error.code, codes.said(error.code)
    code = codes.OF_STATUS.get(status, "failed")
    if isinstance(error, exceptions.ParseError):
        return code, str(error.detail)
    return code, codes.said(code)


def flat(detail: Any, under: str = "") -> dict[str, list[str]]:
    """Errors by field as one level: {"evidence.picture": ["…"]}; "body" is the whole of it."""
    if isinstance(detail, Mapping):
        parts = (flat(each, _joined(under, str(name))) for name, each in detail.items())
        return {name: said for part in parts for name, said in part.items()}
    if isinstance(detail, list) and any(isinstance(each, Mapping) for each in detail):
        numbered = (flat(each, _joined(under, str(n))) for n, each in enumerate(detail) if each)
        return {name: said for part in numbered for name, said in part.items()}
    said = detail if isinstance(detail, list) else [detail]
    return {under or "body": [str(each) for each in said]}


def _joined(under: str, name: str) -> str:
    name = "" if name == "non_field_errors" else name
    return ".".join(part for part in (under, name) if part)
