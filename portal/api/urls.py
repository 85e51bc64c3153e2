"""The shared part of /api/v1/: what belongs to the portal itself, and the document of it all."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from portal.api import document, reader
from portal.api.contacts import Contacts, Promises
from portal.api.customers import Customers
from portal.api.data_exports import DataExports
from portal.api.evidence import EvidenceFiles
from portal.api.feed import Events
from portal.api.keys import Keys
from portal.api.ledger import Audit, Messages
from portal.api.webhooks import Deliveries, Webhooks

router = SimpleRouter(trailing_slash=False)
router.register("customers", Customers, basename="api-customers")
router.register("contacts", Contacts, basename="api-contacts")
router.register("promises", Promises, basename="api-promises")
router.register("evidence", EvidenceFiles, basename="api-evidence")
router.register("messages", Messages, basename="api-messages")
router.register("audit", Audit, basename="api-audit")
router.register("events", Events, basename="api-events")
router.register("data-exports", DataExports, basename="api-data-exports")
router.register("keys", Keys, basename="api-keys")
router.register("webhooks", Webhooks, basename="api-webhooks")
router.register("deliveries", Deliveries, basename="api-deliveries")

urlpatterns = [
    path("openapi.json", document.as_json, name="api-json"),
    path("openapi.yaml", document.as_yaml, name="api-yaml"),
    path("docs/", reader.contents, name="api-docs"),
    path("docs/<slug:noun>/", reader.noun, name="api-noun"),
    path("problems/", reader.problems, name="api-problems"),
    path("problems/<slug:code>", reader.problem, name="api-problem"),
    *router.urls,
]
