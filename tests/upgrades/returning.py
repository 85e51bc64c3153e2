"""A return in the states in which people print its papers and stand before its box."""

from datetime import date, datetime, timedelta
from typing import Any

from appliances.models import Appliance, HardwareReturn
from appliances.services import replacements, returning, returns
from portal import tenancy
from tests.upgrades.conftest import World

SERIAL, NEW = "RS-B200-0047193", "RS-B300-0023310"
FROM = {
    "company": "Meridian Lojistik A.Ş.", "building": "Gebze DC2", "street": "1488. Sok. No: 7",
    "post_code": "41400", "city": "Gebze", "state": "Kocaeli", "country": "Türkiye",
    "contact": "Işıl Çağrı", "phone": "+90 212 555 01 47",
}  # fmt: skip
TO = {
    "company": "Vendor returns", "building": "Dock 4", "street": "100 Example Way",
    "post_code": "39000", "city": "Exampleville", "state": "MS", "country": "United States",
}  # fmt: skip
CUSTOMS = {"eori": "TR 555 000 1234", "origin": "United States", "value": "USD 900"}
FACTS = {
    "case_number": "00418822", "asset_tag": "ML-0331", "label_id": "1Z-4477-2093",
    "label_expires_on": date(2026, 12, 20), "contents": "Drive, 300 GB, Z1X0A4C7\nPower cord",
    "weight_kg": 12, "size_cm": "60 x 50 x 20", "ship_from": FROM, "ship_to": TO,
    "customs": CUSTOMS,
}  # fmt: skip


def requested(world: World, *, at: datetime, **box: Any) -> HardwareReturn:
    """A draft that was handed in; `box` are other facts of the appliance."""
    with tenancy.transaction(world.customer):
        old = Appliance.objects.select_related("site").get(site=world.site)
        for name, value in ({"serial": SERIAL, "model": "B200"} | box).items():
            setattr(old, name, value)
        old.save()
        row = returns.open_failed(
            old, reason="Its power supply burnt.", kind="REPLACE", by=world.operator, at=at
        )
        returns.describe(row, by=world.operator, at=at, **FACTS)
        return returns.request(row, by=world.operator, at=at)


def replaced(world: World, *, at: datetime, **box: Any) -> HardwareReturn:
    """Authorised, and its replacement confirmed: it may be wiped."""
    row = requested(world, at=at, **box)
    with tenancy.transaction(world.customer):
        row = again(row)
        returns.authorise(row, rma_number="RMA-20417", by=world.agent, at=at)
        new = replacements.register(
            row.appliance, name="Support A (new)", host="new.meridian.sim", physical=True,
            model="B300", serial=NEW, base_version="3.2.4", by=world.agent, at=at,
        )  # fmt: skip
        returns.confirm_replacement(row, replacement=new, by=world.operator, at=at)
        return again(row)


def packed(world: World, *, at: datetime) -> HardwareReturn:
    row = replaced(world, at=at)
    with tenancy.transaction(world.customer):
        row, by = again(row), world.operator
        returning.wipe(row, serial=SERIAL, witness="Ece", by=by, at=at + timedelta(hours=1))
        returning.power_off(row, by=by, at=at + timedelta(hours=2))
        returning.pack(row, copy_inside=True, by=by, at=at + timedelta(hours=3))
        return again(row)


def again(row: HardwareReturn) -> HardwareReturn:
    found = HardwareReturn.objects.select_related(
        "site", "appliance__site", "replacement", "opened_by", "confirmed_by", "wiped_by"
    )
    return found.get(pk=row.pk)
