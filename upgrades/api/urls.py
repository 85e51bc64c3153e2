from rest_framework.routers import SimpleRouter

from upgrades.api.viewsets.approvals import Approvals
from upgrades.api.viewsets.calendar import Calendar
from upgrades.api.viewsets.contracts import Contracts
from upgrades.api.viewsets.fixed import PlansOfReplacement, RepairsOfJob
from upgrades.api.viewsets.freezes import FreezeCalendars, Freezes
from upgrades.api.viewsets.holds import Holds
from upgrades.api.viewsets.jobs import Jobs
from upgrades.api.viewsets.of_jobs import DecisionsOfJob, ExportsOfJob, WaiversOfJob
from upgrades.api.viewsets.plans import PlansOfSite
from upgrades.api.viewsets.rehearsals import Rehearsals, RehearsalsOfSite
from upgrades.api.viewsets.rollouts import Enrolments, Rollouts
from upgrades.api.viewsets.sandboxes import Sandboxes
from upgrades.api.viewsets.settlements import PlatformFreezes, Settlements, Withdrawals
from upgrades.api.viewsets.steps import Steps
from upgrades.api.viewsets.test_sites import TestSites
from upgrades.api.viewsets.windows import Bookings, Windows, WindowsOfSite
from upgrades.api.viewsets.written import FormOfJob

router = SimpleRouter(trailing_slash=False)
router.register("sites", PlansOfSite, basename="api-site-plans")
router.register("sites", WindowsOfSite, basename="api-site-windows")
router.register("sites", RehearsalsOfSite, basename="api-site-rehearsals")
router.register("sites", TestSites, basename="api-site-test-of")
router.register("rehearsals", Rehearsals, basename="api-rehearsals")
router.register("replacements", PlansOfReplacement, basename="api-replacement-plans")
router.register("jobs", RepairsOfJob, basename="api-job-repairs")
router.register("jobs", DecisionsOfJob, basename="api-job-decisions")
router.register("jobs", ExportsOfJob, basename="api-job-exports")
router.register("jobs", WaiversOfJob, basename="api-job-waivers")
router.register("jobs", FormOfJob, basename="api-job-form")
router.register("jobs", Jobs, basename="api-jobs")
router.register("steps", Steps, basename="api-steps")
router.register("bookings", Bookings, basename="api-bookings")
router.register("calendar", Calendar, basename="api-calendar")
router.register("windows", Windows, basename="api-windows")
router.register("rollouts", Rollouts, basename="api-rollouts")
router.register("enrolments", Enrolments, basename="api-enrolments")
router.register("holds", Holds, basename="api-holds")
router.register("freezes", Freezes, basename="api-freezes")
router.register("freeze-calendars", FreezeCalendars, basename="api-freeze-calendars")
router.register("contracts", Contracts, basename="api-contracts")
router.register("approvals", Approvals, basename="api-approvals")
router.register("platform-freezes", PlatformFreezes, basename="api-platform-freezes")
router.register("sandboxes", Sandboxes, basename="api-sandboxes")
router.register("settlements", Settlements, basename="api-settlements")
router.register("packages", Withdrawals, basename="api-package-withdrawals")

urlpatterns = router.urls
