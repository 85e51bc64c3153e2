"""The columns of an import: whose they are, what may stand in them. The same for the export."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.conf import settings

from appliances.models import Appliance, Site
from appliances.services.importing import cells


class Kind(StrEnum):
    """What a row may tell of, in the order in which it is brought in."""

    CUSTOMER = "customer"
    CONTRACT = "contract"
    CONTACT = "contact"
    SITE = "site"
    APPLIANCE = "appliance"


@dataclass(frozen=True)
class Column:
    """`field` is the name in our record; `read` makes a value of the cell or raises BadCell."""

    name: str
    kind: Kind
    field: str
    read: Callable[[str, cells.Options], Any] = field(default=cells.text(120))


def _choices(enum: Any) -> Callable[[str, cells.Options], Any]:
    return cells.choice(tuple(enum.values))


COLUMNS = (
    Column("customer", Kind.CUSTOMER, "slug", cells.slug),
    Column("customer_name", Kind.CUSTOMER, "name"),
    Column("customer_language", Kind.CUSTOMER, "language",
           cells.choice(tuple(dict(settings.LANGUAGES)))),
    Column("customer_zone", Kind.CUSTOMER, "zone", cells.zone),
    Column("customer_tags", Kind.CUSTOMER, "tags", cells.tags),
    Column("contract", Kind.CONTRACT, "number", cells.text(60)),
    Column("contract_plan", Kind.CONTRACT, "plan", cells.text(40)),
    Column("contract_from", Kind.CONTRACT, "starts_on", cells.day),
    Column("contract_to", Kind.CONTRACT, "ends_on", cells.day),
    Column("contact", Kind.CONTACT, "name"),
    Column("contact_email", Kind.CONTACT, "email", cells.email),
    Column("contact_phone", Kind.CONTACT, "phone", cells.text(40)),
    Column("contact_language", Kind.CONTACT, "language",
           cells.choice(tuple(dict(settings.LANGUAGES)))),
    Column("contact_zone", Kind.CONTACT, "zone", cells.zone),
    Column("contact_rank", Kind.CONTACT, "rank", cells.number(1, 99)),
    Column("site", Kind.SITE, "public_name", cells.host),
    Column("site_name", Kind.SITE, "name"),
    Column("shape", Kind.SITE, "shape", _choices(Site.Shape)),
    Column("site_zone", Kind.SITE, "zone", cells.zone),
    Column("site_region", Kind.SITE, "region", cells.text(60)),
    Column("site_tags", Kind.SITE, "tags", cells.tags),
    Column("swing", Kind.SITE, "swing", _choices(Site.Swing)),
    Column("appliance", Kind.APPLIANCE, "letter", cells.letter),
    Column("appliance_name", Kind.APPLIANCE, "name", cells.text(80)),
    Column("host", Kind.APPLIANCE, "host", cells.host),
    Column("physical", Kind.APPLIANCE, "physical", cells.yes_or_no),
    Column("model", Kind.APPLIANCE, "model", cells.text(60)),
    Column("serial", Kind.APPLIANCE, "serial", cells.text(60)),
    Column("rack_place", Kind.APPLIANCE, "rack_place", cells.text(120)),
    Column("appliance_region", Kind.APPLIANCE, "region", cells.text(60)),
    Column("data_gb", Kind.APPLIANCE, "data_gb", cells.number(0, 1_000_000)),
    Column("cluster_role", Kind.APPLIANCE, "cluster_role", _choices(Appliance.ClusterRole)),
    Column("failover_role", Kind.APPLIANCE, "failover_role", _choices(Appliance.FailoverRole)),
    Column("dialect", Kind.APPLIANCE, "dialect", _choices(Appliance.Dialect)),
    Column("product", Kind.APPLIANCE, "product_version", cells.version),
    Column("base", Kind.APPLIANCE, "base_version", cells.version),
)  # fmt: skip
BY_NAME = {column.name: column for column in COLUMNS}
# The column that says which one it is, within its customer (an appliance: within its site). A
# contact is known by its address; by its name only where it has none.
KEYS = {
    Kind.CUSTOMER: "customer", Kind.CONTRACT: "contract", Kind.CONTACT: "contact",
    Kind.SITE: "site", Kind.APPLIANCE: "appliance",
}  # fmt: skip
# What a new one cannot do without, besides its key.
NEEDED = {
    Kind.CUSTOMER: ("customer_name",), Kind.CONTRACT: ("contract_from", "contract_to"),
    Kind.CONTACT: (), Kind.SITE: ("site_name", "shape"), Kind.APPLIANCE: ("host",),
}  # fmt: skip


def column_of(kind: Kind, name: str) -> str:
    """The column of a field of our record; the key's, for what no column carries."""
    found = (column.name for column in COLUMNS if (column.kind, column.field) == (kind, name))
    return next(found, KEYS[kind])
