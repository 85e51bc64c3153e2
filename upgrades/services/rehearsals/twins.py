"""The twin: a hidden customer with a copy of the site, its appliances played by the simulator."""

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from appliances.models import Appliance, Site
from appliances.services import credentials
from appliances.simulator import parks
from portal import tenancy
from portal.models import Contract, Customer
from upgrades.models import UpgradeJob
from upgrades.services import bookings, drafting, following
from upgrades.services.rehearsals import remains
from upgrades.services.rehearsals.originals import Original
from upgrades.services.rehearsals.stage import Stage

SHARED_IP = "192.0.2.10"
SYNCED_BEFORE = timedelta(hours=1)
JUMP_CLIENTS = 24


@dataclass
class Twin:
    """Who plays: the hidden customer, its job, where each appliance answers, who acts."""

    customer: Customer
    original: Original
    person: Any
    job_id: uuid.UUID = field(default_factory=uuid.uuid4)
    site_id: uuid.UUID = field(default_factory=uuid.uuid4)
    hosts: dict[str, str] = field(default_factory=dict)  # letter → host
    before: Counter[str] = field(default_factory=Counter)  # effects that the appliances had counted

    @property
    def public_name(self) -> str:
        return f"site-{self.customer.pk.hex[:12]}.sim"

    def host(self, letter: str) -> str:
        return f"{letter.lower()}-{self.customer.pk.hex[:12]}.sim"


def cast(original: Original, customer: Customer, stage: Stage, *, by: Any, at: datetime) -> Twin:
    """Build the park, and the rows that know it. While `rehearsing.playing`."""
    twin = Twin(customer, original, by)
    twin.hosts = {box["letter"]: twin.host(box["letter"]) for box in original.every_box}
    specs = [_spec(twin, box, at) for box in original.boxes]
    specs += [_fresh(twin, original.new)] if original.new else []
    made = stage.build(specs, original.feed, at)
    if serving := next((box for box in original.boxes if box["in_production"]), None):
        stage.simulator.point(twin.public_name, twin.host(serving["letter"]))
    twin.before = remains.leave(original, twin.hosts, stage)
    accounts = {row["hostname"]: row for row in made}
    with tenancy.transaction(customer):
        for values in original.contracts:
            Contract.objects.create(customer=customer, **values)
        site = Site.objects.create(
            id=twin.site_id, customer=customer,
            **original.site | {"public_name": twin.public_name, "simulated": True},
        )  # fmt: skip
        boxes = {
            values["letter"]: _appliance(twin, site, values, accounts[twin.hosts[values["letter"]]])
            for values in original.boxes
        }
        new = _waiting(twin, site, original.new, boxes) if original.new else None
        left = remains.given_up(original, site, boxes, by=twin.person, at=at)
        _job(twin, site, at, replacement=new, repairs=left)
    return twin


def _appliance(
    twin: Twin, site: Site, values: Mapping[str, Any], made: Mapping[str, Any]
) -> Appliance:
    box = Appliance(
        customer=twin.customer, site=site,
        **dict(values) | {
            "host": made["hostname"], "guid": made["guid"], "simulated": True,
            "auth": Appliance.Auth.OAUTH,
        },
    )  # fmt: skip
    box.save(force_insert=True)
    account = made["accounts"][0]
    credentials.store(
        box, account=account["client_id"], secret=account["client_secret"], auth="OAUTH",
        by=twin.person,
    )  # fmt: skip
    return box


def _waiting(
    twin: Twin, site: Site, values: Mapping[str, Any], boxes: Mapping[str, Appliance]
) -> Appliance:
    """The replacement, as it was registered: nobody has an account at it yet."""
    box = Appliance(
        customer=twin.customer, site=site, replaces=boxes[twin.original.replaces],
        **dict(values) | {"host": twin.host(values["letter"]), "simulated": True},
    )  # fmt: skip
    box.save(force_insert=True)
    return box


def _job(
    twin: Twin, site: Site, at: datetime, *, replacement: Appliance | None,
    repairs: UpgradeJob | None,
) -> None:  # fmt: skip
    """The very plan, in the slots it would have, approved: the runner starts it in its time."""
    original, drawn = twin.original, twin.original.drawn
    job = UpgradeJob(
        id=twin.job_id, customer=twin.customer, number=2, site=site,
        procedure=drawn.plan.procedure.name, method=drawn.plan.method.name, target=drawn.target,
        replacement=replacement, repairs=repairs, requested_by=twin.person, made_at=at,
    )  # fmt: skip
    drafting.take_over(job, drawn)
    job.plan = {**job.plan, "finish": original.layout.worst.isoformat()}
    job.save(force_insert=True)
    drafting.write_steps(job, drawn)
    bookings.hold(job, original.layout, by=twin.person, at=at)
    job.submit(by=twin.person, at=at)
    job.approve(by=None, at=at)  # a rehearsal needs no second person
    job.save()
    if original.layout.rows:
        bookings.confirm(job, by=None, at=at)
    else:
        following.begin(job, by=None, at=at)


def _fresh(twin: Twin, box: Mapping[str, Any]) -> dict[str, Any]:
    """New hardware as it is delivered."""
    spec = parks.fresh(
        twin.host(box["letter"]), base=box["base_version"], public_name=twin.public_name,
        physical=box["physical"], serial=box["serial"],
    )  # fmt: skip
    return dict(spec[0])


def _spec(twin: Twin, box: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """An appliance as the simulator is told of it."""
    original = twin.original
    in_cluster = box["cluster_role"] != Appliance.ClusterRole.SINGLE
    node = box["cluster_role"] == Appliance.ClusterRole.TRAFFIC
    spec: dict[str, Any] = {
        "hostname": twin.host(box["letter"]), "public_name": twin.public_name,
        "guid": uuid.uuid5(twin.customer.pk, box["letter"]).hex,
        "base": box["base_version"], "product": box["product_version"],
        "physical": box["physical"], "region": box["region"], "serial": box["serial"],
        "cluster_role": box["cluster_role"].lower(),
        "failover_role": box["failover_role"].lower(),
        "installers": 0 if node else 2,
        "jump_clients": {
            "count": 0 if node else JUMP_CLIENTS, "passive": 0.25, "off": 0.0,
            "seed": original.digest,
        },
    }  # fmt: skip
    if node:
        spec["accepting"] = box["accepting"] is not False
    if in_cluster:
        spec["cluster"] = f"cluster-{twin.customer.pk.hex[:12]}"
    if peer := _peer(original, box):
        spec |= {
            "peer": twin.host(peer["letter"]),
            "last_sync_at": (at - SYNCED_BEFORE).timestamp(),
            "last_sync_status": "Data-Sync completed successfully.",
        }
        if original.site["swing"] == Site.Swing.SHARED_IP:
            spec["shared_ip"] = SHARED_IP
    return spec


def _peer(original: Original, box: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The other one of a pair."""
    paired = (Appliance.FailoverRole.PRIMARY, Appliance.FailoverRole.BACKUP)
    if box["failover_role"] not in paired:
        return None
    others = [one for one in original.boxes if one["failover_role"] in paired and one is not box]
    return others[0] if others else None
