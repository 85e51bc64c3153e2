"""Routes of the portal's own pages; portal/urls.py puts them beside sign-in and members."""

from django.urls import path

from portal.views import (
    audit,
    components,
    demo,
    keys,
    messages,
    platform,
    profile,
    sessions,
    staff,
    start,
)

urlpatterns = [
    path("", start.start, name="start"),
    path("profile/", profile.profile, name="profile"),
    path("profile/sessions/end-others/", sessions.end_others, name="session-end-others"),
    path("profile/sessions/<slug:handle>/end/", sessions.end, name="session-end"),
    path("keys/", keys.own, name="key-list"),
    path("keys/issue/", keys.issue, name="key-issue"),
    path("keys/<uuid:pk>/revoke/", keys.revoke, name="key-revoke"),
    path("components/", components.components, name="components"),
    path("demo/clock/", demo.clock, name="demo-clock"),
    path("messages/", messages.across, name="message-list-all"),
    path("audit/", audit.across, name="audit-all"),
    path("platform/audit/", platform.trail, name="platform-audit"),
    path("platform/audit/verify/", platform.verify, name="platform-audit-verify"),
    path("platform/staff/", staff.people, name="staff-list"),
    path("platform/staff/make/", staff.make, name="staff-make"),
    path("platform/staff/<uuid:pk>/role/", staff.change_role, name="staff-role"),
    path("platform/staff/<uuid:pk>/disable/", staff.disable, name="staff-disable"),
    path("platform/staff/<uuid:pk>/enable/", staff.enable, name="staff-enable"),
    path("platform/staff/<uuid:pk>/link/", staff.new_link, name="staff-link"),
    path("c/<slug:slug>/messages/", messages.messages, name="message-list"),
    path("c/<slug:slug>/messages/<uuid:pk>/", messages.message, name="message"),
    path("c/<slug:slug>/messages/<uuid:pk>/send-again/", messages.send_again, name="message-retry"),
    path("c/<slug:slug>/audit/", audit.audit, name="audit"),
    path("c/<slug:slug>/audit/verify/", audit.verify, name="audit-verify"),
]
