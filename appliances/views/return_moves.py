"""The moves of a return as its page offers them: who may, what is asked, the one door of each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from appliances.forms import returns as forms
from appliances.models import Appliance, HardwareReturn
from appliances.services import late_ticks, returning, returns

S = HardwareReturn.State
MANAGE, DECIDE, WAIVE = "return.manage", "return.authorise", "return.waive"
ADDRESS = {MANAGE: "return-move", DECIDE: "return-decide", WAIVE: "return-waive"}
LED = frozenset({"wipe", "delete", "power-off", "pack", "hand-over", "cancel"})
Given = dict[str, Any]


@dataclass(frozen=True)
class Move:
    """`aside`: not the way on, but a way out."""

    label: Any
    needs: str
    sources: tuple[str, ...]
    asks: type[Any]
    door: Callable[..., Any]
    boxes: bool | None = True  # None: boxes and virtual ones
    aside: bool = False
    danger: bool = False

    @property
    def address(self) -> str:
        return f"appliances:{ADDRESS[self.needs]}"

    def form(self, row: HardwareReturn, data: Any = None) -> Any:
        """With names of its own for its controls: a page shows several moves, and the facts."""
        known: dict[str, Any] = {"auto_id": f"{self.asks.__name__.lower()}_%s"}
        if self.asks is forms.Pickup:
            known["zone"] = row.site.zone
        if self.asks is forms.Confirming:
            boxes = Appliance.known.filter(site_id=row.site_id).exclude(pk=row.appliance_id)
            known["appliances"] = boxes.exclude(place=Appliance.Place.LEFT).order_by("letter")
        return self.asks(data, **known)

    def make(self, row: HardwareReturn, form: Any, by: Any, at: datetime, ago: str = "") -> Any:
        """`ago`: seconds, by the device that sent it later."""
        then = late_ticks.happened(row, ago, at=at)
        late_ticks.note(row, self.door.__name__, then, by=by, at=at)
        return self.door(row, by=by, at=at, **_given(form))


def _given(form: Any) -> Given:
    if isinstance(form, forms.Labelling):
        return form.given()
    if isinstance(form, forms.Confirming):
        return {"replacement": form.chosen()}
    return dict(form.cleaned_data)


MOVES: dict[str, Move] = {
    "request": Move(_("Request the return"), MANAGE, (S.DRAFT,), forms.Nothing, returns.request,
                    boxes=None),
    "authorise": Move(_("Authorise"), DECIDE, (S.REQUESTED,), forms.Authorising,
                      returns.authorise, boxes=None),
    "refuse": Move(_("Refuse"), DECIDE, (S.REQUESTED,), forms.Reason, returns.refuse,
                   boxes=None, aside=True),
    "confirm-replacement": Move(_("Confirm the replacement"), MANAGE, (S.AUTHORISED,),
                                forms.Confirming, returns.confirm_replacement, boxes=None),
    "wipe": Move(_("It is reset to factory defaults"), MANAGE, (S.REPLACED,), forms.Wiping,
                 returning.wipe, danger=True),
    "delete": Move(_("It is deleted"), MANAGE, (S.REPLACED,), forms.Deleting, returning.delete,
                   boxes=False, danger=True),
    "retain-drives": Move(_("Its drives are kept"), MANAGE, (S.REPLACED,), forms.Drives,
                          returning.retain_drives, aside=True),
    "ask-waiver": Move(_("It cannot be reset: ask for a waiver"), MANAGE, (S.REPLACED,),
                       forms.Waiver, returning.ask_waiver, aside=True),
    "waive-wipe": Move(_("Agree to the waiver"), WAIVE, (S.REPLACED,), forms.Nothing,
                       returning.waive_wipe, aside=True, danger=True),
    "power-off": Move(_("It is shut down"), MANAGE, (S.WIPED,), forms.Nothing,
                      returning.power_off),
    "pack": Move(_("It is packed"), MANAGE, (S.POWERED_OFF,), forms.Packing, returning.pack),
    "label": Move(_("The label is on"), MANAGE, (S.PACKED,), forms.Labelling, returning.label),
    "book-pickup": Move(_("The pickup is booked"), MANAGE, (S.PACKED,), forms.Pickup,
                        returning.book_pickup),
    "hand-over": Move(_("It is handed over"), MANAGE, (S.PICKUP_BOOKED,), forms.HandingOver,
                      returning.hand_over),
    "receive": Move(_("The vendor has it"), DECIDE, (S.IN_TRANSIT,), forms.Received,
                    returning.receive),
    "lose": Move(_("It is lost on the way"), MANAGE, (S.IN_TRANSIT,), forms.Reason,
                 returning.lose, aside=True),
    "close": Move(_("Close the return"), MANAGE, (S.RECEIVED, S.DELETED, S.LOST), forms.Nothing,
                  returning.close, boxes=None),
    "cancel": Move(_("Cancel the return"), MANAGE, (S.DRAFT, S.REQUESTED, S.AUTHORISED, S.REPLACED),
                   forms.Reason, returns.cancel, boxes=None, aside=True),
}  # fmt: skip


def possible(row: HardwareReturn) -> Iterator[tuple[str, Move]]:
    """What can be done with it now; what a job's steps do is not offered here."""
    for verb, move in MOVES.items():
        if row.state not in move.sources or move.boxes not in (None, row.physical):
            continue
        if row.led_by_job and verb in LED:
            continue
        if verb == "waive-wipe" and row.waiver_asked_by_id is None:
            continue
        if verb == ("label" if row.label_outside else "book-pickup") and row.state == S.PACKED:
            continue  # the label first, then the carrier (G-RMA-4)
        yield verb, move


def late(row: HardwareReturn) -> list[dict[str, Any]]:
    """Moves that arrived later than they were made, in their order."""
    labels = {move.door.__name__: move.label for move in MOVES.values()}
    found = [
        {"what": labels.get(name, name), "by": told["by"],
         **{each: datetime.fromisoformat(told[each]) for each in ("happened", "arrived")}}
        for name, told in row.said_at.items()
    ]  # fmt: skip
    return sorted(found, key=lambda each: each["happened"])


ROAD = (S.REQUESTED, S.AUTHORISED, S.REPLACED, S.WIPED, S.POWERED_OFF, S.PACKED, S.PICKUP_BOOKED,
        S.IN_TRANSIT, S.RECEIVED, S.CLOSED)  # fmt: skip
VIRTUAL = (S.REQUESTED, S.AUTHORISED, S.REPLACED, S.DELETED, S.CLOSED)


def road(row: HardwareReturn) -> list[dict[str, Any]]:
    """The way from the request to the end, with how far it is."""
    stations = ROAD if row.physical else VIRTUAL
    at = stations.index(row.state) if row.state in stations else -1
    if row.state == S.LOST:
        at = stations.index(S.IN_TRANSIT)
    return [
        {"word": station.label, "state": "DONE" if place <= at else "PLANNED"}
        for place, station in enumerate(stations)
    ]
