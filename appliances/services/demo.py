"""The demo's sites: registered here, and standing as a park of appliances in the simulator."""

import base64
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from appliances.models import Package, Site
from appliances.services import credentials, demo_sites, licences, replacements, sites, versions
from appliances.services.demo_sites import SITES, Box, DemoSite
from portal import tenancy
from portal.egress.simulator import control


def build_sites(
    customer: Any,
    wanted: Iterable[DemoSite] = SITES,
    *,
    at: datetime,
    by: Any = None,
    offering: bool = True,
) -> list[Site]:
    """Put the sites' appliances into the simulator and take the sites on. Outside any transaction.

    Sites whose public name the customer has already are left alone. The simulator's update feed
    is the catalogue as it stands: load it first (`offering` False: it has it from an earlier call).
    Raises egress.simulator.NoSimulator.
    """
    if connection.in_atomic_block:
        raise RuntimeError("the simulator is called inside a transaction")
    with tenancy.transaction(customer):
        known = set(Site.objects.values_list("public_name", flat=True))
    fresh = [plan for plan in wanted if plan.public_name not in known]
    accounts = {plan.public_name: _account() for plan in fresh}
    specs = [
        spec for plan in fresh for spec in demo_sites.park(plan, accounts[plan.public_name], at=at)
    ]
    if not fresh:
        return []
    filled = {"packages": feed()} if offering else {}
    made = control("POST", "/_sim/park", {**filled, "appliances": specs})["appliances"]
    told = {row["hostname"]: row for row in made}
    with tenancy.transaction(customer):
        return [_register(plan, accounts[plan.public_name], told, by, at) for plan in fresh]


def _account() -> dict[str, str]:
    """As the vendor makes them: 40 hexadecimal characters, and 32 bytes in base64."""
    secret = base64.b64encode(secrets.token_bytes(32)).decode()
    return {"client_id": secrets.token_hex(20), "client_secret": secret}


def feed() -> list[dict[str, Any]]:
    """The catalogue as the simulator's update feed: the same versions, the same requirements."""
    rows = Package.objects.filter(withdrawn_at=None).prefetch_related("requirements")
    return [
        {
            "kind": package.kind.lower(),
            "version": package.version,
            "name": package.name,
            "client_update": package.client_update,
            "requires": [
                {
                    "kind": need.kind.lower(),
                    "op": ">" if need.above else ">=",
                    "version": need.version,
                }
                for need in package.requirements.all()
            ],
        }
        for package in rows
    ]


def _register(
    plan: DemoSite, account: dict[str, str], told: Mapping[str, Any], by: Any, at: datetime
) -> Site:
    """As a person would take the site on, with what the simulator told of its appliances."""
    read_at = at - timedelta(days=plan.base_read_days_ago)
    site = sites.register(
        by=by,
        at=at,
        appliances=[_appliance(plan, box, told[box.host]) for box in plan.boxes],
        name=plan.name,
        public_name=plan.public_name,
        shape=plan.shape,
        zone=plan.zone,
        swing=plan.swing,
        has_msi_consoles=False,
        has_integration_clients=False,
        simulated=True,
        region=plan.region,
        tags=list(plan.tags),
    )
    for box in site.appliances.all():
        versions.type_in(box, "BASE", plan.base, by=by, at=at, read_at=read_at)
        versions.type_in(box, "PRODUCT", plan.product, by=by, at=at, read_at=read_at)
        credentials.store(
            box,
            account=account["client_id"],
            secret=account["client_secret"],
            auth="OAUTH",
            by=by,
        )
    _await_new(plan, site, by, at)
    ends = plan.licences_end_on(at)
    licences.record(site, number=plan.licences, expires_on=ends, by=by, at=at)
    return site


def _await_new(plan: DemoSite, site: Site, by: Any, at: datetime) -> None:
    """The replacement that was delivered: registered, and waiting."""
    if plan.new is None:
        return
    replacements.register(
        site.appliances.select_related("site").get(letter="A"), name=f"{plan.name} (new)",
        host=plan.new.host, serial=plan.new.serial, model=plan.new.model, data_gb=plan.data_gb,
        physical=plan.new.physical, base_version=plan.new.base, by=by, at=at,
    )  # fmt: skip


def _appliance(plan: DemoSite, box: Box, told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "letter": box.letter,
        "name": f"{plan.name} {box.letter}",
        "host": box.host,
        "guid": told["guid"],
        "serial": told["serial"],
        "model": plan.model,
        "region": box.region,
        "data_gb": plan.data_gb,
        "cluster_role": box.cluster_role,
        "failover_role": box.failover_role,
    }
