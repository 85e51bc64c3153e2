"""What was done at the rack without a network: when it happened stands beside when it arrived."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from appliances.models import HardwareReturn, ReturnPhotograph
from appliances.services import late_ticks
from portal import clock, tenancy
from portal.models import AuditEvent
from tests.appliances.views import test_rack
from tests.appliances.views.test_rack import at, opened, picture
from tests.conftest import NOON

row, operator = test_rack.row, test_rack.operator
LATER = NOON + timedelta(hours=5)


@pytest.fixture
def seal(operator, row):
    return opened(operator, row).partition("?seen=")[2]


def wipe(operator, row, seal, **more):
    where = at(row, "return-rack-move", verb="wipe") + f"?seen={seal}"
    with clock.at(LATER):
        return operator.post(where, {"serial": "OLD1", **more})


def now(customer):
    with tenancy.transaction(customer):
        return HardwareReturn.objects.get()


def test_a_tick_sent_later_keeps_when_it_happened_and_when_it_arrived(
    customer, operator, row, seal
):
    assert wipe(operator, row, seal, ago="7200").status_code == 302

    found = now(customer)
    assert (found.state, found.wiped_at) == ("WIPED", LATER)
    assert late_ticks.said(found, "wipe") == LATER - timedelta(hours=2)
    with tenancy.transaction(customer):
        event = AuditEvent.objects.filter(name="return.moved").latest("number")
        assert event.at == LATER
        assert event.data["happened_at"] == (LATER - timedelta(hours=2)).isoformat()
    with clock.at(LATER):
        page = operator.get(reverse("appliances:return", args=["meridian", row.pk]))
    assert "Sent later than done" in page.content.decode()


@pytest.mark.parametrize(
    "ago",
    ["", "0", "-60", "1e3", "٣", "18001", "999999999999", "x", "7200.5"],
    ids=["none", "now", "future", "number", "digits", "before-return", "ages", "text", "part"],
)
def test_what_cannot_be_is_not_kept_and_the_tick_counts_when_it_arrived(
    customer, operator, row, seal, ago
):
    assert wipe(operator, row, seal, ago=ago).status_code == 302

    found = now(customer)
    assert (found.state, found.wiped_at, found.said_at) == ("WIPED", LATER, {})
    with clock.at(LATER):
        page = operator.get(reverse("appliances:return", args=["meridian", row.pk]))
    assert "Sent later than done" not in page.content.decode()


def test_what_is_longer_ago_than_a_month_is_not_kept(row):
    late = NOON + timedelta(days=90)
    days = int(timedelta(days=31).total_seconds())
    assert late_ticks.happened(row, str(days), at=late) is None
    assert late_ticks.happened(row, str(days - 2 * 86_400), at=late) is not None


def test_a_refused_tick_keeps_nothing(customer, operator, row, seal):
    where = at(row, "return-rack-move", verb="wipe") + f"?seen={seal}"
    with clock.at(LATER):
        answer = operator.post(where, {"serial": "ANOTHER", "ago": "7200"})

    assert answer.status_code == 409
    found = now(customer)
    assert (found.state, found.said_at) == ("REPLACED", {})


def test_a_photograph_sent_later_says_when_it_was_taken(customer, operator, row, seal):
    where = at(row, "return-photograph") + f"?seen={seal}"
    for ago in ("3600", "99999"):
        file = SimpleUploadedFile("a.jpg", picture(), content_type="image/jpeg")
        with clock.at(LATER):
            operator.post(where, {"shows": "RESET", "picture": file, "ago": ago})

    with tenancy.transaction(customer):
        taken = ReturnPhotograph.objects.order_by("taken_at").select_related("file")
        assert [one.taken_at for one in taken] == [LATER - timedelta(hours=1), None]
        assert {one.file.added_at for one in taken} == {LATER}
    with clock.at(LATER):
        page = operator.get(at(row) + f"?seen={seal}").content.decode()
    assert page.count("as the device says") == 1
