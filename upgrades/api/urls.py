from rest_framework.routers import SimpleRouter

from upgrades.api.viewsets.steps import Steps

router = SimpleRouter(trailing_slash=False)
router.register("steps", Steps, basename="api-steps")

urlpatterns = router.urls
