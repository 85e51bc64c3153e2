"""The shared part of /api/v1/: what belongs to the portal itself, and the document of it all."""

from rest_framework.routers import SimpleRouter

from portal.api.customers import Customers
from portal.api.evidence import EvidenceFiles
from portal.api.ledger import Audit, Messages

router = SimpleRouter(trailing_slash=False)
router.register("customers", Customers, basename="api-customers")
router.register("evidence", EvidenceFiles, basename="api-evidence")
router.register("messages", Messages, basename="api-messages")
router.register("audit", Audit, basename="api-audit")

urlpatterns = router.urls
