from rest_framework.routers import SimpleRouter

from appliances.api.viewsets.packages import Packages
from appliances.api.viewsets.sites import Appliances, Sites

router = SimpleRouter(trailing_slash=False)
router.register("sites", Sites, basename="api-sites")
router.register("appliances", Appliances, basename="api-appliances")
router.register("packages", Packages, basename="api-packages")

urlpatterns = router.urls
