"""What a plan leaves without an accepting node, in the reader's words (G-RULE-7)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def dark(plan: Mapping[str, Any]) -> str:
    """Where no node accepts for a time; empty where one always does, beside the change-over
    itself. `plan` is a plan's summary, fresh or stored."""
    if not plan.get("dark"):
        return ""
    if plan.get("all_dark"):
        return _("The whole cluster is without a node that accepts connections for a time.")
    return _("For a time no node accepts connections in: %(regions)s.") % {
        "regions": ", ".join(map(region_name, plan["dark"]))
    }


def region_name(name: str) -> str:
    return name or _("Without a region")
