"""The papers of a return: the checklist for the rack, the parcel's label, the slip inside.

Whoever stands before the box may have no network: the papers say which box by its serial, what to
do in which order, what is recorded already, and whom to call (G-RMA-1, G-RMA-2, G-RMA-3, G-RMA-4).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _, gettext_lazy

from appliances.models import HardwareReturn
from appliances.services import parties
from appliances.services.returning import WrongKind
from portal import times
from portal.services import customers
from upgrades.reports import moments, return_steps
from upgrades.reports.barcodes import code128
from upgrades.reports.paper import Paper, code_of, compose

Json = dict[str, Any]
HALF, WHOLE = 84.0, 172.0  # millimetres beside another, and alone
LONGEST = 32  # signs of a number in a title


def checklist(
    row: HardwareReturn, *, language: str, size: str = "a4", at: datetime, by: Any = None
) -> Paper:
    """The steps at the rack, ticked as far as they are recorded; of a virtual one, its deletion."""

    def more() -> Json:
        return {
            "facts": _facts(row),
            "steps": return_steps.of(row),
            "never": _never(row),
            "early": row.state in (row.State.DRAFT, row.State.REQUESTED, row.State.AUTHORISED),
        }

    return _paper(row, "checklist", more, language=language, size=size, at=at, by=by)


def label(
    row: HardwareReturn, *, language: str, size: str = "a4", at: datetime, by: Any = None
) -> Paper:
    """For the outside, beside the carrier's own. Raises WrongKind of a virtual appliance."""
    demand_box(row)
    return _paper(row, "label", dict, language=language, size=size, at=at, by=by)


def slip(
    row: HardwareReturn, *, language: str, size: str = "a4", at: datetime, by: Any = None
) -> Paper:
    """What is in the box, to be laid inside. Raises WrongKind of a virtual appliance."""
    demand_box(row)

    def more() -> Json:
        return {"pieces": _pieces(row), "parcel": _parcel(row)}

    return _paper(row, "slip", more, language=language, size=size, at=at, by=by)


PAPERS: dict[str, Callable[..., Paper]] = {"checklist": checklist, "label": label, "slip": slip}


def demand_box(row: HardwareReturn) -> None:
    if not row.physical:
        raise WrongKind(
            gettext_lazy("A virtual appliance is deleted, not sent back: it has no parcel."),
            remedy=gettext_lazy("Print its checklist."),
        )


def rack_address(row: HardwareReturn) -> str:
    """Where the QR code leads: the page that asks for the serial before it shows a button."""
    kept = {"slug": customers.current().slug, "pk": row.pk}
    return f"{settings.PUBLIC_URL}{reverse('appliances:return-rack', kwargs=kept)}"


def _paper(
    row: HardwareReturn, kind: str, more: Callable[[], Json], *, language: str, size: str,
    at: datetime, by: Any,
) -> Paper:  # fmt: skip
    bars = {"room": WHOLE, "module": 0.5, "height": 15} if kind == "label" else {"room": HALF}
    with translation.override(language):
        context = {
            "row": row,
            "number": _short(str(row)),
            "site": row.site,
            "customer": customers.current(),
            "code": code_of(rack_address(row), _("QR code: the page of this return")),
            "serial": code128(row.serial, _("Code 128: serial number"), **bars),
            "rma": code128(row.rma_number, _("Code 128: RMA number"), **bars),
            "due": times.day_label(row.due_back_on) if row.due_back_on else "",
            "label_ends": times.day_label(row.label_expires_on) if row.label_expires_on else "",
            "ship_from": parties.lines_of(row.ship_from),
            "ship_to": parties.lines_of(row.ship_to),
            "customs": _labelled(parties.customs_of(row.customs)),
            "printed": moments.full(at, row.site.zone),
            "printed_by": str(by or ""),
            **more(),
        }
        number = row.rma_number or row.serial or str(row.pk)[:8]
        name = f"return-{number}-{kind}".replace("/", "-")
        return compose(
            f"return_{kind}.html", context, name=name, language=language, size=size,
            digest=row.serial,
        )  # fmt: skip


def _short(text: str) -> str:
    """For a title: a number of sixty signs would push the page's own number off the paper."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _labelled(pairs: list[tuple[str, str]]) -> list[Json]:
    return [{"label": label, "value": value} for label, value in pairs]


def _facts(row: HardwareReturn) -> list[Json]:
    versions = ", ".join(part for part in (row.base_version, row.product_version) if part)
    new = row.replacement
    newer = " ".join(part for part in (new.model if new else "", row.new_serial) if part)
    known = _labelled([
        (_("Model"), row.model),
        (_("Place in the rack"), row.appliance.rack_place),
        (_("Asset tag"), row.asset_tag),
        (_("Own host name"), row.host),
        (_("Base, product when it left"), versions),
        (_("Vendor’s case"), row.case_number),
        (_("Replaced by"), newer),
        (_("MAC address"), row.mac),
        (_("Carrier"), row.carrier),
        (_("Carrier’s label"), row.label_id),
        (_("Charged if it is not back in time"), _exposure(row)),
    ])  # fmt: skip
    support = {"label": _("Vendor's support"), "value": settings.SUPPORT_CONTACT}
    return [fact for fact in known if fact["value"]] + [support]


def _exposure(row: HardwareReturn) -> str:
    """What the vendor charges for a box that is missing (vendor.md §8.3, billing guard)."""
    return f"{number_format(row.exposure)} {row.currency}".strip() if row.exposure else ""


def _never(row: HardwareReturn) -> str:
    """The sentence that keeps the wrong box alive."""
    known = {"serial": row.serial, "new": row.new_serial or _("The new one")}
    if row.physical and not row.serial:
        return _(
            "No serial number is recorded: wipe nothing before support has told you which box it"
            " is. %(new)s serves your users."
        ) % known  # fmt: skip
    if row.physical:
        return _(
            "The serial number on the box must be %(serial)s. %(new)s serves your users."
        ) % known  # fmt: skip
    return _("Only %(host)s is deleted. %(new)s serves your users.") % {**known, "host": row.host}


def _pieces(row: HardwareReturn) -> list[Json]:
    """The appliance first; then the lines of what was written down; then this paper."""
    box = _("Appliance %(model)s") % {"model": row.model} if row.model else _("Appliance")
    pieces = [{"what": box, "number": row.serial, "many": "1"}]
    if row.drives_kept:
        pieces.append({"what": _("Drives: kept by the customer"), "number":
                       row.destruction_reference, "many": "0"})  # fmt: skip
    pieces += [
        {"what": line.strip(), "number": "", "many": ""}
        for line in row.contents.splitlines()
        if line.strip()
    ]
    return [*pieces, {"what": _("This packing slip"), "number": "", "many": "1"}]


def _parcel(row: HardwareReturn) -> list[Json]:
    """What stays a line is written by hand; the last ones are there only if they are known."""
    known = _("%(weight)s kg") % {"weight": floatformat(row.weight_kg, -2)}
    lines = _labelled([
        (_("Vendor’s case"), row.case_number),
        (_("Asset tag"), row.asset_tag),
        (_("Weight"), known if row.weight_kg else ""),
        (_("Size in cm"), row.size_cm),
        (_("Carrier"), row.carrier),
        (_("Carrier’s label"), row.label_id),
        (_("Pickup number"), row.pickup_number),
        (_("Tracking number"), row.tracking),
    ])  # fmt: skip
    more = _labelled([
        (_("Kind of return"), row.get_kind_display()),
        (_("Replaced by"), row.new_serial),
        (_("Pickup"), _pickup(row)),
    ])  # fmt: skip
    return [*lines, *(line for line in more if line["value"])]


def _pickup(row: HardwareReturn) -> str:
    if row.pickup_from and row.pickup_until:
        return moments.slot(row.pickup_from, row.pickup_until, row.site.zone)
    return moments.full(row.pickup_from, row.site.zone) if row.pickup_from else ""
