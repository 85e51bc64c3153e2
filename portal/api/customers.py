from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.api.bases import Answer, CustomerName
from portal.api.fields import Instant
from portal.api.pages import Keyset
from portal.api.resource import Collection
from portal.models import Contract, Customer


class ContractAnswer(Answer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    plan = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class CustomerAnswer(CustomerName):
    language = serializers.CharField()
    zone = serializers.CharField(help_text="IANA name.")
    preapproves_base_only = serializers.BooleanField()
    demo = serializers.BooleanField()
    opened_at = Instant()


class CustomerDetail(CustomerAnswer):
    contracts = serializers.SerializerMethodField()

    @extend_schema_field(ContractAnswer(many=True))
    def get_contracts(self, customer: Customer) -> Any:
        return ContractAnswer(Contract.objects.order_by("starts_on"), many=True).data


class Customers(Collection):
    """Whose sites they are. A key of one customer sees that one."""

    model = Customer
    owner = "id"
    for_all = True
    order = Keyset("name")
    needs = {"list": "site.view", "retrieve": "site.view"}
    gives = {"list": CustomerAnswer, "retrieve": CustomerDetail}

    def rows(self) -> "QuerySet[Customer]":
        found = super().rows()
        return found.filter(pk=self.customer_id) if self.customer_id else found
