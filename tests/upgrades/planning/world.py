"""Toy appliances, written apart from `planning.state`, that protest when they are ill-treated."""

from dataclasses import dataclass, field

from appliances import actions as do
from appliances.actions import Fact
from upgrades.planning.catalogue import Kind, Package, Version
from upgrades.planning.planner import PlannedStep
from upgrades.planning.site import Site


class Protest(AssertionError):
    """A real appliance, or its owner, would have suffered."""


@dataclass
class Box:
    name: str
    base: Version
    product: Version | None
    is_node: bool
    role: str | None = None  # primary, backup
    book: set[str] | None = None  # masters only
    clients: int = 0
    backups: list[int] = field(default_factory=list)
    installing: Package | None = None
    failed: bool = False
    off: bool = False
    backup_operations: bool = True


class World:
    def __init__(self, site: Site) -> None:
        self.site = site
        nodes = {n.name for n in site.nodes}
        self.boxes = {
            a.name: Box(a.name, a.versions.base, a.versions.product, a.name in nodes)
            for a in site.all
        }
        if site.backup and not site.parted:
            self.boxes[site.primary].role = "primary"
            self.boxes[site.backup].role = "backup"
        if nodes:
            for name in filter(None, (site.primary, site.backup)):
                self.boxes[name].book = set(nodes) - site.idle
            for name in nodes - site.idle:
                self.boxes[name].clients = 5
        self.public: str | None = site.primary  # the box behind the public name
        self.synced_at = self.installers_at = 0
        self.attached = "clients-removed" not in site.left
        self.jump_limit = 10 if "jump-client-limit-lowered" in site.left else 100
        self.known: set[int] = set()  # what people remember having done
        self.begun: set[int] = set()
        self.effects: dict[int, int] = {}
        self.down_minutes, self.last = 0, 0

    def down(self) -> bool:
        if self.public is None:
            return True
        box = self.boxes[self.public]
        if box.installing or box.failed or box.off or box.role == "backup":
            return True
        if box.book is None:
            return False
        return not any(self.serving(node) for node in box.book)

    def serving(self, node: str) -> bool:
        box, master = self.boxes[node], self.boxes[self.public or self.site.primary]
        return bool(
            master.book is not None and node in master.book and box.product == master.product
            and not box.installing and not box.failed
        )  # fmt: skip

    def pass_to(self, now: int) -> None:
        if self.down():
            self.down_minutes += now - self.last
        self.last = now

    def remembered(self, item: PlannedStep) -> str:
        if item.seq in self.known:
            return "done"
        return "under way" if item.seq in self.begun else "not done"

    def begin(self, item: PlannedStep, now: int) -> None:
        self.pass_to(now)
        self.effects[item.seq] = self.effects.get(item.seq, 0) + 1
        self.begun.add(item.seq)
        box = self.boxes.get(item.on)
        if box and (box.failed or box.off and item.action.name not in ("pack", "hand_over")):
            raise Protest(f"{item}: touched while failed or off")
        if box and item.action.name in (do.INSTALL_BASE.name, do.INSTALL_PRODUCT.name):
            self.may_install(box, item)
            box.installing = item.package

    def may_install(self, box: Box, item: PlannedStep) -> None:
        assert item.package
        for need in item.package.needs:
            have = box.base if need.kind is Kind.BASE else box.product
            if have is not None and not (have > need.least if need.above else have >= need.least):
                raise Protest(f"{item}: needs {need}, has {have}")
        if box.installing:
            raise Protest(f"{item}: busy with {box.installing}")
        if box.is_node and box.clients:
            raise Protest(f"{item}: {box.clients} clients are cut off")
        if box.product is not None and not box.is_node and not box.backups:
            raise Protest(f"{item}: no backup")
        peers = [x for x in self.boxes.values() if x.role and x is not box]
        if box.role and peers and not self.site.nodes:
            raise Protest(f"{item}: failover is not broken")
        if any(p.installing for p in peers if not box.is_node):
            raise Protest(f"{item}: both peers at once")

    def finish(self, item: PlannedStep, now: int, fails: bool = False) -> None:
        self.pass_to(now)
        box = self.boxes.get(item.on)
        if fails:
            assert box
            box.installing, box.failed = None, True
            return
        self.known.add(item.seq)
        act = getattr(self, item.action.name, None)
        if act:
            act(item, box, now)

    def install_base(self, item: PlannedStep, box: Box, now: int) -> None:
        assert item.package
        box.base, box.installing = item.package.version, None

    def install_product(self, item: PlannedStep, box: Box, now: int) -> None:
        assert item.package
        box.product, box.installing = item.package.version, None
        if box.book is not None:
            box.book = set()

    def back_up(self, item: PlannedStep, box: Box, now: int) -> None:
        box.backups.append(now)

    def sync_now(self, item: PlannedStep, box: Box, now: int) -> None:
        if box.role != "backup":
            raise Protest(f"{item}: no relationship to sync over")
        self.synced_at = now

    def await_sync(self, item: PlannedStep, box: Box, now: int) -> None:
        self.synced_at = now

    cluster_sync = await_sync

    def break_failover(self, item: PlannedStep, box: Box, now: int) -> None:
        for each in self.boxes.values():
            each.role = None

    def establish_failover(self, item: PlannedStep, box: Box, now: int) -> None:
        other = self.boxes[item.about[0]]
        if box.product != other.product:
            raise Protest(f"{item}: {box.product} and {other.product} do not pair")
        if self.public != box.name:
            raise Protest(f"{item}: the appliance in production would be overwritten")
        box.role, other.role = "primary", "backup"

    def release_shared_ip(self, item: PlannedStep, box: Box, now: int) -> None:
        self.public = None

    def take_shared_ip(self, item: PlannedStep, box: Box, now: int) -> None:
        if self.public not in (None, box.name):
            raise Protest(f"{item}: two appliances hold the shared address")
        self.public = box.name

    def point_dns(self, item: PlannedStep, box: Box, now: int) -> None:
        self.public = item.about[0]

    point_nat = point_dns_to_new = point_dns

    def become_backup(self, item: PlannedStep, box: Box, now: int) -> None:
        box.role, self.boxes[item.about[0]].role = "backup", "primary"
        if self.site.swing is Fact.SHARED_IP:
            self.public = item.about[0]

    def become_primary(self, item: PlannedStep, box: Box, now: int) -> None:
        box.role = "primary"

    def stop_accepting(self, item: PlannedStep, box: Box, now: int) -> None:
        assert box.book is not None
        box.book -= set(item.about)

    def start_accepting(self, item: PlannedStep, box: Box, now: int) -> None:
        assert box.book is not None
        box.book |= set(item.about)
        for node in item.about:
            if self.public == box.name and self.boxes[node].product != box.product:
                raise Protest(f"{item}: {node} is not at the master's version")
            self.boxes[node].clients = 5

    def drain(self, item: PlannedStep, box: Box, now: int) -> None:
        if self.serving(box.name):
            raise Protest(f"{item}: new clients keep coming")
        box.clients = 0

    def stop_backup_operations(self, item: PlannedStep, box: Box, now: int) -> None:
        box.backup_operations = False

    def start_backup_operations(self, item: PlannedStep, box: Box, now: int) -> None:
        for each in self.boxes.values():
            each.backup_operations = True

    def lower_jump_limit(self, item: PlannedStep, box: Box | None, now: int) -> None:
        self.jump_limit = 10

    def restore_jump_limit(self, item: PlannedStep, box: Box | None, now: int) -> None:
        self.jump_limit = 100

    def remove_clients(self, item: PlannedStep, box: Box | None, now: int) -> None:
        self.attached = False

    def reinstall_clients(self, item: PlannedStep, box: Box | None, now: int) -> None:
        self.attached = True

    def regenerate_installers(self, item: PlannedStep, box: Box | None, now: int) -> None:
        self.installers_at = now

    def restore_backup(self, item: PlannedStep, box: Box, now: int) -> None:
        if box.product is None:
            raise Protest(f"{item}: the package comes before the backup")

    def shut_down(self, item: PlannedStep, box: Box, now: int) -> None:
        if self.public == box.name or box.role:
            raise Protest(f"{item}: it is in use")
        box.off = True

    delete_virtual = shut_down
