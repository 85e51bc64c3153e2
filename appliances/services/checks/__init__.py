"""The readiness checks of vendor.md §9.1, one function each: records and measured state in, a
verdict out. Pure. None: it is not asked of this site now."""

from collections.abc import Callable, Sequence

from appliances.services.checks import appliance, clients, kept, records, shapes
from appliances.services.checks.asked import Name, Question, Verdict
from appliances.services.measuring import Measured

__all__ = ["OF_APPLIANCE", "OF_SITE", "Question", "Verdict"]

OF_APPLIANCE: dict[str, Callable[[Question, Measured], Verdict | None]] = {
    Name.REACHABILITY: appliance.reachability,
    Name.HEALTH: appliance.health,
    Name.IDENTITY: appliance.identity,
    Name.CLOCK: appliance.clock,
    Name.VERSION_KNOWN: appliance.version_known,
    Name.BASE_VERSION: appliance.base_version,
    Name.RETIRED_VERSION: appliance.retired_version,
    Name.ACCOUNT: appliance.account,
    Name.BACKUP: kept.backup,
    Name.BACKUP_SANE: kept.backup_sane,
    Name.CERTIFICATE_SAVED: kept.certificate_saved,
    Name.CERTIFICATE_ENDS: appliance.certificate_ends,
}
OF_SITE: dict[str, Callable[[Question, Sequence[Measured]], Verdict | None]] = {
    Name.BASE_HOLD: records.base_hold,
    Name.DRIFT: records.drift,
    Name.PAIR_ROLES: shapes.pair_roles,
    Name.PAIR_VERSIONS: shapes.pair_versions,
    Name.KEYS: shapes.keys,
    Name.SYNC_FRESH: shapes.sync_fresh,
    Name.INTERIM: shapes.interim,
    Name.CLUSTER_FLAGS: shapes.cluster_flags,
    Name.CLUSTER_VERSIONS: shapes.cluster_versions,
    Name.DRAINED: shapes.drained,
    Name.JUMP_CLIENTS: clients.jump_clients,
    Name.JUMPOINTS: clients.jumpoints,
    Name.REPS: clients.reps,
    Name.PATH: records.path,
    Name.WINDOW_FITS: records.window_fits,
    Name.TESTED: records.tested,
    Name.DIFFERENCE: records.difference,
    Name.CONTRACT: records.contract,
    Name.LICENCE: records.licence,
}
