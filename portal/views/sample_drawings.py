"""Invented drawings for the page of components. English only, like that page."""

from datetime import UTC, datetime, timedelta
from typing import Any

from portal.drawings import chain, lanes, timeline, topology

Link, Kind = chain.Link, chain.Kind
Band, Of = timeline.Band, timeline.Kind


def every(now: datetime) -> dict[str, Any]:
    return {
        "links": _links(),
        "single": _single(),
        "pair": _pair(),
        "cluster": _cluster(),
        "layout": _layout(),
        "timeline": _timeline(now),
    }


def _links() -> list[chain.Link]:
    return [
        Link(Kind.HAVE, "installed", "3.2.4 / 12.1", "base / product"),
        Link(
            Kind.BASE,
            "base",
            "3.3.2",
            "12.2.0 refuses base 3.2.4 and is offered 3.3.2",
            "DOCUMENTED",
            "G-AUTO-1",
            done=True,
        ),
        Link(
            Kind.PRODUCT,
            "product, hop 1",
            "12.2.0",
            "14.1 asks for product 12.2 or later",
            "INFERRED",
            done=True,
        ),
        Link(
            Kind.DWELL,
            "dwell",
            "at least 24 h",
            "so that Jump Clients fetch 12.2.0",
            guide="G-PREP-6",
            current=True,
        ),
        Link(Kind.BASE, "base", "4.0.1", "14.1 asks for base 4.0 or later", "DEMO"),
        Link(Kind.GOAL, "product, hop 2", "14.1", "the target"),
    ]


def _facts() -> list[tuple[str, str]]:
    return [
        ("Base", "3.2.4"),
        ("Product", "12.1"),
        ("Model", "B300"),
        ("Address", "192.0.2.41"),
    ]


def _single() -> topology.Drawing:
    return topology.draw(
        host="help.example.com",
        host_detail="DNS to A",
        masters=[topology.Node("A", "Single appliance", "SERVES", _facts())],
        said="A single appliance, A, serves",
    )


def _pair() -> topology.Drawing:
    return topology.draw(
        host="destek.example.com",
        host_detail="shared IP 192.0.2.40",
        masters=[
            topology.Node("A", "Primary", "NO_ANSWER", _facts()),
            topology.Node("B", "Backup", "SERVES", _facts()),
        ],
        link=topology.Link("broken since 13:20", broken=True),
        said="A pair: B serves, A gives no answer, failover is broken",
    )


def _cluster() -> topology.Drawing:
    def node(number: int, state: str, detail: str, clients: str) -> topology.Node:
        return topology.Node(
            f"N{number}", "", state, detail=detail, versions="14.1", clients=clients
        )

    return topology.draw(
        host="help.nordhavn.example",
        masters=[
            topology.Node("A", "Primary master", "SERVES", _facts()),
            topology.Node("B", "Backup master", "STANDS_BY", _facts()),
        ],
        link=topology.Link("synced 14:20, 12 min ago"),
        regions=[
            topology.Region(
                "Copenhagen",
                [
                    node(1, "OFF_LINE", "empty since 13:48", "0 clients"),
                    node(2, "ACCEPTS", "new connections", "188 clients"),
                ],
                "UTC+01:00",
            ),
            topology.Region(
                "Houston", [node(5, "EMPTIES", "since 12:20", "3 clients")], "UTC−06:00"
            ),
        ],
        said="A cluster of two masters and three traffic nodes",
    )


def _layout() -> lanes.Lanes:
    steps = {
        "A": [
            lanes.Step("DONE", "Back up settings", "G-PREP-1", "20:09 portal, 14.2 MB"),
            lanes.Step("WATCHING", "Base installs", "", "12 min of about 17", here=True),
            lanes.Step("PLANNED", "Install product 12.2.0"),
        ],
        "S": [
            lanes.Step("ASKING", "Reinstall the client", "G-CLIENT-9", "due 16:00", True),
            lanes.Step("HELD", "Two answers differ", "", "a person decides", here=True),
            lanes.Step("SKIPPED", "Export certificates", "G-PREP-2", "none installed"),
        ],
    }
    return lanes.lay_out(
        [
            lanes.Lane("A", "A", "Single, serves", "base 3.2.4, product 12.1"),
            lanes.Lane("S", "S", "Site and people", "users, clients, network"),
        ],
        [
            lanes.Phase(1, "Prepare", "DONE", {"A": steps["A"][:1]}, "Sat 20:04, 22 min"),
            lanes.Phase(2, "Window 1", "RUNNING", steps, "since 20:35", now=True),
            lanes.Phase(3, "Dwell", "PLANNED", {}, "24 h"),
        ],
    )


def _timeline(now: datetime) -> timeline.Timeline:
    noon = now.astimezone(UTC).replace(hour=12, minute=0, second=0, microsecond=0)

    def at(hours: float) -> datetime:
        return noon + timedelta(hours=hours)

    rows = [
        timeline.Row(
            "help.example.com",
            "Dwell until tomorrow, then a window, booked for half of it",
            [
                Band(Of.DWELL, at(2), at(20)),
                Band(Of.WINDOW, at(26), at(30)),
                Band(Of.BOOKED, at(26), at(27)),
                Band(Of.WORST, at(27), at(28.5)),
                Band(Of.SAFE, at(27.5)),
            ],
            "single, hop 2",
            "#timeline",
            "start by 15:30",
        ),
        timeline.Row(
            "destek.example.com",
            "Freeze today; without failover from tomorrow",
            [
                Band(Of.FREEZE, at(-6), at(10)),
                Band(Of.INTERIM, at(22), at(40)),
                Band(Of.DONE, at(22), at(23)),
                Band(Of.BAD, at(38), at(39)),
            ],
            "pair, asynchronous",
        ),
    ]
    return timeline.draw(rows, begin=at(-6), end=at(42), now=at(1.5))
