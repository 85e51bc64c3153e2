"""A customer with a row of every owned table, written round triggers and services: each row refers
to the customer's others, as real ones do. What it says is of a person by name."""

import os
import uuid
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from psycopg import sql

from portal.models import Customer, User
from portal.tenancy import CustomerOwned
from tests.conftest import NOON, superuser

NAME = "Aylin Secret"
# Where nothing stands in an erasure's way: what is over, and what never began.
STATES = {
    "upgrades.UpgradeJob": "DONE", "upgrades.Booking": "USED", "upgrades.Interim": "ENDED",
    "upgrades.Rehearsal": "FINISHED", "upgrades.ClientExport": "READ",
    "appliances.HardwareReturn": "CLOSED", "portal.Message": "SENT",
    "upgrades.Enrolment": "UPGRADED",
}  # fmt: skip
BY_SERVICES = {"portal.AuditEvent", "portal.Erasure"}
PLAIN: dict[type, Any] = {
    models.DateTimeField: NOON, models.DateField: NOON.date(), models.TimeField: time(22),
    models.BooleanField: False, models.JSONField: {"said": NAME}, models.FloatField: 1.0,
    models.IntegerField: 1, models.CharField: NAME, models.TextField: NAME,
    models.EmailField: "aylin@secret.example", models.DurationField: timedelta(1),
    models.DecimalField: Decimal(1),
}  # fmt: skip
MADE = {
    "UUIDField": uuid.uuid4, "BinaryField": lambda: os.urandom(32),
    "DateTimeRangeField": lambda: DateTimeTZRange(NOON, NOON + timedelta(hours=2)),
}  # fmt: skip


def owned() -> list[Any]:
    return [each for each in apps.get_models() if issubclass(each, CustomerOwned)]


def fill(customer: Customer, user: User, platform: dict[Any, Any]) -> dict[str, uuid.UUID]:
    """The id of each table's row. `platform`: rows that owned ones refer to, by model."""
    rows = {model: uuid.uuid4() for model in owned() if model._meta.label not in BY_SERVICES}
    with superuser(settings.DATABASES["owner"]["NAME"]).transaction():
        for model in rows:
            _insert(model, _values(model, customer, user, rows, platform))
    return {model._meta.label: pk for model, pk in rows.items()}


def _values(model: Any, customer: Customer, user: User, rows: Any, platform: Any) -> Any:
    found = {}
    for field in model._meta.concrete_fields:
        if not field.generated:
            found[field] = _value(field, model, customer, user, rows, platform)
    return found


def _value(field: Any, model: Any, customer: Any, user: Any, rows: Any, platform: Any) -> Any:
    if field.primary_key:
        return rows[model]
    if field.name == "customer":
        return customer.pk
    if field.is_relation:
        target = field.related_model
        if target is model:
            return None
        return user.pk if target is User else rows.get(target) or platform[target].pk
    if field.name == "state":
        return STATES.get(model._meta.label) or field.default
    return _plain(field)


def _plain(field: Any) -> Any:
    kind = type(field).__name__
    if kind in MADE:
        return MADE[kind]()
    if kind == "ArrayField":
        return [NAME] if field.name == "calendars" else []
    if field.choices:
        return next(code for code, _word in field.flatchoices if code != "")
    if field.unique or _is_of_one(field):
        return uuid.uuid4().hex
    plain = next(PLAIN[each] for each in type(field).__mro__ if each in PLAIN)
    return plain[: field.max_length] if isinstance(plain, str) and field.max_length else plain


def _is_of_one(field: Any) -> bool:
    """Whether no two rows of any customers may say the same there."""
    return any(
        isinstance(rule, models.UniqueConstraint) and rule.fields == (field.name,)
        for rule in field.model._meta.constraints
    )


def _insert(model: Any, values: Any) -> None:
    known = sql.SQL(", ").join(sql.Identifier(field.column) for field in values)
    marks = sql.SQL(", ").join([sql.Placeholder()] * len(values))
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(model._meta.db_table), known, marks
    )
    given = [field.get_db_prep_save(value, connection) for field, value in values.items()]
    try:
        superuser(settings.DATABASES["owner"]["NAME"]).execute(statement, given)
    except psycopg.Error as error:
        raise AssertionError(f"{model._meta.label}: {error}") from error


def everything(*, but: Customer | None = None) -> dict[str, list[str]]:
    """Every row of every table as text; without those of one customer."""
    server = superuser(settings.DATABASES["owner"]["NAME"])
    tables = server.execute(
        "SELECT c.relname, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid"
        " AND a.attname = 'customer_id') FROM pg_class c WHERE relkind IN ('r', 'p')"
        " AND NOT relispartition AND relnamespace = 'public'::regnamespace ORDER BY 1"
    ).fetchall()
    found = {}
    for name, is_owned in tables:
        kept = sql.SQL("true")
        if but is not None and is_owned:
            kept = sql.SQL("customer_id IS DISTINCT FROM {}").format(sql.Literal(but.pk))
        elif but is not None and name == "portal_customer":
            kept = sql.SQL("id <> {}").format(sql.Literal(but.pk))
        rows = server.execute(
            sql.SQL("SELECT to_jsonb(each)::text FROM {} each WHERE {} ORDER BY 1").format(
                sql.Identifier(name), kept
            )
        )
        found[name] = [row[0] for row in rows]
    return found
