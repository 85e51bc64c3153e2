import subprocess
import sys

from celery import shared_task
from django.conf import settings

from portal import clock, sweeps
from portal.background import enqueue
from portal.services import still_true
from upgrades.reports import rollout_making
from upgrades.services import (
    bases_ahead,
    clocks,
    ending,
    escalating,
    keeping,
    outdated,
    refreshing,
    sandbox_time,
    sandboxes,
    silence,
    unwritten,
    waking,
    watching,
)
from upgrades.services.clients import uploads
from upgrades.services.fleetwide import kept
from upgrades.services.rehearsals import asking
from upgrades.services.rollouts import drawing, reports, sweeping
from upgrades.services.ticks import loop
from upgrades.services.whatif import working

still_true.judge_by(outdated.BY_ROW, row="asks_id")
still_true.judge_by(outdated.BY_JOB, row="about_id")
ALWAYS = (
    "upgrades.watch", "upgrades.keep_backups", "upgrades.end_sandboxes", "portal.erase_customers",
    "portal.make_exports",
)  # fmt: skip
SWEPT = (
    waking.wake, waking.look_after_jobs, waking.want_looks, bases_ahead.look_after,
    silence.look_after, escalating.look_after, waking.remind_approvers, waking.lapse_unapproved,
    unwritten.look_after,
)  # fmt: skip
CLEARED = (asking.look_after, uploads.look_after, kept.forget_old)
SECONDS_A_RING = 20  # a doorbell is answered for this long at most; the next one goes on


@shared_task(name="upgrades.ring")
def ring() -> None:
    """The doorbell: turn steps until nothing is due."""
    loop.run(SECONDS_A_RING)


@shared_task(name="upgrades.rehearse")
def rehearse(customer: str, rehearsal: str) -> None:
    """Start a rehearsal's own process, and leave it alone: it ends by itself."""
    subprocess.Popen(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "rehearse", "--begin", customer,
         rehearsal],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


@shared_task(name="upgrades.sweep")
def sweep() -> None:
    """What time brings; the standing process does the same, this only makes it prompt."""
    now = clock.now()
    sweeps.each(SWEPT, lambda look_after: look_after(now))
    sweeps.each(CLEARED, lambda clear: clear())
    for task in ALWAYS:
        enqueue(task)
    if refreshing.due(now):
        enqueue("upgrades.refresh_calendars")
    if drawing.due():
        enqueue("upgrades.draw_rollouts")
    if working.due():
        enqueue("upgrades.settle")
    if sandboxes.due():
        enqueue("upgrades.build_sandboxes")
    if reports.due():
        enqueue("upgrades.make_reports")
    enqueue("upgrades.roll_out")


@shared_task(name="upgrades.draw_rollouts")
def draw_rollouts() -> None:
    """Who is in the rollouts that were drafted or edited: one worker a rollout."""
    drawing.draw_due(clock.now())


@shared_task(name="upgrades.roll_out")
def roll_out() -> None:
    """Waves, and what is next for each site; the next bell goes on."""
    sweeping.turn(clock.now())


@shared_task(name="upgrades.make_reports")
def make_reports() -> None:
    """Reports of rollouts that somebody asked for; one worker each."""
    rollout_making.make_due()


@shared_task(name="upgrades.count_fleet")
def count_fleet(by: str, after: int) -> None:
    """The fleet by release, where its count is kept and somebody looks at it."""
    kept.renew(by, after)


@shared_task(name="upgrades.settle")
def settle() -> None:
    """Changes for every customer: looked at, and carried out; one worker each."""
    working.turn(clock.now())


@shared_task(name="upgrades.build_sandboxes")
def build_sandboxes() -> None:
    """Sites of sandboxes that do not stand in the simulator yet; one worker each."""
    sandboxes.build_due(clock.now())


@shared_task(name="upgrades.end_sandboxes")
def end_sandboxes() -> None:
    """Sandboxes that end, or that nobody has used for long."""
    ending.look_after(clock.now())


@shared_task(name="upgrades.turn_sandboxes")
def turn_sandboxes() -> None:
    """What is due in sandboxes whose own clock is ahead."""
    sandbox_time.look_after()


@shared_task(name="upgrades.follow_clocks")
def follow_clocks() -> None:
    """Zones whose rules changed: the windows that the clocks show otherwise now."""
    clocks.look_after(clock.now())


@shared_task(name="upgrades.watch")
def watch() -> None:
    """Looks and hourly reads that are due; the next bell goes on."""
    watching.turn(clock.now())


@shared_task(name="upgrades.keep_backups")
def keep_backups() -> None:
    """Backups that are due by themselves; one worker at a time."""
    keeping.turn(clock.now())


@shared_task(name="upgrades.read_export")
def read_export(*, customer_id: str, export_id: str) -> None:
    """A large exported list of clients."""
    uploads.read(customer_id, export_id)


@shared_task(name="upgrades.check_site")
def check_site(*, customer_id: str, site_id: str, by_id: str | None = None) -> None:
    watching.check(customer_id, site_id, by_id=by_id)


@shared_task(name="upgrades.refresh_calendars")
def refresh_calendars() -> None:
    """Calendars of freezes that are due; each is fetched outside any transaction."""
    refreshing.refresh_due(clock.now())
