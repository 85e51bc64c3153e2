"""What every resource of the API shares: whose it is, who may, what comes in, what goes out."""

import uuid
from contextlib import ExitStack
from functools import cached_property
from typing import Any, ClassVar, cast

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import ViewSet

from portal import clock, once, permissions, tenancy
from portal.api import apart, deprecations, idempotency, throttling, versions, written
from portal.api.bases import Answer, Body, OfCustomer, Pages, Query, Sparse, picked
from portal.api.idempotency import Replay
from portal.api.pages import Keyset, following
from portal.api.parsers import AlwaysJson, RawFile, StrictJson
from portal.api.permissions import CustomerNeeded
from portal.api.schema import Schema
from portal.models import ApiKey, Customer
from portal.services import staff_access
from portal.services.allowances import Allowance


class Resource(ViewSet):
    """One kind of row. Subclasses say, by action, what it needs, asks, takes and gives.

    A key of one customer acts inside that customer's transaction for the whole action, rolled back
    on every answer of 400 or more. A staff key of no customer reads lists across customers, and
    enters that of the row it names, or of `?customer=`. Unknown and foreign ids answer alike.
    """

    model: ClassVar[type[Model]]
    managers: ClassVar[tuple[str, str]] = ("objects", "across")  # of a customer, of all
    related: ClassVar[tuple[str, ...]] = ()
    owner: ClassVar[str] = "customer_id"  # where a row says whose it is
    site_path: ClassVar[str] = ""  # where a row says of which site; "": of the whole customer
    for_all: ClassVar[bool] = False  # of no customer, or the customer itself
    personal: ClassVar[bool] = False  # for all, but of the key's own person
    order: ClassVar[Keyset] = Keyset("id")

    needs: ClassVar[dict[str, str]] = {}
    asks: ClassVar[dict[str, type[Query]]] = {}
    takes: ClassVar[dict[str, type[Body]]] = {}
    gives: ClassVar[dict[str, type[BaseSerializer[Any]]]] = {}
    pages: ClassVar[frozenset[str]] = frozenset({"list"})  # actions that answer with rows
    statuses: ClassVar[dict[str, int]] = {"create": 201}  # of an action that went well; else 200
    later: ClassVar[dict[str, type[BaseSerializer[Any]]]] = {}  # 202: a worker goes on with it
    uploads: ClassVar[frozenset[str]] = frozenset()  # actions whose body is a file
    downloads: ClassVar[frozenset[str]] = frozenset()  # actions that answer with a file
    file_types: ClassVar[tuple[str, ...]] = ()  # of these; none: whatever is kept as evidence
    shown_once: ClassVar[frozenset[str]] = frozenset()  # fields that no kept answer may hold
    under: ClassVar[dict[str, str]] = {}  # where in the body an action's refusals lie
    at_customer: ClassVar[frozenset[str]] = frozenset()  # POSTs whose address may name one
    previews: ClassVar[frozenset[str]] = frozenset()  # actions by POST that write nothing
    versioned: ClassVar[frozenset[str]] = frozenset({"retrieve"})  # GETs whose ETag a change names
    unversioned: ClassVar[frozenset[str]] = frozenset()  # columns that move by themselves
    locked: ClassVar[bool] = False  # for rows that no state machine guards: one change at a time

    content_negotiation_class = AlwaysJson
    http_method_names: ClassVar[list[str]] = ["get", "head", "post", "delete"]
    schema = Schema()

    customer_id: uuid.UUID | None = None
    limit: list[uuid.UUID] | None = None
    place: uuid.UUID | None = None  # for the answer to a request that may be repeated
    allowance: Allowance | None = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        language = translation.get_language_from_request(request)
        with translation.override(language), ExitStack() as self.entered:
            self.entered.enter_context(once.answering(share=request.method in SAFE_METHODS))
            response = super().dispatch(request, *args, **kwargs)
            response.headers["Content-Language"] = translation.get_language() or "en"
            throttling.tell(self.allowance, response)
            deprecations.tell(request, self.action, response)
            response = versions.tag(self, response)
            if self.place:
                idempotency.keep(self.place, response, without=self.shown_once)
            if response.status_code >= 400 and self.customer_id:
                transaction.set_rollback(True)
        return response

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        self.action = self.action_map.get(request.method.lower())  # known before the parsers are
        return super().initialize_request(request, *args, **kwargs)

    def get_parsers(self) -> list[Any]:
        return [MultiPartParser(), RawFile()] if self.action in self.uploads else [StrictJson()]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        _ = self.query, self.body  # what cannot be right is said before anything is looked up
        states = versions.named(self, request)
        self.place = idempotency.begin(self, request)  # a repeat needs no look at the row
        versions.compare(self, states)

    def handle_exception(self, exc: Exception) -> Any:
        return exc.response if isinstance(exc, Replay) else super().handle_exception(exc)

    def check_permissions(self, request: Request) -> None:
        """Enter the customer, then ask the policy."""
        if request.auth is None:
            raise NotAuthenticated
        throttling.count(self, request.auth)
        if "Accept-Language" not in request.headers:
            translation.activate(request.user.language)
        if self.action in (None, "metadata"):
            raise MethodNotAllowed(str(request.method))
        self._enter(request)
        super().check_permissions(request)
        if request.user.is_staff and self.customer_id and request.method in SAFE_METHODS:
            staff_access.note_key(request.auth, at=clock.now())

    def _enter(self, request: Request) -> None:
        key: ApiKey = request.auth
        self.customer_id = apart.named(self, key) or self._customer_of_row()
        self.limit = key.site_ids
        if self.customer_id is None:
            return
        self.entered.enter_context(tenancy.transaction(self.customer_id))
        cast(Any, request._request).customer = Customer(pk=self.customer_id)  # for the log
        own = permissions.visible_sites(request.user)
        if own is not None:
            self.limit = own if self.limit is None else sorted({*own} & {*self.limit})

    def _customer_of_row(self) -> uuid.UUID | None:
        """Whose row the address names, asked across customers; None for lists."""
        if "pk" not in self.kwargs or apart.of_platform(self):
            return None
        manager: Any = getattr(self.model, self.managers[1])
        row = manager.filter(pk=self.pk)
        return get_object_or_404(row.values_list(self.owner, flat=True))

    @cached_property
    def pk(self) -> uuid.UUID:
        """The id in the address. One that is none is an unknown one."""
        try:
            return uuid.UUID(self.kwargs["pk"])
        except ValueError as wrong:
            raise Http404 from wrong

    @cached_property
    def query(self) -> dict[str, Any]:
        """The address's parameters, checked: unknown ones and doubled ones are refused."""
        given = self.request.query_params
        if twice := [name for name in given if len(given.getlist(name)) > 1]:
            raise ValidationError({name: [_("Give this once.")] for name in twice})
        checked = self.asked_by(self.action)(data=given.dict())
        checked.is_valid(raise_exception=True)
        picked(self._kind()(), checked.validated_data.get("fields"))
        return checked.validated_data

    @classmethod
    def asked_by(cls, action: str) -> type[Query]:
        usual = Pages if action in cls.pages else Sparse if action == "retrieve" else Query
        return cls.asks.get(action, OfCustomer if action in cls.at_customer else usual)

    @cached_property
    def body(self) -> dict[str, Any]:
        """The body, checked: fields that are not known are refused. Empty for files."""
        if self.request.method in SAFE_METHODS or self.action in self.uploads:
            return {}
        checked = self.takes.get(self.action, Body)(data=self.request.data)
        checked.is_valid(raise_exception=True)
        return checked.validated_data

    def rows(self) -> "QuerySet[Any]":
        """What this key may see: of its customer, or across customers; of its sites."""
        manager: Any = getattr(self.model, self.managers[0 if self.customer_id else 1])
        found = manager.select_related(*self.related)
        if self.limit is not None and self.site_path:
            found = found.filter(**{f"{self.site_path}__in": self.limit})
        return found

    def row(self) -> Any:
        return get_object_or_404(self.rows(), pk=self.pk)

    def seen(self) -> Any:
        """What a change of this address changes: to be compared with what was read. The row's own
        columns are all it takes, so nothing is joined or fetched beside it."""
        alone = self.rows().select_related(None).prefetch_related(None)
        return versions.columns(get_object_or_404(alone, pk=self.pk), self.unversioned)

    def named(self, found: "QuerySet[Any]", field: str, body: Any = None) -> Any:
        """The row that a field of the body names. Unknown and foreign ones are refused alike."""
        row = found.filter(pk=(body or self.body)[field]).first()
        if row is None:
            raise ValidationError({field: [_("There is nothing under this id.")]})
        return row

    def demand_customer(self, instead: str = "…?customer={id}", remedy: str = "") -> None:
        if self.customer_id is None:
            raise CustomerNeeded(
                _("This key works for every customer, and this address names none."),
                remedy=remedy or _("Ask %(instead)s instead.") % {"instead": instead},
            )

    def answer(self, row: Any) -> Response:
        """One row as its action gives it."""
        return Response(self._given(row).data, status=self.statuses.get(self.action, 200))

    def page(self, found: "QuerySet[Any]", order: Keyset | None = None, told: Any = None) -> Any:
        """A page of rows, filtered by the address; `told` may put more beside them."""
        found, order = self.filtered(found), order or self.order
        if told is None and (answer := written.page(self, self._kind(), found, order)):
            return answer
        after, limit = self.query.get("cursor", ""), self.query["limit"]
        rows, cursor = order.page(found, after=after, limit=limit)
        if told is not None:
            told(rows)
        given = self._given(rows, many=True).data
        return Response({"results": given, "next": following(self.request, cursor)})

    def filtered(self, found: "QuerySet[Any]") -> "QuerySet[Any]":
        """Those that the address asks for."""
        for name, lookup in self.asked_by(self.action).lookups.items():
            if self.query.get(name) is not None:
                found = found.filter(**{lookup: self.query[name]})
        return found

    def no_content(self) -> Response:
        return Response(status=204)

    def _given(self, what: Any, **options: Any) -> "BaseSerializer[Any]":
        options["context"] = {"request": self.request, "resource": self}
        return picked(self._kind()(what, **options), self.query.get("fields"))

    def _kind(self) -> Any:
        return self.gives.get(self.action) or self.gives.get("retrieve", Answer)


class Collection(Resource):
    """A resource with a list and one row of it."""

    def list(self, request: Request) -> Response:
        return self.page(self.rows())

    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(self.row())
