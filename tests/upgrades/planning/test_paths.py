"""Paths: the guide's own case, refusals, and what holds for every catalogue."""

import pytest

from tests.upgrades.planning.examples import ABOVE, BASE, INSTALLED, NEXT, PRODUCT, need
from upgrades.planning.catalogue import (
    Catalogue,
    Kind,
    Need,
    Package,
    Provenance,
    Versions,
    version,
)
from upgrades.planning.paths import (
    NotLevel,
    NotNewer,
    UnknownTarget,
    Unreachable,
    WithdrawnTarget,
    base_path,
    path,
    site_base_path,
    site_path,
)

WITHDRAWN = Package(Kind.BASE, version("3.3.2"), withdrawn=True)
TWELVE = version("12.2.0")
GONE = Package(Kind.PRODUCT, TWELVE, withdrawn=True)


def test_the_guides_own_case_is_opened_by_base_3_3_2():
    (hop,) = path(Catalogue((BASE, PRODUCT)), INSTALLED, TWELVE)

    assert hop.packages == (BASE, PRODUCT)
    assert hop.reasons(INSTALLED) == [(BASE, PRODUCT, ABOVE)]


@pytest.mark.parametrize(
    ("packages", "target", "error", "sentence"),
    [
        (
            (PRODUCT,), "12.2.0", Unreachable,
            "There is no way there: For product 12.2.0 you need base above 3.2.4 (documented); "
            "no package in the catalogue gives that.",
        ),
        (
            (WITHDRAWN, PRODUCT), "12.2.0", Unreachable,
            "There is no way there: For product 12.2.0 you need base above 3.2.4 (documented); "
            "what gave that was withdrawn: base 3.3.2.",
        ),
        ((GONE,), "12.2.0", WithdrawnTarget, "Withdrawn: product 12.2.0."),
        ((BASE, PRODUCT), "12.9", UnknownTarget, "Not in the catalogue: product 12.9."),
        (
            (Package(Kind.PRODUCT, version("12.1")),), "12.1.0", NotNewer,
            "Nothing to do for product 12.1.0: product 12.1 is installed.",
        ),
    ],
)  # fmt: skip
def test_a_refusal_names_what_is_missing(packages, target, error, sentence):
    with pytest.raises(error) as refusal:
        path(Catalogue(packages), INSTALLED, version(target))

    assert str(refusal.value) == sentence


def test_each_refusal_has_a_code_of_its_own():
    kinds = (UnknownTarget, WithdrawnTarget, NotNewer, NotLevel, Unreachable)

    assert len({kind.code for kind in kinds}) == len(kinds)


def test_a_refusal_can_be_told_in_another_language():
    french = {
        "There is no way there: %(lines)s": "Aucun chemin : %(lines)s",
        "For %(package)s you need %(need)s (%(provenance)s); %(state)s.":
            "Pour %(package)s il faut %(need)s (%(provenance)s) ; %(state)s.",
        "product %(version)s": "le produit %(version)s",
        "base above %(version)s": "une base au-dessus de %(version)s",
        "documented": "documenté",
        "no package in the catalogue gives that": "aucun paquet ne le donne",
    }  # fmt: skip
    with pytest.raises(Unreachable) as refusal:
        path(Catalogue((PRODUCT,)), INSTALLED, TWELVE)

    assert refusal.value.told(french.__getitem__) == (
        "Aucun chemin : Pour le produit 12.2.0 il faut une base au-dessus de 3.2.4 (documenté) ; "
        "aucun paquet ne le donne."
    )


def test_base_comes_as_late_as_can_be():
    first = Package(Kind.PRODUCT, version("12.2"))

    hops = path(Catalogue((BASE, first, NEXT)), INSTALLED, version("12.3"))

    assert [hop.packages for hop in hops] == [(first,), (BASE, NEXT)]


def test_a_licence_add_on_is_never_chosen():
    add_on = Package(Kind.LICENCE, version("1"))

    (hop,) = path(Catalogue((add_on, BASE, PRODUCT)), INSTALLED, TWELVE)

    assert hop.packages == (BASE, PRODUCT)
    assert INSTALLED.having(add_on) == INSTALLED


def test_an_appliances_own_words_outrank_a_guess():
    guess = Package(Kind.PRODUCT, version("12.3"), (Need(Kind.BASE, version("3.2.4")),))
    catalogue = Catalogue((BASE, guess)).heeding({guess: ABOVE})

    (hop,) = path(catalogue, INSTALLED, version("12.3"))

    assert hop.bases == (BASE,)
    assert hop.reasons(INSTALLED)[0][2].provenance is Provenance.APPLIANCE


def test_base_alone_has_no_product():
    (hop,) = base_path(Catalogue((BASE, PRODUCT)), INSTALLED, version("3.3.2"))

    assert (hop.bases, hop.product) == ((BASE,), None)


def test_base_alone_does_not_wait_for_a_product():
    later = Package(Kind.BASE, version("4.0"), (Need(Kind.PRODUCT, version("12.2")),))

    with pytest.raises(Unreachable, match="an upgrade of base software alone does not bring that"):
        base_path(Catalogue((BASE, PRODUCT, later)), INSTALLED, version("4.0"))


def test_a_site_that_is_not_level_is_refused():
    installed = {"alpha": INSTALLED, "beta": Versions(version("3.2.4"), version("12.2"))}

    with pytest.raises(NotLevel, match=r"alpha 12\.1, beta 12\.2"):
        site_path(Catalogue((BASE, PRODUCT)), installed, TWELVE)


def test_each_appliance_of_a_site_gets_only_the_bases_it_lacks():
    installed = {"alpha": INSTALLED, "beta": Versions(version("3.3.2"), version("12.1"))}

    (hop,) = site_path(Catalogue((BASE, PRODUCT)), installed, TWELVE)

    assert (hop.on("alpha").bases, hop.on("beta").bases) == ((BASE,), ())


def test_an_appliance_ahead_takes_every_hop_of_the_site():
    base = Package(Kind.BASE, (3,), (need(Kind.PRODUCT, 2),))
    two, three = Package(Kind.PRODUCT, (2,)), Package(Kind.PRODUCT, (3,), (need(Kind.BASE, 3),))
    installed = {"alpha": Versions((1,), (1,)), "beta": Versions((3,), (1,))}

    hops = site_path(Catalogue((base, two, three)), installed, (3,))

    assert [hop.product for hop in hops] == [two, three]
    assert [hop.on("beta").packages for hop in hops] == [(two,), (three,)]
    assert [hop.on("alpha").packages for hop in hops] == [(two,), (base, three)]


def test_a_site_takes_a_base_where_it_is_missing():
    installed = {"alpha": INSTALLED, "beta": Versions(version("3.3.2"), version("12.1"))}

    (hop,) = site_base_path(Catalogue((BASE, PRODUCT)), installed, version("3.3.2"))

    assert (hop.product, dict(hop.bases)) == (None, {"alpha": (BASE,), "beta": ()})
