"""DRF as its own documentation has it, over the product's rows: no key, no customer, no policy."""

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path
from rest_framework import generics, pagination, serializers
from rest_framework.renderers import JSONRenderer


class Row(models.Model):
    """The columns of an appliance that the product's list shows of itself."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField()
    letter = models.CharField()
    host = models.CharField()
    base_version = models.CharField()
    product_version = models.CharField()

    class Meta:
        app_label = "bare_drf"
        managed = False
        db_table = "appliances_appliance"


class RowSerializer(serializers.ModelSerializer):
    class Meta:
        model = Row
        fields = ("id", "name", "letter", "host", "base_version", "product_version")


class Counted(pagination.PageNumberPagination):
    page_size = 50


class Cursor(pagination.CursorPagination):
    page_size, ordering = 50, "id"


class Listing(generics.ListAPIView):
    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    renderer_classes = (JSONRenderer,)
    serializer_class = RowSerializer
    # As the owner, whose own policy is one constant: the app's role would see no row here.
    queryset = Row.objects.using("owner").order_by("id")


def ping(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("pong")


TABLE = Engine().from_string(
    "<!doctype html><title>Rows</title><table>{% for row in rows %}<tr>"
    + "".join(f"<td>{{{{ row.{name} }}}}</td>" for name in RowSerializer.Meta.fields)
    + "".join(f"<td>{{{{ row.{name} }}}}</td>" for name in RowSerializer.Meta.fields[1:5])
    + "</tr>{% endfor %}</table>"
)


def page(_request: HttpRequest) -> HttpResponse:
    """Fifty rows of ten cells, as Django's documentation has it."""
    rows = Row.objects.using("owner").order_by("id")[:50]
    return HttpResponse(TABLE.render(Context({"rows": rows})))


urlpatterns = [
    path("page", page),
    path("ping", ping),
    path("counted", Listing.as_view(pagination_class=Counted)),
    path("cursor", Listing.as_view(pagination_class=Cursor)),
]
