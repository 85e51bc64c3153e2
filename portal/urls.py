"""Table of contents. The parts are named as strings, so that the portal imports no other app."""

from importlib.util import find_spec

from django.urls import include, path

from portal.views import company, files, health, links, members, passkeys, second_step, session

PARTS = [
    ("", "upgrades.urls"),  # first: its page of a site stands before the appliances' own
    ("", "appliances.urls"),
    ("api/v1/", "portal.api.urls"),
    ("api/v1/", "appliances.api.urls"),
    ("api/v1/", "upgrades.api.urls"),
    ("api/", "portal.api.unknown"),
]

own = [
    path("sign-in/", session.sign_in, name="sign-in"),
    path("sign-in/code/", second_step.sign_in_code, name="sign-in-code"),
    path("sign-in/passkey/", passkeys.sign_in, name="sign-in-passkey"),
    path("sign-in/passkey/options/", passkeys.sign_in_options, name="sign-in-options"),
    path("sign-in/company/", company.sign_in, name="sign-in-company"),
    path("sign-in/company/back/", company.back, name="company-back-staff"),
    path("sign-in/company/<slug:company>/back/", company.back, name="company-back"),
    path("sign-in/new-link/", session.new_link, name="new-link"),
    path("sign-out/", session.sign_out, name="sign-out"),
    path("link/<str:token>/", links.one_time_link, name="one-time-link"),
    path("language/", session.language, name="language"),
    path("theme/", session.theme, name="theme"),
    path("zone/", session.zone, name="zone"),
    path("c/<slug:slug>/files/<uuid:pk>/", files.download, name="file-download"),
    path("c/<slug:slug>/members/", members.members, name="member-list"),
    path("c/<slug:slug>/members/invite/", members.invite, name="member-invite"),
    path("c/<slug:slug>/members/<uuid:pk>/change/", members.change, name="member-change"),
    path("c/<slug:slug>/members/<uuid:pk>/second-step/", members.reset_step, name="member-step"),
    path("c/<slug:slug>/members/<uuid:pk>/remove/", members.remove, name="member-remove"),
    path("", include("portal.page_urls")),
]

handler400 = "portal.views.failing.bad_request"
urlpatterns = [
    path("healthz", health.parts, name="healthz"),
    path("livez", health.alive, name="livez"),
    path("", include((own, "portal"))),
    *[path(at, include(name)) for at, name in PARTS if find_spec(name)],
]
