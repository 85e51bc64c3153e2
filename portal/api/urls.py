"""The shared part of /api/v1/: what belongs to the portal itself, and the document of it all."""

from rest_framework.routers import SimpleRouter

from portal.api.evidence import EvidenceFiles

router = SimpleRouter(trailing_slash=False)
router.register("evidence", EvidenceFiles, basename="api-evidence")

urlpatterns = router.urls
