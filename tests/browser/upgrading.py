"""A customer, a site several releases behind, and its upgrade in each state, on real clocks."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from appliances.models import Package, Site
from appliances.services import catalogue, licences, sites
from portal import clock, tenancy
from portal.models import Customer, User
from tests import factories
from tests.upgrades.views import states
from upgrades.models import Booking, JobStep, UpgradeJob
from upgrades.services import jobs, runs, steps, windows


@dataclass
class World:
    customer: Customer
    site: Site
    agent: User
    approver: User
    operator: User
    now: datetime
    job: UpgradeJob | None = None

    def at(self, rest: str = "") -> str:
        assert self.job is not None
        return f"/c/marmara/jobs/{self.job.pk}/{rest}"


def world() -> World:
    catalogue.load(catalogue.read(catalogue.VENDOR, catalogue.DEMO))
    at = clock.now()
    customer = factories.a_customer("Marmara Lojistik", slug="marmara", zone="Europe/Istanbul")
    factories.a_contract(customer, starts_on=at.date(), ends_on=at.date() + timedelta(days=400))
    agent = factories.staff("ADMINISTRATOR", "Ines Duarte", zone="Europe/Paris")
    approver = factories.a_member(customer, "APPROVER", "Elif Şahin", zone="Europe/Istanbul")
    operator = factories.a_member(customer, "OPERATOR", "Murat Kılıç", zone="Europe/Istanbul")
    with tenancy.transaction(customer):
        site = sites.register(
            by=agent, at=at, name="Destek Gebze", public_name="destek.marmara.sim",
            shape="SINGLE", zone="Europe/Istanbul", simulated=True,
            appliances=[{
                "letter": "A", "name": "Gebze A", "host": "a.marmara.sim",
                "product_version": "12.1", "base_version": "3.2.4",
            }],
        )  # fmt: skip
        windows.add(
            site, rule="FREQ=WEEKLY;BYDAY=TU,SA", starts_on=at.date(), at_time=time(22, 0),
            minutes=360, title="", by=agent, at=at,
        )  # fmt: skip
        licences.record(site, number=46, expires_on=None, by=agent, at=at)
    return World(customer, site, agent, approver, operator, at)


def proposed(by: str = "agent") -> World:
    made = world()
    products = Package.objects.filter(kind="PRODUCT").order_by("-version")
    target = products.filter(version__startswith="14").first()
    with tenancy.transaction(made.customer):
        asked_by = getattr(made, by)
        job = jobs.draft(
            made.site, target or products[0],
            procedure="single", method="automatic", by=asked_by, at=made.now,
        )  # fmt: skip
        made.job = jobs.submit(job, by=asked_by, at=made.now)
    return made


def rejected() -> World:
    made = proposed()
    with tenancy.transaction(made.customer):
        job = states.again(made.job)
        jobs.reject(job, by=made.approver, reason="Not in the week of the fair.", at=made.now)
    return made


def scheduled() -> World:
    made = proposed()
    with tenancy.transaction(made.customer):
        made.job = jobs.approve(states.again(made.job), by=made.approver, at=made.now)
    return made


def missed() -> World:
    made = scheduled()
    with tenancy.transaction(made.customer):
        job = states.again(made.job)
        first = job.bookings.order_by("slot").first()
        first.miss()
        first.save()
        job.miss()
        job.save()
    return made


def running() -> World:
    made = scheduled()
    with tenancy.transaction(made.customer):
        job = runs.start(states.again(made.job), by=made.agent, at=made.now)
        made.job = job
        jobs.note(
            job, text="Thirteen clients are test laptops, do not wait for them.",
            audience="CUSTOMER", by=made.agent, at=made.now,
        )  # fmt: skip
    return made


def asking(action: str) -> World:
    made = running()
    with tenancy.transaction(made.customer):
        began = made.now - timedelta(hours=8)
        states.prove(made.job, until=action, by=made.operator, at=began)
        states.put(made.job, "ASKING", action, at=made.now)
    return made


def stuck() -> World:
    """A step whose runner is gone, in a window that is over before its work."""
    made = running()
    with tenancy.transaction(made.customer):
        step = states.put(made.job, "WATCHING", "test_elsewhere", at=made.now)
        gone = datetime.now(UTC) - timedelta(minutes=20)
        JobStep.objects.filter(pk=step.pk).update(lease_until=gone)
        booking = made.job.bookings.order_by("slot").first()
        length = booking.ends_at - booking.starts_at
        over = made.now - timedelta(minutes=40)
        slot = type(booking.slot)(over - length, over)
        Booking.objects.filter(pk=booking.pk).update(slot=slot, state="IN_USE")
    return made


def held() -> World:
    made = asking("verify")
    with tenancy.transaction(made.customer):
        step = states.first(made.job, "verify")
        step.job = states.again(made.job)
        steps.report(step, by=made.operator, reason="No session can be opened.", at=made.now)
    return made


def waiting() -> World:
    made = running()
    counts = {"total": 1312, "updated": 1204, "on_line_queued": 47, "off_line": 48, "lost": 13}
    with tenancy.transaction(made.customer):
        states.prove(made.job, until="dwell", by=made.operator, at=made.now - timedelta(hours=15))
        states.put(made.job, "WAITING", "dwell", at=made.now, **counts)
    return made


def locked() -> World:
    made = running()
    with tenancy.transaction(made.customer):
        began = made.now - timedelta(hours=8)
        states.prove(made.job, until="install_base", by=made.operator, at=began)
        made.job = states.lock(made.job, by=made.operator, at=made.now)
    return made


def paused() -> World:
    made = waiting()
    with tenancy.transaction(made.customer):
        runs.pause(states.again(made.job), by=made.agent, at=made.now)
    return made


def done() -> World:
    made = running()
    with tenancy.transaction(made.customer):
        job = states.again(made.job)
        ended = states.prove(job, by=made.operator, at=made.now)
        job.finish(at=ended)
        job.save()
    return made


def abandoned() -> World:
    made = asking("check_updates")
    with tenancy.transaction(made.customer):
        job = states.again(made.job)
        runs.halt(job, by=made.agent, reason="The fair was moved forward.", at=made.now)
        runs.abandon(states.again(job), by=made.agent, reason="No night is left.", at=made.now)
    return made
