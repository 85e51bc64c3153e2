"""What can be seen of the toy world: the probes, and the baselines that events are held against."""

from collections.abc import Callable

from appliances import actions as do
from appliances.actions import Probe
from tests.upgrades.planning.world import World
from upgrades.planning.plan import PlannedStep

Baseline = tuple[int, ...]


def baseline(world: World, item: PlannedStep) -> Baseline:
    box = world.boxes.get(item.on)
    return (len(box.backups) if box else 0, world.synced_at, world.installers_at)


def answer(world: World, item: PlannedStep, before: Baseline) -> str:
    """done, not done, under way, failed; "ask" where nothing can be seen."""
    events = dict(zip((Probe.FILE, Probe.LAST_SYNC, Probe.INSTALLERS), range(3), strict=True))
    probe = item.action.probe
    if probe in events:
        place = events[probe]
        return yes(baseline(world, item)[place] > before[place])
    return SEEN[probe](world, item) if probe in SEEN else "ask"


def product(world: World, item: PlannedStep) -> str:
    box = world.boxes[item.on]
    if box.installing:
        return "not done" if item.package is None else "under way"
    return yes(item.package is None or box.product == item.package.version)


def base_typed(world: World, item: PlannedStep) -> str:
    box = world.boxes[item.on]
    if box.failed:
        return "failed"
    return "under way" if box.installing else yes(box.base == version_of(item))


def version_of(item: PlannedStep) -> tuple[int, ...]:
    assert item.package
    return item.package.version


def no_roles(world: World, item: PlannedStep) -> str:
    return yes(not any(box.role for box in world.boxes.values()))


def roles(world: World, item: PlannedStep) -> str:
    found = (world.boxes[item.on].role, world.boxes[item.about[0]].role)
    backup = item.action.name == do.BECOME_BACKUP.name
    return yes(found == (("backup", "primary") if backup else ("primary", "backup")))


def shared_ip(world: World, item: PlannedStep) -> str:
    released = item.action.name == do.RELEASE_SHARED_IP.name
    return yes((world.public == item.on) is not released)


def public_name(world: World, item: PlannedStep) -> str:
    return yes(world.public == (item.about[0] if item.about else item.on))


def accepting(world: World, item: PlannedStep) -> str:
    book = world.boxes[item.on].book or set()
    wanting = item.action.name == do.START_ACCEPTING.name
    return yes(all((node in book) is wanting for node in item.about))


def client_count(world: World, item: PlannedStep) -> str:
    return yes(world.boxes[item.on].clients == 0)


SEEN: dict[Probe, Callable[[World, PlannedStep], str]] = {
    Probe.PRODUCT: product,
    Probe.BASE_TYPED: base_typed,
    Probe.NO_ROLES: no_roles,
    Probe.ROLES: roles,
    Probe.SHARED_IP: shared_ip,
    Probe.PUBLIC_NAME: public_name,
    Probe.ACCEPTING: accepting,
    Probe.CLIENT_COUNT: client_count,
}


def yes(done: bool) -> str:
    return "done" if done else "not done"
