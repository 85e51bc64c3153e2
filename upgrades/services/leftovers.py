"""What an abandoned job leaves other than it found it, told from its own proven steps: which words,
and for each of them which appliances. Right for every shape, since it follows the steps in order.

Stable words, kept in `UpgradeJob.left_behind`; with their appliances in `UpgradeJob.left_state`.
"""

from collections.abc import Callable
from uuid import UUID

from django.db.models import QuerySet

from appliances import actions as do
from appliances.models import Appliance, Site
from upgrades.models import JobStep, UpgradeJob

S = JobStep.State
State = dict[str, list[str]]
FAILOVER, NODES = "failover-broken", "nodes-not-accepting"
BACKUP_OPERATIONS = "backup-operations-off"
LIMIT, CLIENTS = "jump-client-limit-lowered", "clients-removed"
INSTALLERS, FROZEN = "installers-invalid", "configuration-frozen"
UNCONFIRMED = "replacement-unconfirmed"
WORDS = (FAILOVER, NODES, BACKUP_OPERATIONS, CLIENTS, INSTALLERS, LIMIT, FROZEN, UNCONFIRMED)
# Somebody said it was done, or it was seen begun, and nobody has proven the contrary.
IN_DOUBT = (S.VERIFYING, S.WATCHING, S.CLAIMED, S.HELD)


def of(job: UpgradeJob) -> State:
    """Word → ids of the appliances concerned; a repair begins with what it was to put right."""
    steps = list(job.steps.select_related("appliance").in_order())
    left: State = dict(job.repairs.left_state) if job.repairs is not None else {}
    nodes = [
        str(box.pk)
        for box in Appliance.objects.filter(site_id=job.site_id)
        if box.cluster_role == Appliance.ClusterRole.TRAFFIC
    ]
    for step in sorted(filter(_happened, steps), key=lambda s: (s.ended_at is None, s.ended_at,
                                                                s.seq)):  # fmt: skip
        effect = EFFECTS.get(step.action)
        if effect is not None:
            effect(left, step, nodes)
    return {word: left[word] for word in WORDS if left.get(word)}


def _happened(step: JobStep) -> bool:
    """Proven; or, of what breaks something, not proven undone."""
    return step.state == S.DONE or (step.action in BREAKING and step.state in IN_DOUBT)


def _ids(step: JobStep) -> list[str]:
    return [*([str(step.appliance_id)] if step.appliance_id else []), *map(str, step.about_ids)]


def _leaves(word: str) -> Callable[[State, JobStep, list[str]], None]:
    def effect(left: State, step: JobStep, nodes: list[str]) -> None:
        left[word] = _ids(step) or [str(step.job.site_id)]

    return effect


def _heals(*words: str) -> Callable[[State, JobStep, list[str]], None]:
    def effect(left: State, step: JobStep, nodes: list[str]) -> None:
        for word in words:
            left.pop(word, None)

    return effect


def _stop(left: State, step: JobStep, nodes: list[str]) -> None:
    left[NODES] = sorted({*left.get(NODES, []), *map(str, step.about_ids)})


def _start(left: State, step: JobStep, nodes: list[str]) -> None:
    left[NODES] = sorted({*left.get(NODES, [])} - {*map(str, step.about_ids)})


def _installed(left: State, step: JobStep, nodes: list[str]) -> None:
    """Installers of the release before are invalid; a master's own book of nodes is emptied
    (G-ATLASF-4, G-ATLAS-4): which matters where that master serves, and is read again there."""
    box = step.appliance
    if box is None or box.place == Appliance.Place.WAITING:
        return
    if box.cluster_role != Appliance.ClusterRole.TRAFFIC:
        left[INSTALLERS] = [str(box.pk)]
    if box.cluster_role == Appliance.ClusterRole.MASTER and _serves(box):
        left[NODES] = list(nodes)


def _serves(box: Appliance) -> bool:
    return box.failover_role != Appliance.FailoverRole.BACKUP


def _swapped(left: State, step: JobStep, nodes: list[str]) -> None:
    """The new primary's book was emptied by its own upgrade."""
    left[NODES] = list(nodes)


def _established(left: State, step: JobStep, nodes: list[str]) -> None:
    left.pop(FAILOVER, None)
    _moved(left, step, nodes)


def _moved(left: State, step: JobStep, nodes: list[str]) -> None:
    """Production, or the place of the backup, went to a replacement that nobody has confirmed."""
    waits = Appliance.known.filter(pk__in=_ids(step), place=Appliance.Place.WAITING)
    if found := [str(box.pk) for box in waits]:
        left[UNCONFIRMED] = found


EFFECTS: dict[str, Callable[[State, JobStep, list[str]], None]] = {
    do.LOWER_JUMP_LIMIT.name: _leaves(LIMIT),
    do.RESTORE_JUMP_LIMIT.name: _heals(LIMIT),
    do.REMOVE_CLIENTS.name: _leaves(CLIENTS),
    do.REINSTALL_CLIENTS.name: _heals(CLIENTS),
    do.BREAK_FAILOVER.name: _leaves(FAILOVER),
    do.ESTABLISH_FAILOVER.name: _established,
    do.STOP_ACCEPTING.name: _stop,
    do.START_ACCEPTING.name: _start,
    do.BECOME_BACKUP.name: _swapped,
    do.INSTALL_PRODUCT.name: _installed,
    do.REGENERATE_INSTALLERS.name: _heals(INSTALLERS),
    do.STOP_BACKUP_OPERATIONS.name: _leaves(BACKUP_OPERATIONS),
    do.START_BACKUP_OPERATIONS.name: _heals(BACKUP_OPERATIONS),
    do.FREEZE.name: _leaves(FROZEN),
    do.LIFT_FREEZE.name: _heals(FROZEN),
    do.MOVE_PRODUCTION.name: _moved,
    do.CONFIRM_PRODUCTION.name: _heals(UNCONFIRMED),
}
PUTS_RIGHT = {
    do.RESTORE_JUMP_LIMIT.name: (LIMIT,), do.REINSTALL_CLIENTS.name: (CLIENTS,),
    do.ESTABLISH_FAILOVER.name: (FAILOVER,), do.START_ACCEPTING.name: (NODES,),
    do.REGENERATE_INSTALLERS.name: (INSTALLERS,), do.LIFT_FREEZE.name: (FROZEN,),
    do.START_BACKUP_OPERATIONS.name: (BACKUP_OPERATIONS,),
    do.CONFIRM_PRODUCTION.name: (UNCONFIRMED,),
}  # fmt: skip
BREAKING = frozenset({
    do.LOWER_JUMP_LIMIT.name, do.REMOVE_CLIENTS.name, do.BREAK_FAILOVER.name,
    do.STOP_ACCEPTING.name, do.STOP_BACKUP_OPERATIONS.name, do.FREEZE.name,
    do.MOVE_PRODUCTION.name,
})  # fmt: skip


def skipped(job: UpgradeJob) -> State:
    """What a job that came to its end leaves: what its skipped steps would have put right."""
    passed = set(job.steps.filter(state=S.SKIPPED).values_list("action", flat=True))
    words = {word for action in passed for word in PUTS_RIGHT.get(action, ())}
    return {word: found for word, found in of(job).items() if word in words}


def at_site(site: Site) -> UpgradeJob | None:
    """The job whose remains are still at the site: nothing that began after it has put them
    right."""
    return left_by(next(iter(rows_at(site)), None))


def rows_at(site: Site) -> QuerySet[UpgradeJob]:
    """The job that changed the site last."""
    ended = [UpgradeJob.State.ABANDONED, UpgradeJob.State.DONE]
    begun = UpgradeJob.objects.filter(site=site, started_at__isnull=False, state__in=ended)
    return begun.order_by("-ended_at", "-number")[:1]


def left_by(last: UpgradeJob | None) -> UpgradeJob | None:
    return last if last is not None and last.left_behind else None


def ids(job: UpgradeJob, word: str) -> set[UUID]:
    return {UUID(each) for each in job.left_state.get(word, [])}
