"""Versions, packages and what they need: plain values, whatever they were read from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from appliances.actions import Named
from upgrades.planning.vocabulary import Sentence, Unable, _

Version = tuple[int, ...]


class Written(tuple[int, ...]):
    """A version that remembers how it was written: 12.2 and 12.2.0 are one, shown as they came."""

    text: str


def version(text: str) -> Version:
    """Read "12.2.0". Raises ValueError for anything but numbers and dots."""
    parts = [int(part) for part in text.split(".")]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    read = Written(parts)
    read.text = text
    return read


def dotted(value: Version | None) -> str:
    if value is None:
        return "none"
    return value.text if isinstance(value, Written) else ".".join(map(str, value))


class Kind(Named):
    BASE = "base", _("Base")
    PRODUCT = "product", _("Product")
    LICENCE = "licence", _("Licence add-on")  # changes neither version; no path chooses it


NOUN = {
    Kind.BASE: _("base %(version)s"),
    Kind.PRODUCT: _("product %(version)s"),
    Kind.LICENCE: _("licence add-on %(version)s"),
}
NEEDED = {
    (Kind.BASE, False): _("base from %(version)s"),
    (Kind.BASE, True): _("base above %(version)s"),
    (Kind.PRODUCT, False): _("product from %(version)s"),
    (Kind.PRODUCT, True): _("product above %(version)s"),
}


class Provenance(Named):
    DOCUMENTED = "documented", _("documented")
    INFERRED = "inferred", _("inferred")
    DEMO = "demo", _("demo")
    APPLIANCE = "appliance", _("the appliance's own words")


GUESSED = frozenset({Provenance.INFERRED, Provenance.DEMO})


class UpperBound(Unable, ValueError):
    """Paths rest on "more never hurts"; a need that forbids more would break them."""

    code = "upper-bound"


@dataclass(frozen=True)
class Versions:
    base: Version
    product: Version | None  # None: a new appliance, nothing to upgrade from

    def of(self, kind: Kind) -> Version | None:
        if kind is Kind.LICENCE:
            return None
        return self.base if kind is Kind.BASE else self.product

    def having(self, package: "Package") -> Self:
        if package.kind is Kind.LICENCE:
            return self
        if package.kind is Kind.BASE:
            return type(self)(package.version, self.product)
        return type(self)(self.base, package.version)


@dataclass(frozen=True)
class Need:
    kind: Kind
    least: Version
    provenance: Provenance = Provenance.INFERRED
    above: bool = False  # "base > 3.2.4"

    @classmethod
    def read(cls, kind: Kind, operator: str, least: Version, provenance: Provenance) -> Self:
        """A need as a catalogue row says it. Raises UpperBound unless it only asks for more."""
        if operator not in (">=", ">"):
            message = _("%(kind)s %(operator)s %(version)s: a requirement may only ask for more.")
            kind_of = Sentence(kind.label)
            raise UpperBound(message, kind=kind_of, operator=operator, version=dotted(least))
        return cls(kind, least, provenance, above=operator == ">")

    def met_by(self, installed: Versions) -> bool:
        have = installed.of(self.kind)
        if have is None:
            return True  # G-HW-5: a new appliance takes one product package, whichever
        return have > self.least if self.above else have >= self.least

    @property
    def sentence(self) -> Sentence:
        return Sentence(NEEDED[self.kind, self.above], {"version": dotted(self.least)})

    def __str__(self) -> str:
        return f"{self.sentence} ({self.provenance.label})"


@dataclass(frozen=True)
class Package:
    """`id` is the database's; `changelog` an address; `licence` what its use is bound to."""

    kind: Kind
    version: Version
    needs: tuple[Need, ...] = ()
    withdrawn: bool = False
    name: str = ""  # as the appliance's own page shows it
    provenance: Provenance = Provenance.DOCUMENTED
    id: str = ""
    changelog: str = ""
    licence: str = ""
    dwell: int | None = None  # hours, where this package asks for more than its kind

    @property
    def dwell_hours(self) -> int:
        """G-PREP-6, 7: a day after a product package, none after any other."""
        least = 24 if self.kind is Kind.PRODUCT else 0
        return max(least, self.dwell or 0)

    def unmet(self, installed: Versions) -> list[Need]:
        return [need for need in self.needs if not need.met_by(installed)]

    def fits(self, installed: Versions) -> bool:
        return all(need.met_by(installed) for need in self.needs)

    @property
    def sentence(self) -> Sentence:
        return Sentence(NOUN[self.kind], {"version": dotted(self.version)})

    def __str__(self) -> str:
        return str(self.sentence)


def lowest_first(package: Package) -> tuple[Version, str, str]:
    return package.version, package.id, package.name


@dataclass(frozen=True)
class Catalogue:
    packages: tuple[Package, ...]

    def offered(self, kind: Kind) -> list[Package]:
        """Those of a kind that are not withdrawn, lowest first, one a version."""
        usable = (p for p in self.packages if p.kind is kind and not p.withdrawn)
        first: dict[Version, Package] = {}
        for package in sorted(usable, key=lowest_first):
            first.setdefault(package.version, package)
        return list(first.values())

    def find(self, kind: Kind, wanted: Version) -> Package | None:
        """The package of that version; one that is not withdrawn, if there is one."""
        found = [p for p in self.packages if p.kind is kind and p.version == wanted]
        return min(found, key=lambda p: (p.withdrawn, *lowest_first(p)), default=None)

    def heeding(self, words: Mapping[Package, Need]) -> "Catalogue":
        """An appliance's own words outrank what was only inferred of the same kind."""

        def told(package: Package) -> Package:
            if package not in words:
                return package
            word = replace(words[package], provenance=Provenance.APPLIANCE)
            kept = (
                n for n in package.needs if n.kind is not word.kind or n.provenance not in GUESSED
            )
            return replace(package, needs=(*kept, word))

        return Catalogue(tuple(told(package) for package in self.packages))
