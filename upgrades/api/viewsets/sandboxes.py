"""Sandboxes over REST: simulated customers with test keys, which touch nothing else."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from appliances.models import Site
from portal import clock
from portal.api.bases import Body, CustomerName, Sparse
from portal.api.fields import Instant
from portal.api.permissions import NeedsAtHome
from portal.api.resource import Resource
from portal.models import Customer
from upgrades.services import sandboxes

ONCE = "Shown now and never again; null in a repeated answer."


class SandboxAnswer(CustomerName):
    """A customer whose appliances are simulated. Its keys begin with chg_test_."""

    shapes = serializers.ListField(
        source="sandbox_shapes", child=serializers.ChoiceField(Site.Shape.choices),
        help_text="Of its sites.",
    )  # fmt: skip
    ready = serializers.BooleanField(help_text="Whether its sites stand in the simulator yet.")
    opened_at = Instant()


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


class Sandboxes(Resource):
    """Where programs are tried out. A test key touches its sandbox alone, and no other key does."""

    model = Customer
    owner = "id"
    for_all = True
    permission_classes = [NeedsAtHome]
    needs = {"list": "site.view", "create": "sandbox.make"}
    asks = {"list": Sparse}
    takes = {"create": SandboxBody}
    gives = {"retrieve": SandboxAnswer, "create": SandboxWithKeys}
    shown_once = frozenset({"token", "approver_token"})

    def _enter(self, request: Request) -> None:
        """No customer for the whole request: each sandbox is entered by itself."""

    def list(self, request: Request) -> Response:
        """Those of the key's person; a test key sees its own."""
        rows = self._given(sandboxes.of_key(request.auth), many=True).data
        return Response({"results": rows, "next": None})

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
