"""Addresses of sites, appliances and packages."""

from django.urls import include, path

from appliances.views import (
    appliances,
    catalogue,
    checks,
    member_sites,
    questions,
    rack,
    readiness,
    replacements,
    returns,
    sites,
    thresholds,
)

app_name = "appliances"

of_customer = [
    path("sites/", sites.sites_of_customer, name="site-list"),
    path("sites/register/", sites.register, name="site-register"),
    path("sites/<uuid:pk>/", sites.site, name="site"),
    path("sites/<uuid:pk>/change/", sites.change, name="site-change"),
    path("sites/<uuid:pk>/close/", sites.close, name="site-close"),
    path("sites/<uuid:pk>/check/", readiness.check, name="site-check"),
    path("sites/<uuid:pk>/readiness/", readiness.panel, name="site-readiness"),
    path("sites/<uuid:pk>/checks/", checks.checks, name="check-list"),
    path("sites/<uuid:pk>/waive/", checks.waive, name="waive"),
    path("waivers/<uuid:pk>/withdraw/", checks.waiver_withdraw, name="waiver-withdraw"),
    path("drifts/<uuid:pk>/accept/", checks.drift_accept, name="drift-accept"),
    path(
        "differences/<uuid:pk>/acknowledge/",
        checks.difference_acknowledge,
        name="difference-acknowledge",
    ),
    path("thresholds/", thresholds.of_customer, name="thresholds"),
    path("sites/<uuid:pk>/readings/", appliances.readings, name="reading-list"),
    path("sites/<uuid:pk>/licence/", appliances.licence, name="licence-read"),
    path("sites/<uuid:pk>/ask/", questions.ask, name="question-ask"),
    path("sites/<uuid:pk>/replace/", replacements.register, name="replacement-register"),
    path("sites/<uuid:pk>/returns/open/", returns.open_failed, name="return-open"),
    path("replacements/<uuid:pk>/withdraw/", replacements.withdraw, name="replacement-withdraw"),
    path("returns/", returns.of_customer, name="return-list"),
    path("returns/<uuid:pk>/", returns.one, name="return"),
    path("returns/<uuid:pk>/rack/", rack.rack, name="return-rack"),
    path("returns/<uuid:pk>/rack/serial/", rack.recognise, name="return-recognise"),
    path("returns/<uuid:pk>/rack/move/<slug:verb>/", rack.move, name="return-rack-move"),
    path("returns/<uuid:pk>/rack/photograph/", rack.photograph, name="return-photograph"),
    path("returns/<uuid:pk>/describe/", returns.describe, name="return-describe"),
    path("returns/<uuid:pk>/move/<slug:verb>/", returns.move, name="return-move"),
    path("returns/<uuid:pk>/decide/<slug:verb>/", returns.decide, name="return-decide"),
    path("returns/<uuid:pk>/waive/<slug:verb>/", returns.waive, name="return-waive"),
    path("appliances/<uuid:pk>/change/", appliances.change, name="appliance-change"),
    path(
        "appliances/<uuid:pk>/photograph/",
        appliances.photograph,
        name="appliance-photograph",
    ),
    path("appliances/<uuid:pk>/account/", appliances.account, name="account-store"),
    path("appliances/<uuid:pk>/account/remove/", appliances.account_remove, name="account-remove"),
    path("appliances/<uuid:pk>/back-up/", appliances.back_up, name="backup-take"),
    path("appliances/<uuid:pk>/versions/", appliances.read, name="version-read"),
    path("questions/<uuid:pk>/", questions.question, name="question"),
    path("questions/<uuid:pk>/answer/", questions.answer, name="question-answer"),
    path("questions/<uuid:pk>/withdraw/", questions.withdraw, name="question-withdraw"),
    path("members/<uuid:pk>/sites/", member_sites.member_sites, name="member-sites"),
    path("catalogue/", catalogue.catalogue, name="customer-catalogue"),
    path("catalogue/<uuid:pk>/", catalogue.package, name="customer-package"),
]

urlpatterns = [
    path("sites/", sites.sites_of_all, name="site-list-all"),
    path("returns/", returns.of_all, name="return-list-all"),
    path("questions/", questions.queue, name="question-list"),
    path("thresholds/", thresholds.of_installation, name="thresholds-all"),
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("catalogue/<uuid:pk>/", catalogue.package, name="package"),
    path("catalogue/<uuid:pk>/restore/", catalogue.restore, name="package-restore"),
    path("c/<slug:slug>/", include(of_customer)),
]
