"""What stands in the way of a target: one sentence a need, from the target downwards."""

from upgrades.planning.catalogue import Catalogue, Kind, Need, Package, Versions, lowest_first
from upgrades.planning.vocabulary import Sentence, _

Lines = tuple[Sentence, ...]
NEEDS = _("For %(package)s you need %(need)s (%(provenance)s); %(state)s.")


def missing(
    catalogue: Catalogue, installed: Versions, wanted: Package, products: bool = True
) -> Lines:
    """Each unmet need with its provenance, and what became of the packages that would meet it."""
    ordered = sorted(catalogue.packages, key=lowest_first)
    usable = [p for p in ordered if within(p, installed, wanted, products)]
    reached = furthest([p for p in usable if not p.withdrawn], installed)
    said: list[Sentence] = []
    asked, seen = [wanted], set[Package]()
    while asked:
        package = asked.pop(0)
        if package in seen:
            continue
        seen.add(package)
        for need in package.unmet(reached):
            givers = [p for p in usable if gives(p, need)]
            values = {
                "package": package.sentence,
                "need": need.sentence,
                "provenance": Sentence(need.provenance.label),
                "state": state_of(givers, apart=need.kind is Kind.PRODUCT and not products),
            }
            said.append(Sentence(NEEDS, values))
            asked += [giver for giver in givers if not giver.withdrawn]
    return tuple(said) or (
        Sentence(_("No way leads to %(package)s."), {"package": wanted.sentence}),
    )


def within(package: Package, installed: Versions, wanted: Package, products: bool) -> bool:
    """Whether a path may hold it: nothing beyond the target, no product where none is wanted."""
    if package.kind is wanted.kind:
        return package.version < wanted.version and installed.of(package.kind) is not None
    return package.kind is Kind.BASE or (products and package.kind is Kind.PRODUCT)


def gives(package: Package, need: Need) -> bool:
    versions = Versions(package.version, package.version)
    return package.kind is need.kind and need.met_by(versions)


def state_of(givers: list[Package], apart: bool) -> Sentence:
    if apart:
        return Sentence(_("an upgrade of base software alone does not bring that"))
    if not givers:
        return Sentence(_("no package in the catalogue gives that"))
    if all(giver.withdrawn for giver in givers):
        names = tuple(giver.sentence for giver in givers)
        return Sentence(_("what gave that was withdrawn: %(packages)s"), {"packages": names})
    names = tuple(giver.sentence for giver in givers if not giver.withdrawn)
    return Sentence(_("given by %(packages)s"), {"packages": names})


def furthest(usable: list[Package], installed: Versions) -> Versions:
    """Install whatever can be installed: needs only ask for more."""
    climbed = True
    while climbed:
        climbed = False
        for package in usable:
            now = installed.of(package.kind)
            if (now is None or package.version > now) and not package.unmet(installed):
                installed, climbed = installed.having(package), True
    return installed
