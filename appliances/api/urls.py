from rest_framework.routers import SimpleRouter

from appliances.api.viewsets.packages import Packages
from appliances.api.viewsets.readiness import (
    Differences,
    Drifts,
    Installation,
    ThresholdsOfCustomer,
    Waivers,
    WaiversOfSite,
)
from appliances.api.viewsets.replacements import Replacements, ReplacementsOfSite
from appliances.api.viewsets.returns import Returns, ReturnsOfSite
from appliances.api.viewsets.sites import Appliances, Sites
from appliances.api.viewsets.snapshots import Snapshots

router = SimpleRouter(trailing_slash=False)
router.register("sites", Sites, basename="api-sites")
router.register("sites", ReplacementsOfSite, basename="api-site-replacements")
router.register("sites", ReturnsOfSite, basename="api-site-returns")
router.register("replacements", Replacements, basename="api-replacements")
router.register("returns", Returns, basename="api-returns")
router.register("appliances", Appliances, basename="api-appliances")
router.register("sites", WaiversOfSite, basename="api-site-waivers")
router.register("waivers", Waivers, basename="api-waivers")
router.register("drifts", Drifts, basename="api-drifts")
router.register("differences", Differences, basename="api-differences")
router.register("snapshots", Snapshots, basename="api-snapshots")
router.register("customers", ThresholdsOfCustomer, basename="api-customer-thresholds")
router.register("thresholds", Installation, basename="api-thresholds")
router.register("packages", Packages, basename="api-packages")

urlpatterns = router.urls
