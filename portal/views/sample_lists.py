"""Invented lines, choices and lists for the page of components. English only, like that page."""

from datetime import datetime, timedelta
from typing import Any

from portal.errors import NotNow
from portal.templatetags.marks import MARKS

LIVES = {  # the first code of each life in the table of marks, and the codes it has to itself
    "Upgrade": ("DRAFT", ""),
    "Step": ("PLANNED", ""),
    "Booking": ("BOOKED", "booking.HELD"),
    "Message": ("QUEUED", "message.FAILED"),
    "Question": ("ASKED", ""),
    "Readiness": ("GOOD", ""),
    "Appliance, site": ("SERVES", ""),
    "Rule, contract": ("HOLDS", ""),
}


def every(now: datetime) -> dict[str, Any]:
    return {
        "lives": lives(),
        "lines": lines(),
        "options": options(),
        "columns": COLUMNS,
        "rows": rows(),
        "entries": entries(now),
        "rules": RULES,
        "counts": [("good", 1204), ("wait", 47), ("asks", 48), ("stop", 13)],
        "soon": now + timedelta(hours=9, minutes=41, seconds=12),
        "later": now + timedelta(hours=4),
        "refusal": NotNow(
            "Somebody else confirmed this step 20 seconds ago.",
            remedy="Look at the page as it is now, then decide again.",
        ),
    }


def lives() -> list[tuple[str, list[tuple[str, str]]]]:
    """The marks by life: pairs of code and life, in the order of the table."""
    found: dict[str, list[tuple[str, str]]] = {}
    starts = {first: name for name, (first, _) in LIVES.items()}
    name = ""
    for code in (code for code in MARKS if "." not in code):
        name = starts.get(code, name)
        found.setdefault(name, []).append((code, ""))
    for name, (_, own) in LIVES.items():
        if own:
            life, code = own.split(".")
            found[name].append((code, life))
    return list(found.items())


def lines() -> list[dict[str, Any]]:
    return [
        {
            "family": "stop",
            "symbol": "halted",
            "word": "Halted",
            "title": "Base 3.3.2 failed on appliance B. Do not restart it.",
            "detail": "Kızılırmak Enerji · destek.kizilirmak-enerji.example · A serves",
            "when": "since 14:09",
            "ago": "23 min",
            "holder": "Ines Duarte",
            "url": "#queue",
            "link": "Open",
            "urgent": True,
        },
        {
            "family": "asks",
            "symbol": "asking",
            "word": "Asking",
            "title": "Reinstall the integration client and say so",
            "detail": "Ostrava Steelworks · pomoc.ostrava-steel.example · step 31 of 58",
            "when": "due 16:00",
            "ago": "in 1 h 28 min",
            "holder": None,
            "url": "#queue",
            "link": "Answer",
        },
    ]


def options() -> list[dict[str, Any]]:
    fits = {"family": "good", "symbol": "done", "word": "fits"}
    tight = {"family": "asks", "symbol": "warn", "word": "tight"}
    no = {"family": "idle", "symbol": "declined", "word": "no"}
    return [
        {
            "value": "1",
            "title": "Sat 28 Nov, 22:00",
            "detail": "inside your window",
            "chosen": True,
            **fits,
        },
        {"value": "2", "title": "Sun 29 Nov, 22:00", "detail": "inside your window", **tight},
        {
            "value": "3",
            "title": "Fri 27 Nov, 22:00",
            "detail": "why not: no window on Fridays",
            "refused": True,
            **no,
        },
    ]


COLUMNS = [
    {"key": "sync", "title": "Synchronous", "detail": "A first, A stays primary"},
    {
        "key": "async",
        "title": "Asynchronous",
        "detail": "B first, then B takes over",
        "chosen": True,
    },
]


def rows() -> list[dict[str, Any]]:
    def row(title: str, *cells: dict[str, Any]) -> dict[str, Any]:
        placed = [
            {"column": column["title"], "chosen": column.get("chosen", False), **cell}
            for column, cell in zip(COLUMNS, cells, strict=True)
        ]
        return {"title": title, "cells": placed}

    return [
        row(
            "Downtime for users",
            {"big": "1 h 36 min", "text": "expected, 3 h 10 min slow case", "fit": (240, 96, 190)},
            {"big": "8 min", "text": "expected, 30 min slow case", "fit": (240, 8, 30)},
        ),
        row(
            "Network work",
            {"text": "none"},
            {"text": "shared IP moves once a hop", "detail": "both times are recorded"},
        ),
    ]


def entries(now: datetime) -> list[dict[str, Any]]:
    def at(minutes: int) -> datetime:
        return now - timedelta(minutes=minutes)

    return [
        {"number": 1214, "at": at(1), "by": "portal", "text": "Asked both appliances: well"},
        {"number": 1213, "at": at(3), "by": "Gülşen Işık", "text": "Confirmed step 30"},
        {"gap": "#1188 to #1212 did not arrive; asking again."},
        {"number": 1187, "at": at(1600), "by": "portal", "text": "Product 12.2.0 proven on A"},
    ]


RULES = [
    {"state": "HOLDS", "text": "24 h between two product packages", "guide": "G-RULE-3"},
    {"state": "TO_WATCH", "text": "3 integration clients need a person", "guide": "G-RULE-8"},
    {"state": "BROKEN", "text": "Never both appliances in one window", "guide": "G-RULE-5"},
    {"state": "DOES_NOT_APPLY", "text": "Cluster rules: not of a pair", "guide": "G-RULE-7"},
]
