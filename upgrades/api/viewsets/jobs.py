from typing import Any

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from appliances.api.narrowed import Narrowed
from appliances.models import Package, Site
from portal import clock, permissions
from portal.api.bases import Reason
from portal.api.exports import Exports
from portal.api.pages import Keyset, following
from portal.api.resource import Resource
from portal.models import AuditEvent
from upgrades.api.serializers.clients import ClientAnswer, ClientQuery
from upgrades.api.serializers.jobs import (
    Approval,
    Earliest,
    EventPage,
    EventQuery,
    JobAnswer,
    JobBody,
    JobDetail,
    JobQuery,
    NoteAnswer,
    NoteBody,
)
from upgrades.models import ClientRow, JobNote, UpgradeJob
from upgrades.services import convergence, jobs, nudging, planning, runs
from upgrades.services.clients import listing, looks

BY_NAME = Keyset("name")
NOTES = Keyset("-written_at")


class Jobs(Narrowed, Exports):
    """Upgrades: from a draft to what became of it. Transitions are addresses of their own."""

    model = UpgradeJob
    related = ("customer", "site", "target", "replacement", "requested_by", "approved_by")
    site_path = "site_id"
    order = Keyset("-made_at")
    needs = {
        "list": "job.view", "retrieve": "job.view", "events": "job.view", "notes": "job.view",
        "clients": "job.view",
        "create": "job.draft", "submit": "job.submit", "withdraw": "job.submit",
        "approve": "job.approve", "reject": "job.approve", "cancel": "job.submit",
        "start": "job.run", "pause": "job.run", "resume": "job.run", "abandon": "job.run",
        "end_early": "job.run", "go_on": "job.run", "halt": "job.halt", "add_note": "job.note",
    }  # fmt: skip
    asks = {"list": JobQuery, "clients": ClientQuery, "events": EventQuery}
    takes = {
        "create": JobBody, "submit": Earliest, "approve": Approval, "reject": Reason,
        "cancel": Reason, "halt": Reason, "abandon": Reason, "add_note": NoteBody,
    }  # fmt: skip
    gives = {
        "list": JobAnswer, "retrieve": JobDetail, "events": EventPage, "notes": NoteAnswer,
        "clients": ClientAnswer,
        "add_note": NoteAnswer,
    }  # fmt: skip
    pages = frozenset({"list", "notes", "clients"})
    statuses = {"create": 201, "add_note": 201}

    def create(self, request: Request) -> Response:
        """Draft an upgrade. A key of all customers does so under the site's own address."""
        self.demand_customer("POST /api/v1/sites/{id}/jobs")
        return self.answer(drafted(self, self.named(self.sites(), "site")))

    def sites(self) -> "QuerySet[Site]":
        found = Site.objects.all()
        return found if self.limit is None else found.filter(pk__in=self.limit)

    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Hold the windows and ask for approval."""
        earliest = self.body.get("earliest")
        return self._moved(jobs.submit, earliest=earliest)

    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """The second pair of eyes: never the person who asked."""
        return self._moved(jobs.approve, digest=self.body["digest"], word=self.body["word"])

    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        """Not like this: back to a draft, with the reason."""
        return self._moved(jobs.reject, reason=self.body["reason"])

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take the proposal back."""
        return self._moved(jobs.withdraw)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Give it up before it began."""
        return self._moved(jobs.cancel, reason=self.body["reason"])

    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:
        """Begin with the preparation now. Windows never open early."""
        return self._moved(runs.start)

    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        """Rest at the next safe point."""
        return self._moved(runs.pause)

    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Go on. Never while a base problem is open at the site."""
        return self._moved(runs.resume)

    @action(detail=True, methods=["post"], url_path="go-on")
    def go_on(self, request: Request, pk: str) -> Response:
        """Make ready what is next where a running job has no open step, for whatever reason."""
        return self._moved(nudging.go_on)

    @action(detail=True, methods=["post"])
    def halt(self, request: Request, pk: str) -> Response:
        """Stop now: nothing more is begun or asked."""
        return self._moved(runs.halt, reason=self.body["reason"])

    @action(detail=True, methods=["post"])
    def abandon(self, request: Request, pk: str) -> Response:
        """Give it up half-way; the answer names what it leaves behind."""
        return self._moved(runs.abandon, reason=self.body["reason"])

    @action(detail=True, methods=["post"], url_path="end-early")
    def end_early(self, request: Request, pk: str) -> Response:
        """Finish the current hop and the site's shape, and leave the other hops."""
        return self._moved(runs.end_early)

    @action(detail=True, methods=["get"])
    def events(self, request: Request, pk: str) -> Response:
        """What happened, in order of `number`; `after` fills a gap."""
        after, limit = self.query["after"], self.query["limit"]
        found = AuditEvent.objects.filter(job_id=self.row().pk, number__gt=after)
        rows = list(found.order_by("number")[: limit + 1])
        last = str(rows[limit - 1].number) if len(rows) > limit else ""
        page = {"results": rows[:limit], "next": following(request, last, "after")}
        return self.answer(page)

    @action(detail=True, methods=["get"])
    def clients(self, request: Request, pk: str) -> Response:
        """The Jump Clients after a release, as they were last read; empty before the first time."""
        job, asked = self.row(), self.query
        hop = asked.get("hop", convergence.hop_of(job))
        look = looks.latest(job.pk, hop)
        if look is None:
            return self.page(ClientRow.objects.none(), BY_NAME)
        found = listing.found(look, listing.Wish(words=asked.get("search", "")))
        return self.page(found, BY_NAME, told=lambda rows: listing.decided(look, rows))

    @action(detail=True, methods=["get"])
    def notes(self, request: Request, pk: str) -> Response:
        """Remarks, newest first. Those for the vendor's staff are shown to them alone."""
        found = JobNote.objects.filter(job=self.row()).select_related("written_by")
        if not request.user.is_staff:
            found = found.filter(audience=JobNote.Audience.CUSTOMER)
        return self.page(found, NOTES)

    @notes.mapping.post
    def add_note(self, request: Request, pk: str) -> Response:
        """Keep a remark: for the vendor's staff, or for the customer too."""
        if self.body["audience"] == JobNote.Audience.STAFF:
            permissions.demand(request.user, "job.note_staff")
        at = clock.now()
        return self.answer(jobs.note(self.row(), by=request.user, at=at, **self.body))

    def _moved(self, service: Any, **values: Any) -> Response:
        job = service(self.row(), by=self.request.user, at=clock.now(), **values)
        return self.answer(job)


def drafted(resource: Resource, site: Site) -> UpgradeJob:
    """A new draft as the body wishes it."""
    wish = resource.body
    return jobs.draft(
        site, target_of(resource), procedure=procedure_of(wish, site), method=wish["method"],
        by=resource.request.user, at=clock.now(), offline=wish.get("offline"),
    )  # fmt: skip


def target_of(resource: Resource) -> Package:
    return resource.named(Package.objects.all(), "target")


def procedure_of(wish: dict[str, Any], site: Site) -> str:
    return wish.get("procedure") or planning.procedures_for(site)[0].name
