"""Sites by the filter language: the database's question made of its terms.

The same for a customer's own list and for staff across customers: the caller brings the rows.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
)  # fmt: skip

from appliances.models import Appliance, Site
from portal.filtering import Field, Kind, Op, Term, parse
from portal.models import Contract

COVERED, NONE = "covered", "none"
FIELDS: dict[str, Field] = {
    "customer": Field(),
    "site": Field(),
    "contract": Field(Kind.CHOICE, frozenset({COVERED, NONE})),
    "plan": Field(),
    "region": Field(),
    "shape": Field(
        Kind.CHOICE, frozenset(value.lower().replace("_", "-") for value in Site.Shape.values)
    ),
    "tag": Field(),
    "product": Field(Kind.VERSION),
    "base": Field(Kind.VERSION),
    "model": Field(),
}
# Tags are support's own words of a customer, which no answer shows to it: a filter would tell them.
OF_MEMBERS = {name: field for name, field in FIELDS.items() if name != "tag"}
COMPARED = {Op.BELOW: "lt", Op.UP_TO: "lte", Op.ABOVE: "gt", Op.FROM: "gte", Op.IS: "exact"}


class Numbers(Func):
    """A dotted version as an array of integers, which PostgreSQL compares as versions are; NULL
    for anything else, so that an unread version is neither above nor below."""

    template = (
        "(CASE WHEN %(expressions)s ~ '^[0-9]{1,6}([.][0-9]{1,6})*$' THEN string_to_array("
        "regexp_replace(%(expressions)s, '([.]0+)+$', ''), '.')::int[] END)"
    )
    output_field = ArrayField(IntegerField())


def matching(
    sites: QuerySet[Site], sentence: str, *, on: date, by_staff: bool = False
) -> QuerySet[Site]:
    """Those of some sites that a filter names; `on` is the day a contract is asked for. `by_staff`:
    support asks it of one customer's sites; over all customers nobody else does.

    Raises BadFilter, also for a field that is support's alone. An empty sentence names all.
    """
    fields = FIELDS if by_staff or sites.db == "staff" else OF_MEMBERS
    for term in parse(sentence, fields):
        wanted = _asked(term, sites, on)
        sites = sites.exclude(wanted) if term.negated else sites.filter(wanted)
    return sites


def _asked(term: Term, sites: QuerySet[Site], on: date) -> Q:
    asked = Q()
    for value in term.values:
        asked |= ASKS[term.field](value, term.op, sites, on)
    return asked


def _word(lookup: str) -> Callable[..., Q]:
    def ask(value: str, op: Op, sites: QuerySet[Site], on: date) -> Q:
        if value.endswith("*"):
            return Q(**{f"{lookup}__istartswith": value[:-1]})
        return Q(**{f"{lookup}__iexact": value})

    return ask


def _names(value: str, op: Op, sites: QuerySet[Site], on: date) -> Q:
    """Of the site, its customer and its appliances; a serial number or a version too."""
    boxes = _others(Appliance, sites).filter(
        Q(host__icontains=value) | Q(serial__icontains=value) | Q(product_version=value)
    )
    return (
        Q(name__icontains=value)
        | Q(public_name__icontains=value)
        | Q(customer__name__icontains=value)
        | Q(pk__in=boxes.values("site_id"))
    )


def _shape(value: str, op: Op, sites: QuerySet[Site], on: date) -> Q:
    return Q(shape=value.upper().replace("-", "_"))


def _tag(value: str, op: Op, sites: QuerySet[Site], on: date) -> Q:
    """Of the site, or of its customer."""
    return Q(tags__contains=[value]) | Q(customer__tags__contains=[value])


def _contract(value: str, op: Op, sites: QuerySet[Site], on: date) -> Q:
    covering = _others(Contract, sites).filter(
        customer_id=OuterRef("customer_id"), starts_on__lte=on, ends_on__gte=on
    )
    return Q(Exists(covering)) if value == COVERED else ~Q(Exists(covering))


def _plan(value: str, op: Op, sites: QuerySet[Site], on: date) -> Q:
    with_plan = _others(Contract, sites).filter(
        customer_id=OuterRef("customer_id"), starts_on__lte=on, ends_on__gte=on
    )
    return Q(Exists(with_plan.filter(_word("plan")(value, op, sites, on))))


def _box(column: str) -> Callable[..., Q]:
    def ask(value: str, op: Op, sites: QuerySet[Site], on: date) -> Q:
        boxes = _others(Appliance, sites).filter(site_id=OuterRef("pk"))
        if column == "model":
            return Q(Exists(boxes.filter(_word("model")(value, op, sites, on))))
        boxes = boxes.annotate(numbers=Numbers(F(column)))
        numbers = Value(_trimmed(value), output_field=Numbers.output_field)
        return Q(Exists(boxes.filter(**{f"numbers__{COMPARED[op]}": numbers})))

    return ask


def _region(value: str, op: Op, sites: QuerySet[Site], on: date) -> Q:
    """Of the site, or of one of its appliances."""
    ask = _word("region")
    boxes = _others(Appliance, sites).filter(site_id=OuterRef("pk"))
    return ask(value, op, sites, on) | Q(Exists(boxes.filter(ask(value, op, sites, on))))


def _others(model: Any, sites: QuerySet[Site]) -> QuerySet[Any]:
    """Rows of another table under the same wall as the sites: the customer's, or staff's view."""
    return model.across.all() if sites.db == "staff" else model.objects.all()


def _trimmed(value: str) -> list[int]:
    """As versions are compared: zeros at the end say nothing."""
    parts = [int(part) for part in value.split(".")]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return parts


ASKS: dict[str, Callable[..., Q]] = {
    "": _names,
    "customer": _word("customer__slug"),
    "site": _word("name"),
    "contract": _contract,
    "plan": _plan,
    "region": _region,
    "shape": _shape,
    "tag": _tag,
    "product": _box("product_version"),
    "base": _box("base_version"),
    "model": _box("model"),
}
