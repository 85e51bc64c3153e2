"""What an abandoned job leaves other than it found it, and how that is put right."""

from collections.abc import Iterable

from django.utils.translation import gettext as _, gettext_noop

LEFT = {
    "jump-client-limit-lowered": gettext_noop(
        "The number of Jump Client upgrades at once is still lowered: set it back under /login > "
        "Jump > Jump Clients."
    ),
    "clients-removed": gettext_noop(
        "The client software is removed: install it again with installers made after the upgrade."
    ),
    "failover-broken": gettext_noop(
        "Failover is broken: establish it again once both appliances carry the same versions."
    ),
    "nodes-not-accepting": gettext_noop(
        "Some traffic nodes accept no connections: let them accept again."
    ),
    "backup-operations-off": gettext_noop(
        "Backup operations are off: tick them again once both masters carry the same release."
    ),
    "configuration-frozen": gettext_noop(
        "A configuration was to be left alone: what is changed there may be overwritten."
    ),
    "replacement-unconfirmed": gettext_noop(
        "Users work on a replacement that nobody has confirmed: plan the replacement again, and"
        " confirm it."
    ),
    "installers-invalid": gettext_noop(
        "Installers made before the upgrade are invalid: make them anew."
    ),
}


def told(codes: Iterable[str]) -> list[str]:
    return [_(LEFT[code]) if code in LEFT else code for code in codes]
