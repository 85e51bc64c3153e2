"""Sandboxes over REST: simulated customers with test keys, which touch nothing else."""

from datetime import timedelta
from typing import Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from appliances.models import Site
from portal import clock, tenancy
from portal.api import versions
from portal.api.bases import Body, CustomerName, Sparse
from portal.api.fields import Instant
from portal.api.permissions import NeedsAtHome
from portal.api.resource import Resource
from portal.models import Customer
from upgrades.services import ending, sandbox_time, sandboxes

ONCE = "Shown now and never again; null in a repeated answer."


class SandboxAnswer(CustomerName):
    """A customer whose appliances are simulated. Its keys begin with chg_test_."""

    shapes = serializers.ListField(
        source="sandbox_shapes", child=serializers.ChoiceField(Site.Shape.choices),
        help_text="Of its sites.",
    )  # fmt: skip
    ready = serializers.BooleanField(help_text="Whether its sites stand in the simulator yet.")
    opened_at = Instant()
    now = Instant(
        source="shown", help_text="What its own clock shows: the installation's and ahead_seconds."
    )
    ends_at = Instant(
        source="over", help_text="When it ends unless somebody uses it before; of the installation."
    )
    ahead_seconds = serializers.IntegerField(help_text="By how much its clock was put forward.")

    def to_representation(self, row: Customer) -> Any:
        told: Any = row
        told.shown = sandbox_time.now_of(row)
        with tenancy.transaction(row):
            told.over = ending.ends_at(row)
        told.ahead_seconds = int(row.clock_ahead.total_seconds())
        return super().to_representation(told)


class SandboxWithKeys(SandboxAnswer):
    token = serializers.CharField(allow_null=True, help_text=f"Of its administrator. {ONCE}")
    approver_token = serializers.CharField(
        allow_null=True, help_text=f"Of its approver, who approves what the other asks for. {ONCE}"
    )


class SandboxBody(Body):
    name = serializers.CharField(max_length=80)
    shapes = serializers.ListField(
        child=serializers.ChoiceField(Site.Shape.choices), min_length=1,
        max_length=sandboxes.MOST_SITES, default=lambda: [Site.Shape.SINGLE.value],
        help_text="One site of each; without it, a single appliance.",
    )  # fmt: skip


class AdvanceBody(Body):
    seconds = serializers.IntegerField(
        min_value=1, max_value=int(sandbox_time.MOST_AHEAD.total_seconds()), required=False,
        help_text="Without it, to the next thing that waits for a time.",
    )  # fmt: skip


class Sandboxes(Resource):
    """Where programs are tried out. A test key touches its sandbox alone, and no other key does."""

    model = Customer
    owner = "id"
    for_all = True
    permission_classes = [NeedsAtHome]
    needs = {
        "list": "site.view", "retrieve": "site.view", "create": "sandbox.make",
        "advance": "sandbox.make", "destroy": "sandbox.make",
    }  # fmt: skip
    asks = {"list": Sparse}
    takes = {"create": SandboxBody, "advance": AdvanceBody}
    gives = {"retrieve": SandboxAnswer, "create": SandboxWithKeys}
    shown_once = frozenset({"token", "approver_token"})

    def _enter(self, request: Request) -> None:
        """No customer for the whole request: each sandbox is entered by itself."""

    def list(self, request: Request) -> Response:
        """Those of the key's person; a test key sees its own."""
        rows = self._given(sandboxes.of_key(request.auth), many=True).data
        return Response({"results": rows, "next": None})

    def row(self) -> Customer:
        """Of the key's person alone; of a test key its own."""
        found = [row for row in sandboxes.of_key(self.request.auth) if row.pk == self.pk]
        if not found:
            raise Http404
        return found[0]

    def seen(self) -> Any:
        return versions.columns(self.row(), self.unversioned)

    def retrieve(self, request: Request, pk: str) -> Response:
        """One of the key's person, and what its clock shows."""
        return self.answer(self.row())

    @action(detail=True, methods=["post"])
    def advance(self, request: Request, pk: str) -> Response:
        """Put its own clock forward; nothing outside it sees that. What is due then is done soon
        after the answer; its simulated appliances go by it too."""
        seconds = self.body.get("seconds")
        by = None if seconds is None else timedelta(seconds=seconds)
        return self.answer(sandbox_time.advance(self.row(), by, maker=request.auth))

    def destroy(self, request: Request, pk: str) -> Response:
        """End it at once and for good: its keys open nothing any more, and all that it holds is
        erased soon after the answer."""
        ending.end(self.row(), by=request.auth, at=clock.common())
        return self.no_content()

    def create(self, request: Request) -> Response:
        """Open one, where this installation has a simulator: its sites stand there soon after the
        answer. The answer has two test keys, and no other answer ever will."""
        given = self.body
        made = sandboxes.open_one(
            given["name"], shapes=given["shapes"], maker=request.auth, at=clock.now()
        )
        shown: Any = made.customer
        shown.token, shown.approver_token = made.token, made.approver_token
        return self.answer(shown)
