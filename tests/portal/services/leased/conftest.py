"""A row of leased work that somebody asked for: of a customer, and of the platform."""

from contextlib import nullcontext

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from portal import tenancy
from portal.models import DataExport
from portal.services import leased
from tests import factories
from tests.conftest import NOON
from tests.portal.services.leased import worker
from tests.upgrades.services import rolled
from upgrades.models import RolloutReport


class One:
    """A row that somebody asked for; what stands in its table and in the store."""

    def __init__(self, model, owner=None, **values):
        self.model, self.owner = model, owner
        with self.acting():
            self.pk = model.objects.create(at=NOON, **values).pk

    def acting(self):
        return tenancy.transaction(self.owner) if self.owner else nullcontext()

    def now(self):
        with self.acting():
            return self.model.objects.get(pk=self.pk)

    def expire(self):
        with self.acting():
            self.model.objects.filter(pk=self.pk).update(lease_until=worker.GONE)

    def work(self, do=worker.do, **more):
        return leased.Work(self.model, do=do, **more)

    def one(self, do=worker.do, **more):
        return self.work(do, **more).one(self.owner, self.pk)

    def due(self):
        return (self.owner, self.pk) in leased.due(self.model)

    def stored(self):
        """By which tries."""
        names = {number: self.now().file(number) for number in range(1, 9)}
        return [number for number, name in names.items() if default_storage.exists(name)]

    def leave(self, number):
        default_storage.save(self.now().file(number), ContentFile(b"half"))


def an_export(of="Marmara", **values):
    customer = factories.a_customer(of, **values)
    return One(DataExport, customer.pk, customer=customer, by=factories.a_member(customer))


def a_report():
    manager = factories.staff("ROLLOUT_MANAGER")
    rollout = rolled.a_rollout(rolled.a_release(), manager)
    return One(RolloutReport, rollout=rollout, by=manager, language="en", paper="a4")


@pytest.fixture(params=[an_export, a_report])
def one(request, db, noon, own_store):
    return request.param()
