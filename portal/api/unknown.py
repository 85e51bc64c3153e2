"""Every address under /api/ that is none: a problem like all others. Included last."""

from typing import Any

from django.http import Http404
from django.urls import re_path
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.api.parsers import AlwaysJson
from portal.permissions import OPEN


class Unknown(APIView):
    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    content_negotiation_class = AlwaysJson
    schema = None

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        raise Http404


nothing_here = Unknown.as_view()
nothing_here.needs = OPEN  # type: ignore[attr-defined]
urlpatterns = [re_path("", nothing_here, name="api-unknown")]
