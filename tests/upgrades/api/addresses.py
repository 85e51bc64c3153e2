"""Every address of the API, with a body that it would take."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLResolver, get_resolver

SITE_WISH = {"target": str(uuid.uuid4())}
REASON = {"reason": "because"}
ROLLOUT = {
    "name": "Autumn", "release": str(uuid.uuid4()), "starts_on": "2026-11-24",
    "ends_on": "2026-12-24", "waves": [{}],
}  # fmt: skip
FREEZE = {"title": "Inventory", "begin": "2027-06-01T00:00", "end": "2027-06-03T00:00"}
CONTRACT = {"number": "M-7", "starts_on": "2028-01-01", "ends_on": "2028-12-31"}
SITE = {
    "name": "New desk", "public_name": "desk.example.com", "zone": "UTC", "shape": "SINGLE",
    "appliances": [{"letter": "A", "host": "a.example.com"}],
}  # fmt: skip
BODIES: dict[str, Any] = {
    "freezes_create": FREEZE, "freezes_preview": FREEZE, "freezes_change": {},
    "freezes_preview_change": {}, "freeze-calendars_create": {"name": "Ours", "country": "TR"},
    "contracts_create": CONTRACT, "contracts_change": {}, "contracts_preview_change": {},
    "contracts_end": {"ends_on": "2028-06-01"}, "contracts_preview_end": {"ends_on": "2028-06-01"},
    "sites_create": SITE, "sites_change": {}, "sites_bulk": {"items": [SITE]},
    "contacts_bulk": {"items": [{"name": "Elif"}]},
    "windows_bulk": {"items": [{"id": str(uuid.uuid4()), "if_match": "*"}]},
    "windows_create": {
        "site": str(uuid.uuid4()), "rule": "FREQ=DAILY", "starts_on": "2026-11-01", "at": "22:00",
        "minutes": 60,
    },
    "windows_preview_change": {}, "platform-freezes_create": FREEZE,
    "platform-freezes_preview": FREEZE, "settlements_confirm": {"strategy": "next"},
    "jobs_create": {"site": str(uuid.uuid4()), **SITE_WISH}, "jobs_submit": {}, "jobs_approve": {},
    "jobs_reject": REASON, "jobs_cancel": REASON, "jobs_halt": REASON, "jobs_abandon": REASON,
    "jobs_add_note": {"text": "so", "audience": "CUSTOMER"}, "sites_path": SITE_WISH,
    "sites_draft": SITE_WISH, "sites_rehearse": SITE_WISH,
    "sites_test_of": {"production": None},
    "sites_waive": {"check": "CLOCK", "expires_at": "2026-11-24T19:00:00Z", **REASON},
    "drifts_accept": {"found": "22.4.1"}, "differences_acknowledge": {},
    "customers_change": {"values": {"CLOCK.warns_seconds": 60}},
    "jobs_decide": {"choice": "LET_GO", "all": True, **REASON},
    "jobs_waive": {"check": "CLOCK", "expires_at": "2026-11-24T19:00:00Z", **REASON},
    "thresholds_create": {"values": {"CLOCK.warns_seconds": 60}},
    "steps_confirm": {"evidence": {}}, "steps_accept": {"evidence": {}},
    "steps_report": REASON, "steps_skip": REASON, "steps_extend": {"hours": 2},
    "steps_progress": {"percent": 40},
    "steps_hand_over": {"to": str(uuid.uuid4())},
    "windows_change": {},
    "webhooks_create": {"name": "Desk", "address": "https://hooks.example.com/"},
    "webhooks_change": {},
    "contacts_create": {"name": "Elif", "email": "elif@example.com"}, "contacts_change": {},
    "promises_create": {"kind": "NOTICE", "days": 7, "agreed_on": "2026-11-01"},
    "rollouts_create": ROLLOUT, "rollouts_edit": ROLLOUT, "rollouts_pause": REASON,
    "rollouts_stop": REASON, "enrolments_decline": REASON, "enrolments_exclude": REASON,
    "enrolments_take": {"starts_at": "2026-11-24T19:00:00Z", "digest": "seen"},
    "bookings_move": {"starts_at": "2026-11-24T19:00:00Z"},
    "bookings_bulk": {"items": [{
        "id": str(uuid.uuid4()), "if_match": "*", "starts_at": "2026-11-24T19:00:00Z",
    }]},
    "keys_create": {"name": "CMDB"}, "sandboxes_create": {"name": "Our CI"},
    "holds_ask_release": {"ticket": "T-123"},
    "sites_open_return": {"appliance": str(uuid.uuid4()), **REASON},
    "sites_register_replacement": {
        "replaces": str(uuid.uuid4()), "host": "n.sim", "base_version": "3.2.4",
    },
    "returns_refuse": REASON, "returns_cancel": REASON, "returns_lose": REASON,
    "returns_wipe": {"serial": "X1"}, "returns_delete_virtual": {"evidence": "task 7"},
    "returns_retain_drives": {"where": "in the safe"},
    "returns_ask_waiver": {"where": "in the safe", **REASON},
    "returns_book_pickup": {"carrier": "Parcel"}, "returns_receive": {"on": "2026-12-01"},
    "returns_hand_over": {"by_name": "Jan", "tracking": "T1"},
    "appliances_read": {"kind": "base", "version": "3.3.2"},
    "sites_grant": {
        "rule": "FREQ=DAILY", "starts_on": "2026-11-01", "at": "22:00", "minutes": 60,
    },
}  # fmt: skip

SPAN = {"start": "2026-11-24T00:00:00Z", "end": "2026-12-24T00:00:00Z"}
QUERIES: dict[str, dict[str, str]] = {
    "sites_availability": {**SPAN, "minutes": "60"}, "bookings_availability": SPAN,
    "calendar_list": SPAN,
}  # fmt: skip


@dataclass(frozen=True)
class Address:
    method: str
    path: str  # with {id}
    action: str
    resource: Any

    @property
    def noun(self) -> str:
        return self.path.split("/")[0]

    @property
    def name(self) -> str:
        return f"{self.noun}_{self.action}"

    @property
    def of_one(self) -> bool:
        return "{id}" in self.path

    def ask(self, caller: Any, pk: object = "") -> Any:
        path = self.path.replace("{id}", str(pk))
        if self.method == "post":
            return caller.post(path, BODIES.get(self.name))
        return getattr(caller, self.method)(path, **QUERIES.get(self.name, {}))


def addresses() -> list[Address]:
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: Any, prefix: str) -> Iterator[Address]:
    for each in patterns:
        address = prefix + str(each.pattern).replace("^", "").replace("$", "")
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, address)
        elif address.startswith("api/v1/") and hasattr(each.callback, "actions"):
            path = re.sub(r"\(\?P<pk>[^)]+\)", "{id}", address.removeprefix("api/v1/"))
            for method, action in each.callback.actions.items():
                if method != "head":
                    yield Address(method, path, action, each.callback.cls)
