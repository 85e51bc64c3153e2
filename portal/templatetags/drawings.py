"""Drawings. `{% load drawings %}`; their values come from portal/drawings/.

{% chain links %}               list of drawings.chain.Link
{% needs_drawing drawing hows %}    drawings.needs.draw(…); hows: [(css, word)…] for its key
{% topology drawing %}          drawings.topology.draw(…)
{% lanes layout %}              drawings.lanes.lay_out(…)
{% timeline drawing zone %}     drawings.timeline.draw(…); with {% timeline_key %} above it
                                (conflicts=True: flags are drawn too)
{% share_bar counts said %}     counts: [(family, count)…]; said: the same in words
{% fit total expected worst said %}    minutes; said in words
{% count_down until now zone rate=1 %}  the wait, its end as an instant; body: what for
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from django import template

from portal import times
from portal.drawings import shares
from portal.drawings.chain import Link
from portal.drawings.lanes import Lanes
from portal.drawings.needs import Drawing as Needs
from portal.drawings.timeline import Timeline
from portal.drawings.topology import Drawing

register = template.Library()


@register.inclusion_tag("components/chain.html")
def chain(links: Sequence[Link]) -> dict[str, Any]:
    return {"links": links}


@register.inclusion_tag("components/needs.html")
def needs_drawing(drawing: Needs, hows: Sequence[tuple[str, object]]) -> dict[str, Any]:
    return {"drawing": drawing, "hows": hows}


@register.inclusion_tag("components/topology.html")
def topology(drawing: Drawing) -> dict[str, Any]:
    return {"drawing": drawing}


@register.inclusion_tag("components/lanes.html")
def lanes(layout: Lanes) -> dict[str, Any]:
    return {"layout": layout}


@register.inclusion_tag("components/timeline.html")
def timeline(drawing: Timeline, zone: str | tzinfo) -> dict[str, Any]:
    return {"drawing": drawing, "zone": zone}


@register.inclusion_tag("components/timeline_key.html")
def timeline_key(*, conflicts: bool = False) -> dict[str, Any]:
    return {"conflicts": conflicts}


@register.inclusion_tag("components/bar.html")
def share_bar(counts: Sequence[tuple[str, int]], said: object) -> dict[str, Any]:
    return {"parts": shares.bar(counts), "said": said}


@register.inclusion_tag("components/fit.html")
def fit(total: float, expected: float, worst: float, said: object = "") -> dict[str, Any]:
    return {"fit": shares.fit(total, expected, worst), "said": said}


@register.inclusion_tag("components/count_down.html")
def count_down(
    until: datetime, now: datetime, zone: str | tzinfo, *, rate: float = 1
) -> dict[str, Any]:
    """`rate` is the speed of the portal's clock: the demo's runs faster than the wall's."""
    left = max(round((until - now).total_seconds()), 0)
    hours, rest = divmod(left, 3600)
    return {
        "until": until,
        "zone": zone,
        "left": left,
        "rate": rate,
        "clock": f"{hours}:{rest // 60:02d}:{rest % 60:02d}",
        "said": times.span(left / 60),
    }
