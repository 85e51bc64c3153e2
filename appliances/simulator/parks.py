"""Ready-made parks: what POST /_sim/park takes, as Python.

`single`, `pair` and `cluster` answer with lists of appliances; `packages` is a small feed of
invented packages for those who bring none; `demo` is all of it.
"""

from appliances.simulator import seeds


def single(
    hostname: str, *, base: str, product: str, jump_clients: int = 20, seed: object = 0, **more
) -> list[dict]:
    """One appliance. `more` goes into it as it is (see appliance.build)."""
    spec = {
        "hostname": hostname,
        "base": base,
        "product": product,
        "jump_clients": clients(jump_clients, seed or hostname),
        "installers": 3,
        "reps": 2 + seeds.number(4, seed, hostname, "reps"),
        "licences": {"number": 5 * (1 + seeds.number(6, seed, hostname)), "expires": None},
    }
    return [spec | more]


def fresh(hostname: str, *, base: str, **more) -> list[dict]:
    """New hardware as it is delivered: no product, nobody's data, the vendor's first password."""
    spec = {
        "hostname": hostname,
        "base": base,
        "product": "",
        "certificate": "factory",
        "accounts": [],
        "reps": 0,
        "jumpoints": 0,
        "jump_clients": 0,
        "clients": {"support_customer": 0, "push_agent": 0},
    }
    return [spec | more]


def clients(count: int, seed: object) -> dict:
    """A third of them passive, a few on hosts that are off."""
    return {"count": count, "passive": 0.35, "off": 0.05, "seed": seed}


def pair(
    public_name: str,
    *,
    base: str,
    product: str,
    jump_clients: int = 40,
    shared_ip: str | None = None,
    seed: object = 0,
    last_sync_at: float | None = None,
    **more,
) -> list[dict]:
    """A is primary, B its backup; both hold the same settings, as after a data sync."""
    stem = public_name.removesuffix(".sim").replace(".", "-")
    a, b = f"{stem}-a.sim", f"{stem}-b.sim"
    shared = {
        "public_name": public_name,
        "shared_ip": shared_ip,
        "last_sync_at": last_sync_at,
        "last_sync_status": "Data-Sync completed successfully." if last_sync_at else "",
        "seed": seed or public_name,
        "jump_clients": jump_clients,
        "base": base,
        "product": product,
    } | more
    return [
        _member(a, **shared, failover_role="primary", peer=b),
        _member(b, **shared, failover_role="backup", peer=a),
    ]


def _member(hostname: str, *, seed: object, **spec) -> dict:
    """Of a pair or a cluster: what its masters hold in common comes from the common seed."""
    made = single(hostname, seed=seed, **spec)[0]
    if spec.get("shared_ip") is None:
        made.pop("shared_ip", None)
    return made


def cluster(
    public_name: str,
    *,
    base: str,
    product: str,
    regions: dict[str, int] | None = None,
    jump_clients: int = 60,
    failover: bool = False,
    seed: object = 0,
    **more,
) -> list[dict]:
    """A master (two, with failover) and traffic nodes: {region: how many}."""
    stem = public_name.removesuffix(".sim").replace(".", "-")
    common = {"cluster": stem, "base": base, "product": product} | more
    masters = {"cluster_role": "master", "jump_clients": jump_clients}
    if failover:
        made = pair(public_name, **common | masters, seed=seed)
    else:
        made = single(
            f"{stem}-m.sim", **common | masters, public_name=public_name, seed=seed or stem
        )
    node = {
        "public_name": public_name,
        "cluster_role": "traffic",
        "jump_clients": 0,
        "installers": 0,
    }
    for region, count in (regions or {"east": 2, "west": 2}).items():
        for number in range(1, count + 1):
            made += single(
                f"{stem}-{region}-{number}.sim", **common | node, region=region, seed=seed or stem
            )
    return made


def packages() -> list[dict]:
    """Invented, but shaped as the vendor's: products wait for base, and for older products."""
    bases = ["3.3.2", "4.0.1", "4.2.0", "5.1.0", "5.4.0", "6.0.1", "6.2.0", "7.0.0", "7.3.0"]
    needs = [
        ("12.2.0", "3.3.2", ""), ("14.1.1", "4.0.1", "12.2"), ("15.2.1", "4.2.0", "14.1"),
        ("18.1.2", "5.1.0", "15.2"), ("19.2.1", "5.4.0", "18.1"), ("21.1.2", "6.0.1", "19.2"),
        ("22.3.1", "6.2.0", "21.1"), ("23.2.1", "7.0.0", "22.1"), ("24.3.1", "7.3.0", "22.3"),
    ]  # fmt: skip
    rows = [{"kind": "base", "version": version, "requires": []} for version in bases]
    for version, base, product in needs:
        requires = [{"kind": "base", "op": ">=", "version": base}]
        if product:
            requires.append({"kind": "product", "op": ">=", "version": product})
        rows.append({"kind": "product", "version": version, "requires": requires})
    return rows


def demo() -> dict:
    """A body for POST /_sim/park, or a file for --park."""
    return {
        "packages": packages(),
        "appliances": [
            *single(
                "sra-ankara-01.sim",
                public_name="support.ankara.sim",
                base="3.2.4",
                product="12.1.0",
                jump_clients=60,
            ),
            *single("sra-lyon-01.sim", base="6.0.1", product="21.1.2", jump_clients=25),
            *pair("support.lille.sim", base="6.2.0", product="22.3.1"),
            *pair("support.izmir.sim", base="5.4.0", product="19.2.1", shared_ip="192.0.2.10"),
            *cluster("support.global.sim", base="7.0.0", product="23.2.1", failover=True),
        ],
    }
