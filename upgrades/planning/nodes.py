"""Which traffic nodes of a cluster go first: the proposal, and what a person may choose instead."""

from upgrades.planning.site import Site
from upgrades.planning.vocabulary import Sentence, _


def halves(site: Site) -> frozenset[str]:
    """The off-line half: by region, never the last node of one, never more than half in all."""
    regions: dict[str, list[str]] = {}
    for node in site.nodes:
        regions.setdefault(node.region, []).append(node.name)
    chosen = [name for names in regions.values() for name in sorted(names)[: len(names) // 2]]
    spare = len(site.nodes) // 2 - len(chosen)
    for names in sorted(regions.values(), key=lambda names: (-len(names), min(names))):
        if spare and len(names) % 2 and len(names) > 1:
            chosen.append(sorted(names)[len(names) // 2])
            spare -= 1
    return frozenset(chosen)


def refuse_halves(site: Site, offline: frozenset[str]) -> Sentence | None:
    """Why a person's choice cannot be taken; None if it can (G-RULE-7)."""
    if strangers := offline - {node.name for node in site.nodes}:
        names = ", ".join(sorted(strangers))
        return Sentence(_("Not a traffic node of this site: %(nodes)s."), {"nodes": names})
    if len(offline) > max(1, len(site.nodes) // 2):
        return Sentence(_("More than half of the nodes would be off line."))
    if not offline and halves(site):
        return Sentence(_("Nothing would be upgraded before the new primary serves."))
    return None


def dark_regions(site: Site, offline: frozenset[str]) -> frozenset[str]:
    """Regions whose nodes would all be off line: not refused, but it needs the customer's word."""
    held = {node.region for node in site.nodes if node.name not in offline}
    return site.regions - held


def unserved_regions(site: Site, offline: frozenset[str]) -> frozenset[str]:
    """Regions in which for a time no node accepts, beside the change-over itself: all of theirs
    go off line first, or none does and they wait for the new primary with the old release. It
    needs the customer's word (G-RULE-7); all regions: the whole cluster is away."""
    ahead = {node.region for node in site.nodes if node.name in offline}
    return dark_regions(site, offline) | (site.regions - ahead)
