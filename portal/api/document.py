"""The OpenAPI document, served as it is committed: JSON for programs, YAML for people.

`manage.py api_schema` writes it; a test compares what is committed with what the API says.
"""

import json
from functools import lru_cache

import yaml
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal.permissions import OPEN
from portal.services import codes


@lru_cache(maxsize=1)
def in_yaml() -> bytes:
    return codes.CONTRACT.read_bytes()


@lru_cache(maxsize=1)
def in_json() -> bytes:
    # The loader in C is a safe one too, and twenty times as quick.
    document = yaml.load(in_yaml(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return json.dumps(document, ensure_ascii=False).encode()


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    return HttpResponse(in_json(), content_type="application/vnd.oai.openapi+json")


@require_safe
def as_yaml(request: HttpRequest) -> HttpResponse:
    return HttpResponse(in_yaml(), content_type="application/vnd.oai.openapi")


as_json.needs = as_yaml.needs = OPEN  # type: ignore[attr-defined]
