"""Addresses of plans, jobs, their steps and bookings."""

from django.urls import include, path

from upgrades.views import (
    calls,
    clients,
    contracts,
    deciding,
    decisions,
    demo,
    documents,
    enrolments,
    feeds,
    fixed,
    fleet,
    freezes,
    home,
    jobs,
    now,
    plans,
    platform_freezes,
    procedures,
    rehearsals,
    running,
    settlements,
    sites,
    steps,
    teams,
    test_sites,
)
from upgrades.views.calendar import export, moving, pages as calendars
from upgrades.views.rollouts import acts as rollout_acts, pages as rollout_pages

app_name = "upgrades"

of_step = [
    path("confirm/", steps.confirm, name="step-confirm"),
    path("accept/", steps.accept, name="step-accept"),
    path("report/", steps.report, name="step-report"),
    path("retry/", steps.retry, name="step-retry"),
    path("skip/", steps.skip, name="step-skip"),
    path("extend/", steps.extend, name="step-extend"),
    path("clients/", clients.upload, name="step-clients"),
    path("take/", steps.take, name="step-take"),
    path("give-back/", steps.give_back, name="step-give-back"),
    path("hand-over/", steps.hand_over, name="step-hand-over"),
    path("accept-handover/", steps.accept_handover, name="step-accept-handover"),
]

of_job = [
    path("", jobs.job, name="job"),
    path("live/", jobs.job_live, name="job-live"),
    path("log/", jobs.log, name="job-log"),
    path("clients/", clients.clients, name="job-clients"),
    path("clients/to-come.csv", clients.to_come, name="job-clients-csv"),
    path("clients/decide/", clients.decide, name="job-clients-decide"),
    path("clients/look/", clients.look_now, name="job-clients-look"),
    path("runbook.pdf", documents.runbook, name="job-runbook"),
    path("record.pdf", documents.record, name="job-record"),
    path("repair/", fixed.repair, name="job-repair"),
    path("repair/rehearse/", rehearsals.rehearse_repair, name="job-repair-rehearse"),
    path("submit/", deciding.submit, name="job-submit"),
    path("approve/", deciding.approve, name="job-approve"),
    path("reject/", deciding.reject, name="job-reject"),
    path("withdraw/", deciding.withdraw, name="job-withdraw"),
    path("cancel/", deciding.cancel, name="job-cancel"),
    path("start/", deciding.start, name="job-start"),
    path("bookings/<int:window>/override/", freezes.override, name="freeze-override"),
    path("bookings/<int:window>/move/", deciding.move, name="booking-move"),
    path("pause/", running.pause, name="job-pause"),
    path("resume/", running.resume, name="job-resume"),
    path("halt/", running.halt, name="job-halt"),
    path("abandon/", running.abandon, name="job-abandon"),
    path("end-early/", running.end_early, name="job-end-early"),
    path("notes/", running.note, name="job-note"),
    path("holds/<uuid:hold>/ask-release/", running.ask_release, name="hold-ask-release"),
    path("holds/<uuid:hold>/release/", running.release, name="hold-release"),
    path("steps/<int:seq>/", include(of_step)),
]

of_rehearsal = [
    path("", rehearsals.rehearsal, name="rehearsal"),
    path("live/", rehearsals.rehearsal_live, name="rehearsal-live"),
    path("cancel/", rehearsals.rehearsal_cancel, name="rehearsal-cancel"),
]

PROCEDURES = "catalogue/procedures/"
pages = [  # for a customer's people under their address, for staff without one
    ("", procedures.procedures, "procedure-list"),
    ("<slug:name>/", procedures.procedure, "procedure"),
    ("<slug:name>/text/", procedures.text, "procedure-text"),
    ("<slug:name>.pdf", procedures.paper, "procedure-pdf"),
]

of_calendar = [
    path("accept/", freezes.calendar_accept, name="freeze-calendar-accept"),
    path("refresh/", freezes.calendar_refresh, name="freeze-calendar-refresh"),
    path("remove/", freezes.calendar_remove, name="freeze-calendar-remove"),
]

of_customer = [
    path("calls/<uuid:pk>/done/", calls.done, name="call-done"),
    path("contracts/", contracts.contract_list, name="contract-list"),
    path("contracts/make/", contracts.contract_make, name="contract-make"),
    path("contracts/<uuid:pk>/change/", contracts.contract_change, name="contract-change"),
    path("freezes/", freezes.freeze_list, name="freeze-list"),
    path("freezes/add/", freezes.freeze_add, name="freeze-add"),
    path("freezes/<uuid:pk>/lift/", freezes.freeze_lift, name="freeze-lift"),
    path("freezes/calendars/add/", freezes.calendar_add, name="freeze-calendar-add"),
    path("freezes/calendars/<uuid:pk>/", include(of_calendar)),
    path("", home.start, name="start"),
    path("sites/<uuid:pk>/", sites.site, name="site"),
    path("sites/<uuid:pk>/topology/", sites.topology, name="site-topology"),
    path("sites/<uuid:pk>/test-of/", test_sites.test_of, name="test-of"),
    path("sites/<uuid:pk>/plan/", plans.plan, name="plan"),
    path("sites/<uuid:pk>/rehearse/", rehearsals.rehearse, name="rehearse"),
    path("rehearsals/<uuid:pk>/", include(of_rehearsal)),
    path("replacements/<uuid:pk>/plan/", fixed.replacement, name="replacement-plan"),
    path(
        "replacements/<uuid:pk>/plan/rehearse/",
        rehearsals.rehearse_replacement,
        name="replacement-rehearse",
    ),
    path("sites/<uuid:pk>/windows/add/", sites.window_add, name="window-add"),
    path("windows/<uuid:pk>/change/", sites.window_change, name="window-change"),
    path("windows/<uuid:pk>/remove/", sites.window_remove, name="window-remove"),
    path("calendar/", calendars.calendar, name="calendar"),
    path("calendar/entries.csv", export.entries, name="calendar-csv"),
    path("calendar/bookings/<uuid:pk>/", moving.booking, name="calendar-booking"),
    path("calendar/bookings/<uuid:pk>/move/", moving.move, name="calendar-move"),
    path("jobs/", jobs.of_customer, name="job-list"),
    path("enrolments/<uuid:pk>/decline/", enrolments.decline, name="enrolment-decline"),
    path("enrolments/<uuid:pk>/exclude/", enrolments.exclude, name="enrolment-exclude"),
    path("enrolments/<uuid:pk>/<slug:verb>/", enrolments.act, name="enrolment-act"),
    *[path(f"{PROCEDURES}{at}", view, name=f"customer-{name}") for at, view, name in pages],
    path("jobs/<uuid:pk>/", include(of_job)),
]

of_rollout = [
    path("", rollout_pages.rollout, name="rollout"),
    path("edit/", rollout_acts.edit, name="rollout-edit"),
    path("pause/", rollout_acts.pause, name="rollout-pause"),
    path("stop/", rollout_acts.stop, name="rollout-stop"),
    path("sites/", rollout_pages.sites, name="rollout-sites"),
    path("sites.csv", rollout_pages.sites_csv, name="rollout-sites-csv"),
    path("csv/<slug:table>/", rollout_pages.table_csv, name="rollout-csv"),
    path("<slug:verb>/", rollout_acts.act, name="rollout-act"),
]

urlpatterns = [
    path("fleet/", fleet.versions, name="fleet"),
    path("fleet/versions.csv", fleet.versions_file, name="fleet-file"),
    path("fleet/behind/", fleet.hops, name="fleet-behind"),
    path("fleet/behind.csv", fleet.hops_file, name="fleet-behind-file"),
    path("fleet/support/", fleet.supported, name="fleet-support"),
    path("fleet/support.csv", fleet.supported_file, name="fleet-support-file"),
    path("rollouts/", rollout_pages.listed, name="rollout-list"),
    path("rollouts/add/", rollout_acts.add, name="rollout-add"),
    path("rollouts/<uuid:pk>/", include(of_rollout)),
    path("now/", now.now, name="now"),
    path("capacity/", teams.listed, name="team-list"),
    path("capacity/add/", teams.make, name="team-make"),
    path("capacity/<uuid:pk>/", teams.change, name="team-change"),
    path("jobs/", jobs.of_all, name="job-list-all"),
    path("calendar/", calendars.calendar_of_all, name="calendar-all"),
    path("calendar/entries.csv", export.entries_of_all, name="calendar-csv-all"),
    path("catalogue/guide/", procedures.guide, name="guide"),
    path("freezes/", platform_freezes.freeze_list, name="platform-freeze-list"),
    path("freezes/add/", platform_freezes.add, name="platform-freeze-add"),
    path("freezes/settle/", platform_freezes.settle, name="platform-freeze-settle"),
    path("freezes/lift/", platform_freezes.lift, name="platform-freeze-lift"),
    path("settlements/<uuid:pk>/", settlements.settlement, name="settlement"),
    path("settlements/<uuid:pk>/confirm/", settlements.confirm, name="settlement-confirm"),
    path("settlements/<uuid:pk>/drop/", settlements.drop, name="settlement-drop"),
    path("catalogue/<uuid:pk>/withdraw/", settlements.withdraw, name="package-withdraw"),
    path("feeds/make/", feeds.make, name="feed-make"),
    path("feeds/<uuid:pk>/end/", feeds.end, name="feed-end"),
    path("feeds/<str:token>.ics", feeds.feed, name="calendar-feed"),
    path("d/<str:token>/", decisions.decision, name="decision"),
    path("demo/skip/", demo.skip, name="demo-skip"),
    *[path(f"{PROCEDURES}{at}", view, name=name) for at, view, name in pages],
    path("c/<slug:slug>/", include(of_customer)),
]
