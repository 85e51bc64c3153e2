"""Changes that may displace upgrades, for resources: looked at first, then done as chosen."""

from dataclasses import asdict
from typing import Any

from rest_framework.response import Response

from portal import clock
from portal.api.resource import Resource
from upgrades.api.serializers.whatif import WhatIfAnswer
from upgrades.services import whatif
from upgrades.services.whatif import Edit, Preview, Row, Strategy

__all__ = ["Foreseen", "WhatIfAnswer", "told"]


class Foreseen(Resource):
    """A resource some of whose changes displace upgrades; `settle` of the body says how."""

    def foreseen(self, edit: Edit) -> Response:
        """Who would be hit, and what each strategy makes of it."""
        return self.answer(told(whatif.preview(edit, by=self.request.user, at=clock.now())))

    def settled(self, edit: Edit, given: dict[str, Any] | None = None) -> Any:
        """Do it, with everything that follows as `settle` of the body (or of what is given) says,
        and give the row that it made or changed."""
        chosen = (self.body if given is None else given).get("settle") or {}
        done = whatif.apply(
            edit,
            strategy=Strategy(chosen.get("strategy", Strategy.NEXT)),
            per_job={each["job"]: Strategy(each["strategy"]) for each in chosen.get("jobs", ())},
            digest=chosen.get("digest", ""),
            by=self.request.user,
            at=clock.now(),
        )
        return done.done


def told(found: Preview) -> dict[str, Any]:
    return {"digest": found.digest, "upgrades": [_row(row) for row in found.rows]}


def _row(row: Row) -> dict[str, Any]:
    return {
        "job_id": row.job_id, "label": row.label, "site": row.site, "zone": row.zone,
        "state": row.state, "target": row.target, "why": row.why,
        "windows": [
            {"window": window, "starts_at": start, "ends_at": end}
            for window, start, end in row.starts
        ],
        "outcomes": [
            {
                "strategy": one.strategy.value, "possible": one.possible, "refusal": one.refusal,
                "state": one.state, "moves": [asdict(move) for move in one.moves],
                "told": [{"kind": kind, "to": to} for kind, to in one.letters],
                "broken": one.broken,
            }
            for one in row.outcomes.values()
        ],
    }  # fmt: skip
