"""Which traffic nodes go off line first: a choice by region."""

from typing import Any

from upgrades.forms.plans import PlanForm
from upgrades.services.nodes import region_name


def of_form(form: PlanForm) -> list[dict[str, Any]]:
    """The regions with their nodes, each with whether it goes first. Empty for other shapes."""
    if not form.nodes:
        return []
    chosen = set(form["offline"].value())
    regions: dict[str, list[dict[str, Any]]] = {}
    for node in form.nodes:
        regions.setdefault(node.region, []).append(
            {"node": node, "value": str(node.pk), "first": str(node.pk) in chosen}
        )
    return [{"name": region_name(name), "nodes": nodes} for name, nodes in regions.items()]
