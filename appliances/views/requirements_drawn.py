"""The catalogue as a drawing: which package stands on which."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from appliances.models import Package, Requirement
from portal.drawings.needs import Drawing, Need, Thing, draw
from portal.templatetags.marks import PROVENANCES

Packages = Sequence[Package]


def of_all(packages: Packages, request: HttpRequest) -> Drawing:
    """All of the catalogue, each package in the column of its kind, the newest on top."""
    said = ngettext(
        "What needs what: %(count)d package",
        "What needs what: %(count)d packages",
        len(packages),
    )
    return _draw(packages, _needs(packages), request, said % {"count": len(packages)})


def of_one(package: Package, packages: Packages, request: HttpRequest) -> Drawing | None:
    """What a package stands on, step by step to the ground, and what stands right on it. None
    where nothing is known of either."""
    needs = _needs(packages)
    below, ahead = {package.pk}, [package.pk]
    while ahead:
        found = {need.on for need in needs if need.of in ahead} - below
        below |= found
        ahead = list(found)
    above = {need.of for need in needs if need.on == package.pk}
    if len(below | above) == 1:
        return None
    drawn = [each for each in packages if each.pk in below | above]
    kept = [need for need in needs if need.of in below or need.on == package.pk]
    said = _("%(package)s: what it stands on, and what stands on it") % {"package": package.name}
    return _draw(drawn, kept, request, said, here=package)


def hows() -> list[tuple[str, object]]:
    """The lines' keys: how well a requirement is known."""
    return [(mark.family, mark.word) for code, mark in PROVENANCES.items() if code != "APPLIANCE"]


def _draw(
    packages: Packages, needs: Iterable[Need], request: Any, said: str, here: Package | None = None
) -> Drawing:  # fmt: skip
    at = getattr(request, "customer", None)

    def url(package: Package) -> str:
        if at is None:
            return reverse("appliances:package", kwargs={"pk": package.pk})
        return reverse("appliances:customer-package", kwargs={"slug": at.slug, "pk": package.pk})

    things = [
        Thing(
            each.pk, _title(each), right=each.kind != Package.Kind.BASE,
            below=each.kind == Package.Kind.LICENCE, here=each == here,
            url="" if each == here else url(each), gone=each.withdrawn_at is not None,
        )
        for each in packages
    ]  # fmt: skip
    return draw(things, needs, said=said)


def _title(package: Package) -> str:
    return package.name if package.kind == Package.Kind.LICENCE else package.version


def _needs(packages: Packages) -> list[Need]:
    """Each requirement, and the lowest package that is enough for it. One that nothing in the
    catalogue is enough for has no line: the list of what a package needs still names it."""
    rising = sorted(
        ((one.withdrawn_at is not None, _numbers(one), one) for one in packages),
        key=lambda known: known[:2],
    )
    found = []
    for each in packages:
        for asked in each.requirements.all():
            wanted = _numbers(asked)
            enough = (
                one for _gone, has, one in rising
                if one.kind == asked.kind and one != each
                and (has > wanted if asked.above else has >= wanted)
            )  # fmt: skip
            if (lowest := next(enough, None)) is not None:
                found.append(Need(each.pk, lowest.pk, PROVENANCES[asked.provenance].family))
    return found


def _numbers(row: Package | Requirement) -> tuple[int, ...]:
    """4.2 and 4.2.0 are one release."""
    numbers = [int(part) for part in row.version.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
