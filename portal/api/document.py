"""The OpenAPI document, served as it is committed: JSON for programs, YAML for people."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from rest_framework.renderers import BaseRenderer

from portal.permissions import OPEN


@lru_cache(maxsize=2)
def written(renderer: type[BaseRenderer]) -> bytes:
    with translation.override("en"):
        document = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
    return renderer().render(document, renderer_context={})


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        written(OpenApiJsonRenderer), content_type="application/vnd.oai.openapi+json"
    )


@require_safe
def as_yaml(request: HttpRequest) -> HttpResponse:
    return HttpResponse(written(OpenApiYamlRenderer), content_type="application/vnd.oai.openapi")


as_json.needs = as_yaml.needs = OPEN  # type: ignore[attr-defined]
