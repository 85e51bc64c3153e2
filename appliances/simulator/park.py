"""All appliances of the park, the names people reach them by, the packages, the clock."""

import copy
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from appliances.simulator import appliance as appliances, people, versions
from appliances.simulator.clock import Clock
from appliances.simulator.limits import Limits
from appliances.simulator.refusals import Unknown
from appliances.simulator.settings import Settings
from appliances.simulator.store import Store


class Park:
    """Read and changed only inside `change()`, which is one at a time and all or nothing."""

    def __init__(
        self, store: Store, settings: Settings, real_time: Callable[[], float] = time.time
    ):
        self.store, self.settings, self.real_time = store, settings, real_time
        self.lock = threading.RLock()
        self.limits = Limits()
        self.dirty: set[tuple[str, str]] = set()
        self.effects: list[tuple] = []
        self.load()

    def load(self) -> None:
        self.kept = {
            kind: self.store.documents(kind) for kind in ("appliance", "site", "rows", "meta")
        }
        self.appliances, self.sites = self.kept["appliance"], self.kept["site"]
        for kept in self.appliances.values():  # by a release that knew less of appliances
            for key in appliances.PLAIN.keys() - kept.keys():
                kept[key] = copy.deepcopy(appliances.PLAIN[key])
        now = self.real_time()
        self.clock = Clock(**self.kept["meta"].get("clock", Clock(now, now).as_json()))
        if "secret" not in self.kept["meta"]:
            self.kept["meta"]["secret"] = {"key": os.urandom(32).hex()}
            self.store.write([("meta", "secret", self.kept["meta"]["secret"])], [])

    @contextmanager
    def change(self) -> Iterator["Park"]:
        """An exception puts everything back to what the store holds. Does not nest."""
        with self.lock:
            self.dirty, self.effects = set(), []
            try:
                yield self
                documents = [
                    (kind, name, self.kept[kind][name])
                    for kind, name in self.dirty
                    if name in self.kept[kind]
                ]
                if documents or self.effects:
                    self.store.write(documents, self.effects)
            except BaseException:
                self.undo()
                raise

    def undo(self) -> None:
        """Forgets what was changed since `change()` was entered."""
        self.dirty, self.effects = set(), []
        self.load()

    def touch(self, appliance: dict) -> None:
        self.dirty.add(("appliance", appliance["hostname"]))

    def effect(self, appliance: dict, name: str, /, *, at: float | None = None, **detail) -> None:
        """Appends to the log in which tests count repeats. `at` is the simulator's clock."""
        when = self.now(appliance) if at is None else at
        row = (appliance["hostname"], self.real_time(), when, name, json.dumps(detail))
        self.effects.append(row)
        self.touch(appliance)

    def now(self, appliance: dict | None = None) -> float:
        """The simulator's time; for an appliance its own, which a sandbox may have put forward."""
        return self.clock.at(self.real_time()) + (appliance["ahead"] if appliance else 0)

    def set_clock(self, clock: Clock) -> None:
        self.clock = clock
        self.kept["meta"]["clock"] = clock.as_json()
        self.dirty.add(("meta", "clock"))

    @property
    def secret(self) -> bytes:
        return bytes.fromhex(self.kept["meta"]["secret"]["key"])

    @property
    def packages(self) -> list[dict]:
        return self.kept["rows"].get("packages", {"rows": []})["rows"]

    def package(self, name: str) -> dict:
        """By name as shown on the page, or by version when that is the only one."""
        found = [row for row in self.packages if name in (row["name"], row["version"])]
        if len(found) != 1:
            raise Unknown(f"There is no package {name!r}.")
        return found[0]

    def offer(self, rows: list[dict]) -> None:
        """Replaces the whole update feed. Raises ValueError for a row that is no package."""
        made = [_package(row) for row in rows]
        self.kept["rows"]["packages"] = {"rows": made}
        self.dirty.add(("rows", "packages"))

    def add(self, spec: dict) -> dict:
        """Creates an appliance, or makes it anew; its public name gets a site if it has none."""
        made = appliances.build(spec, self.now())
        name = made["hostname"]
        if name in self.appliances:
            self.forget(name)
        self.appliances[name] = made
        self.touch(made)
        in_production = made["failover_role"] != "backup" and made["cluster_role"] != "traffic"
        if made["public_name"] not in self.sites and in_production:
            self.point(made["public_name"], name)
        return made

    def forget(self, hostname: str) -> None:
        self.store.clear(hostname)
        del self.appliances[hostname]
        for name in [name for name, site in self.sites.items() if site["behind"] == hostname]:
            del self.sites[name]
            self.store.clear(name)

    def clear(self) -> None:
        self.store.clear()
        self.load()

    def point(
        self, public_name: str, hostname: str | None, swing: str = "", *, after: float = 0
    ) -> None:
        """What DNS or NAT does: moves the public name to an appliance, or to nothing. It is seen
        from outside `after` so many real seconds (propagation)."""
        if hostname is not None and hostname not in self.appliances:
            raise Unknown(f"There is no appliance {hostname!r}.")
        site = self.sites.setdefault(public_name, {"public_name": public_name, "swing": "dns"})
        site["before"], site["seen_at"] = site.get("behind"), self.real_time() + after
        site["behind"] = hostname
        site["swing"] = swing or site["swing"]
        self.dirty.add(("site", public_name))

    def members(self, public_name: str) -> list[dict]:
        return [row for row in self.appliances.values() if row["public_name"] == public_name]

    def behind(self, public_name: str) -> dict | None:
        """The appliance that answers to a public name: by shared address where there is one."""
        members = self.members(public_name)
        if any(row["shared_ip"] for row in members):
            holders = [row for row in members if row["shared_ip_enabled"]]
            return holders[-1] if holders else None
        site = self.sites.get(public_name) or {}
        spread = self.real_time() >= site.get("seen_at", 0)
        return self.appliances.get(site.get("behind" if spread else "before") or "")

    def serves(self, appliance: dict) -> bool:
        if appliance["cluster_role"] == "traffic":
            return True
        return self.behind(appliance["public_name"]) is appliance

    def find(self, name: str) -> dict | None:
        """By own or public host name; None when nothing answers there. Raises Unknown."""
        if name in self.appliances:
            return self.appliances[name]
        if name in self.sites or self.members(name):
            return self.behind(name)
        raise Unknown(f"There is no appliance {name!r}.")

    def connected(self, appliance: dict) -> dict[str, int]:
        return people.counts(
            appliance,
            self.now(),
            serving=self.serves(appliance),
            settings=self.settings,
            real=self.real_time(),
        )

    def cluster_of(self, appliance: dict) -> list[dict]:
        """Every node of its cluster, or itself alone."""
        if not appliance["cluster"]:
            return [appliance]
        return [row for row in self.appliances.values() if row["cluster"] == appliance["cluster"]]


def _package(row: dict) -> dict:
    kind, version = row["kind"], row["version"]
    if kind not in ("base", "product", "licence"):
        raise ValueError(f"not a kind of package: {kind!r}")
    requires = [
        {"kind": need.get("kind", "base"), "op": need.get("op", ">="), "version": need["version"]}
        for need in row.get("requires", [])
    ]
    if bad := [need["op"] for need in requires if need["op"] not in versions.COMPARISONS]:
        raise ValueError(f"not an operator: {bad}")
    names = {"base": f"Base Software {version}", "product": f"Bomgar-{version}"}
    return {
        "kind": kind,
        "version": version,
        "name": row.get("name") or names.get(kind, f"Licence add-on {version}"),
        "build": str(row.get("build") or versions.made_up_build(kind, version)),
        "hash": row.get("hash") or versions.made_up_hash(kind, version),
        "requires": requires,
        "withdrawn": bool(row.get("withdrawn", False)),
        "client_update": bool(row.get("client_update", kind == "product")),
    }
