"""What PostgreSQL writes of a row is what its serializer would have written."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Prefetch
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer

from appliances.api.serializers.sites import ApplianceAnswer, ReadingAnswer, SiteAnswer
from appliances.models import Appliance, Site, VersionReading
from appliances.services import versions
from portal import audit, tenancy
from portal.api import resource, written
from portal.api.bases import Answer
from portal.api.events import EventAnswer
from portal.models import AuditEvent
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import Caller
from tests.upgrades.services.booked import a_site

# Lists that no serializer writes; one that falls back is slow and nothing else, but shall be seen.
WRITTEN = {
    "Appliances", "Audit", "Contracts", "Customers", "Differences", "EvidenceFiles", "Messages",
    "Promises", "Replacements", "Sites", "Snapshots",
}  # fmt: skip
ODD = "Zürich “\\” \t\n\x01\u2028\U0001f6e0 ığ %s {0} '"


def of_serializer(kind, rows):
    return json.loads(JSONRenderer().render(kind(rows, many=True).data))


def of_postgresql(kind, rows, names=None):
    plan = written.plan(kind, rows.model, names)
    found = rows.select_related(None).order_by("pk").values_list(written.Row(plan), flat=True)
    return [json.loads(each) for each in found]


def every_resource(kind=resource.Collection):
    for each in kind.__subclasses__():
        yield each
        yield from every_resource(each)


def test_every_list_of_columns_is_written_as_its_serializer_would(world, rows):
    compared = set()
    for each in {*every_resource()}:
        kind = each.gives.get("list") or each.gives.get("retrieve")
        if kind is None or written.plan(kind, each.model, None) is None:
            continue
        with tenancy.transaction(world.customer):
            found = getattr(each.model, each.managers[0]).select_related(*each.related)
            plain = of_serializer(kind, found.order_by("pk"))
            assert plain == of_postgresql(kind, found), each
        if plain:
            compared.add(each.__name__)

    assert compared >= WRITTEN


@pytest.mark.usefixtures("noon", "db")
def test_nulls_odd_signs_and_instants_of_any_zone_are_written_alike():
    customer = factories.a_customer(ODD, slug="odd")
    moments = [
        None, NOON, NOON - timedelta(days=30), NOON - timedelta(days=30, microseconds=1),
        NOON + timedelta(microseconds=500_000), NOON + timedelta(microseconds=7),
        datetime(1970, 1, 1, 2, tzinfo=UTC), datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC),
    ]  # fmt: skip
    with tenancy.transaction(customer):
        site = a_site(zone="Asia/Kathmandu")
        for number, moment in enumerate(moments):
            Appliance.objects.create(
                customer=customer, site=site, letter=f"N{number}", name=ODD, host="", model=ODD,
                base_at=moment, product_at=moment, last_seen_at=moment, physical=bool(number % 2),
            )  # fmt: skip
        rows = Appliance.objects.order_by("pk")
        plain = of_serializer(ApplianceAnswer, rows)

        assert of_postgresql(ApplianceAnswer, rows) == plain
    assert {each["base_is_stale"] for each in plain} == {True, False}
    assert plain[0]["customer"]["name"] == ODD


@pytest.mark.usefixtures("noon", "db")
def test_json_of_any_depth_is_written_alike():
    customer = factories.a_customer()
    data = {"b": [1, 1.5, -0.1, 10**20, None, {"ü": ODD}], "": {}, "a": True}
    with tenancy.transaction(customer):
        audit.record("thing.done", customer, at=NOON, data=data)
    with tenancy.transaction(customer):
        rows = AuditEvent.objects.filter(name="thing.done")

        [plain] = of_serializer(EventAnswer, rows)
        assert of_postgresql(EventAnswer, rows) == [plain]
    assert plain["data"] == data


def test_what_is_referred_to_or_not_there_is_written_alike(world):
    with tenancy.transaction(world.customer):
        box = world.site.appliances.get()
        versions.type_in(box, "BASE", "3.2.4", by=world.operator, at=NOON)
        VersionReading.objects.create(
            customer=world.customer, appliance=box, kind="PRODUCT", version="12.1", read_at=NOON
        )
        rows = VersionReading.objects.order_by("pk")
        plain = of_serializer(ReadingAnswer, rows)

        assert of_postgresql(ReadingAnswer, rows) == plain
        some = [{name: each[name] for name in ("kind", "read_by")} for each in plain]
        assert of_postgresql(ReadingAnswer, rows, frozenset({"kind", "read_by"})) == some
    names = {each["read_by"] and each["read_by"]["name"] for each in plain}
    assert names == {None, "Jan Novak", "Ines Duarte"}


@pytest.mark.usefixtures("noon", "db")
def test_a_sites_boxes_in_place_are_written_in_their_order_and_no_others():
    ours, theirs = factories.a_customer(), factories.a_customer()
    for customer in (ours, theirs):
        with tenancy.transaction(customer):
            full, empty = a_site(name="1"), a_site(name="2", closed_at=NOON, test_of=None)
            for letter, place in (("B", "IN_PLACE"), ("A", "IN_PLACE"), ("C", "WAITING"),
                                  ("A", "LEFT")):  # fmt: skip
                Appliance.objects.create(
                    customer=customer, site=full, letter=letter, name=ODD, place=place,
                    base_at=NOON if letter == "A" else None, host="h.example.com",
                )  # fmt: skip
    with tenancy.transaction(theirs):
        boxes = Prefetch("appliances", Appliance.objects.order_by("letter"))
        plain = of_serializer(SiteAnswer, Site.objects.order_by("pk").prefetch_related(boxes))
        assert of_postgresql(SiteAnswer, Site.objects.all()) == plain

    told = Caller(factories.a_member(theirs), theirs).rows("sites")
    assert sorted(plain, key=lambda site: site["name"]) == told
    assert [[box["letter"] for box in site["appliances"]] for site in told] == [["A", "B"], []]
    assert [site["id"] for site in told] == [str(full.pk), str(empty.pk)]
    staff = Caller(factories.staff()).rows("sites")
    assert [len(site["appliances"]) for site in staff] == [2, 2, 0, 0]


class Louder(Answer):
    name = serializers.CharField()

    def to_representation(self, row):
        return {"name": row.name.upper()}


class Numbered(Answer):
    id = serializers.CharField()


class Short(Answer):
    base_at = serializers.DateTimeField(format="%Y")


class OnADay(Answer):
    base_at = serializers.DateField()


class Computed(Answer):
    can_be_asked = serializers.BooleanField()


class Asked(Answer):
    name = serializers.SerializerMethodField()


class Several(Answer):
    sites = Louder(many=True, source="site")


class Named(Answer):
    site = serializers.UUIDField()


@pytest.mark.parametrize("kind", [Louder, Numbered, Short, OnADay, Computed, Asked, Several, Named])
def test_whatever_is_no_column_as_it_is_told_is_left_to_the_serializer(kind):
    assert written.plan(kind, Appliance, None) is None


@pytest.mark.usefixtures("noon", "db")
def test_both_walls_stand_before_rows_that_postgresql_writes():
    """Of one customer, of a key's sites, of all for staff; a page at a time, the same rows."""
    ours, theirs = factories.a_customer("Ours"), factories.a_customer("Theirs")
    sites = []
    for customer in (ours, ours, theirs):
        with tenancy.transaction(customer):
            sites.append(a_site())
            for letter in "AB":
                Appliance.objects.create(
                    customer=customer, site=sites[-1], letter=letter, name="same", host="h.example"
                )
    member = factories.a_member(ours)
    seen = Caller(member, ours).rows("appliances")
    of_site = Caller(member, ours, site_ids=[sites[1].pk]).rows("appliances")

    assert {each["site"]["id"] for each in seen} == {str(each.pk) for each in sites[:2]}
    assert {each["site"]["id"] for each in of_site} == {str(sites[1].pk)}
    staff = Caller(factories.staff())
    assert len(staff.rows("appliances")) == 6
    first = staff.get("appliances", limit=4, fields="id").json()
    rest = staff.get(first["next"].replace("http://testserver/api/v1/", "")).json()
    assert len({each["id"] for each in first["results"] + rest["results"]}) == 6
    assert (rest["next"], [*first["results"][0]]) == (None, ["id"])


def test_nothing_is_written_while_there_is_no_customer():
    with pytest.raises(tenancy.NoCustomer):
        Appliance.objects.values_list(written.Row(written.plan(ApplianceAnswer, Appliance, None)))
