"""Maintenance contracts: made, changed and ended by the vendor's staff. Entitlement is asked for a
date (G-PREP-3); nothing of a contract is ever deleted."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal import audit, tenancy
from portal.errors import Refused
from portal.models import Contract

YEARS = range(1990, 2100)


class BadContract(Refused):
    code = "contract-not-possible"


def make(
    *, number: str, plan: str = "", starts_on: date, ends_on: date, by: Any, at: datetime
) -> Contract:
    """Write down a contract of the current customer. Raises BadContract."""
    contract = Contract(customer_id=tenancy.current_customer_id())
    _fill(contract, number=number, plan=plan, starts_on=starts_on, ends_on=ends_on)
    contract.save(force_insert=True)
    audit.record("contract.made", contract, by=by, at=at, data=facts(contract))
    return contract


def change(
    contract: Contract, *, number: str | None = None, plan: str | None = None,
    starts_on: date | None = None, ends_on: date | None = None, by: Any, at: datetime,
) -> Contract:  # fmt: skip
    """Change what is given. Raises BadContract. What it would hit is asked before (`whatif`)."""
    before = facts(contract)
    given = {"number": number, "plan": plan, "starts_on": starts_on, "ends_on": ends_on}
    _fill(contract, **{name: value for name, value in given.items() if value is not None})
    contract.save()
    data = {"before": before, **facts(contract)}
    audit.record("contract.changed", contract, by=by, at=at, data=data)
    return contract


def end(contract: Contract, *, on: date, by: Any, at: datetime) -> Contract:
    """The last day it covers, if that is earlier than was agreed. Raises BadContract."""
    if not contract.starts_on <= on < contract.ends_on:
        raise BadContract(
            _("A contract ends on one of its own days, before its last."),
            fields={"ends_on": _("Choose a day from its first to the one before its last.")},
        )
    before = facts(contract)
    contract.ends_on = on
    contract.save()
    data = {"before": before, **facts(contract)}
    audit.record("contract.ended", contract, by=by, at=at, data=data)
    return contract


def facts(contract: Contract) -> dict[str, Any]:
    return {
        "number": contract.number, "plan": contract.plan, "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
    }  # fmt: skip


def _fill(contract: Contract, **values: Any) -> None:
    for name, value in values.items():
        text = isinstance(value, str)
        setattr(
            contract, name, "".join(c for c in value if c.isprintable()).strip() if text else value
        )
    found: dict[str, object] = {}
    if not contract.number or len(contract.number) > 60:
        found["number"] = _("A contract has a number of at most 60 characters.")
    if len(contract.plan) > 40:
        found["plan"] = _("A plan’s name has at most 40 characters.")
    if contract.starts_on.year not in YEARS or contract.ends_on.year not in YEARS:
        found["starts_on"] = _("These days are too far away.")
    elif contract.ends_on < contract.starts_on or contract.ends_on - contract.starts_on > FAR:
        found["ends_on"] = _("A contract ends after it begins, within thirty years.")
    if found:
        raise BadContract(" ".join(map(str, found.values())), fields=found)


FAR = timedelta(days=366 * 30)
