"""A promise is the customer's to give up."""

from datetime import timedelta

import pytest

from portal import tenancy
from portal.errors import Refused
from portal.models import AuditEvent, Promise
from portal.services import promises
from tests.factories import NOON, a_customer, a_member, staff

TODAY = NOON.date()


def test_staff_promise_more_and_only_the_customer_is_content_with_less(db):
    customer, agent = a_customer(), staff("ROLLOUT_MANAGER")
    admin = a_member(customer)

    def promised(days, by):
        return promises.make(kind="NOTICE", days=days, agreed_on=TODAY, by=by, at=NOON)

    with tenancy.transaction(customer):
        assert promises.term("NOTICE") == timedelta()
        assert promises.term("ANSWER") == timedelta(days=7)
        promised(7, agent)
        standing = promised(14, agent)
        for days in (0, 181):
            with pytest.raises(promises.BadPromise):
                promised(days, admin)
        with pytest.raises(Refused) as refusal:
            promised(13, agent)
        with pytest.raises(promises.OnlyTheCustomer):
            promises.end(standing, by=agent, at=NOON)
        assert refusal.value.code == "only-the-customer"
        assert promises.term("NOTICE") == timedelta(days=14)
        promised(3, admin)
        promises.end(Promise.objects.get(), by=admin, at=NOON)
        assert not Promise.objects.exists()

    with tenancy.transaction(customer):
        names = AuditEvent.objects.filter(name__startswith="promise.").order_by("number")
        assert [event.name.partition(".")[2] for event in names] == [
            "made", "changed", "changed", "ended",
        ]  # fmt: skip
