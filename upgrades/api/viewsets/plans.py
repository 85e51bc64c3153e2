from typing import Any

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from appliances.models import Site
from portal import clock
from portal.api.resource import Resource
from upgrades.api.serializers.jobs import JobDetail
from upgrades.api.serializers.plans import ChoicesAnswer, PreviewAnswer, PreviewBody, Wish
from upgrades.api.viewsets.jobs import drafted, procedure_of, target_of
from upgrades.procedures import METHODS
from upgrades.services import drafting, planning
from upgrades.services.previews import Preview, preview


class PlansOfSite(Resource):
    """Where a site could go, and what the way would be."""

    model = Site
    related = ("customer",)
    site_path = "id"
    needs = {"choices": "job.view", "path": "job.draft", "draft": "job.draft"}
    takes = {"path": PreviewBody, "draft": Wish}
    gives = {"choices": ChoicesAnswer, "path": PreviewAnswer, "draft": JobDetail}
    statuses = {"draft": 201}
    previews = frozenset({"path"})

    @action(detail=True, methods=["get"])
    def choices(self, request: Request, pk: str) -> Response:
        """Every newer release with the hops it takes, or the sentence that refuses it."""
        site = self.row()
        pages = [page.name for page in planning.procedures_for(site)]
        return self.answer(
            {"targets": planning.choices(site), "procedures": pages, "methods": sorted(METHODS)}
        )

    @action(detail=True, methods=["post"])
    def path(self, request: Request, pk: str) -> Response:
        """What an upgrade would be; nothing is written. A plan without place says why."""
        site, wish = self.row(), self.body
        seen = preview(
            site, target_of(self), procedure=procedure_of(wish, site), method=wish["method"],
            earliest=wish.get("earliest"), at=clock.now(), offline=wish.get("offline"),
            by=request.user,
        )  # fmt: skip
        return self.answer(told(seen))

    @action(detail=True, methods=["post"], url_path="jobs")
    def draft(self, request: Request, pk: str) -> Response:
        """Draft an upgrade of this site."""
        return self.answer(drafted(self, self.row()))


def told(seen: Preview) -> dict[str, Any]:
    drawn = seen.drawn
    paths = drafting.path_lines(drawn)
    return {
        **drawn.summary,
        "target": drawn.target,
        "zone": drawn.site.zone,
        "plan": {**drawn.summary, "path": paths, "digest": drafting.digest(drawn)},
        "layout": seen.layout,
        "refusal": seen.refusal,
    }
