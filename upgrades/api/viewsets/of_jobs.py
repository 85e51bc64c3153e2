"""What people decide about a job beside its steps: its clients, and checks of it alone."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from appliances.api.serializers.readiness import WaiverAnswer, WaiverBody
from portal import clock
from portal.api.pages import Keyset
from portal.api.resource import Resource
from portal.errors import Refused
from upgrades.api.serializers.clients import DecidedAnswer, DecisionBody, ExportAnswer
from upgrades.models import ClientExport, ClientLook, UpgradeJob
from upgrades.services import convergence, waiving
from upgrades.services.clients import counting, listing, looks

NEWEST = Keyset("-at")


class DecisionsOfJob(Resource):
    model = UpgradeJob
    related = ("site",)
    site_path = "site_id"
    needs = {"decide": "step.act"}
    takes = {"decide": DecisionBody}
    gives = {"decide": DecidedAnswer}

    @action(detail=True, methods=["post"], url_path="client-decisions", url_name="decisions")
    def decide(self, request: Request, pk: str) -> Response:
        """Wait for clients that have not followed, redeploy them by hand, or let them go."""
        job, given = self.row(), self.body
        hop = given.get("hop", convergence.hop_of(job))
        look = looks.latest(job.pk, hop)
        if look is None:
            raise Refused(_("Nobody has looked at the clients of this job yet."))
        number = convergence.decide(
            job, self._named(look), hop=hop, choice=given["choice"], reason=given["reason"],
            by=request.user, at=clock.now(),
        )  # fmt: skip
        told = {"hop": hop, "decided": number, "undecided": counting.undecided(look)}
        return self.answer(told)

    def _named(self, look: ClientLook) -> Any:
        """The clients that the body names, of this look: an unknown one refuses them all."""
        given = self.body
        rows = listing.found(look, listing.Wish(given["kind"], given["search"]))
        if given["all"]:
            return rows
        rows = rows.filter(pk__in=given["clients"])
        if rows.count() != len(set(given["clients"])):
            sentence = _("Some of these are not clients of the last reading: read them again.")
            raise ValidationError({"clients": [sentence]})
        return rows


class ExportsOfJob(Resource):
    model = UpgradeJob
    related = ("site",)
    site_path = "site_id"
    needs = {"exports": "job.view"}
    gives = {"exports": ExportAnswer}
    pages = frozenset({"exports"})

    @action(detail=True, methods=["get"], url_path="client-exports", url_name="exports")
    def exports(self, request: Request, pk: str) -> Response:
        """Large exported lists that workers read, newest first, and why one was refused."""
        found = ClientExport.objects.filter(job=self.row()).select_related("by")
        return self.page(found, NEWEST)


class WaiversOfJob(Resource):
    model = UpgradeJob
    related = ("site",)
    site_path = "site_id"
    needs = {"waive": "waiver.give"}
    takes = {"waive": WaiverBody}
    gives = {"waive": WaiverAnswer}
    statuses = {"waive": 201}

    @action(detail=True, methods=["post"], url_path="waivers", url_name="waivers")
    def waive(self, request: Request, pk: str) -> Response:
        """Answer for one check of this job alone; another job of the site is held by it still."""
        job, given, box = self.row(), self.body, None
        if "appliance" in given:
            box = self.named(job.site.appliances.all(), "appliance")
        made = waiving.waive(
            job, given["check"], reason=given["reason"], expires_at=given["expires_at"],
            appliance=box, by=request.user, at=clock.now(),
        )  # fmt: skip
        return self.answer(made)
