from appliances.models import Snapshot
from appliances.services import snapshots
from portal import tenancy


def test_two_snapshots_of_an_unchanged_appliance_do_not_differ(answering):
    appliance = answering(jump_clients=12, jumpoints=2)

    before, after = snapshots.measure(appliance), snapshots.measure(appliance)

    assert before["jump_clients.total"] == 12
    assert before["jumpoint.Jumpoint 2"] is True
    assert not snapshots.compare(before, after)


def test_what_is_missing_new_or_changed_is_told_apart():
    before = {"version": "12.1", "jumpoint.A": True, "jumpoint.B": True}
    after = {"version": "12.2", "jumpoint.A": True, "jumpoint.C": True}

    found = snapshots.compare(before, after)

    assert (found.missing, found.added) == ({"jumpoint.B": True}, {"jumpoint.C": True})
    assert found.changed == {"version": ("12.1", "12.2")}


def test_an_appliance_off_line_is_measured_as_that(answering, park):
    appliance = answering()
    park.faults(appliance.host, offline=True)

    assert snapshots.measure(appliance)["health"] == "unreachable"


def test_a_snapshot_is_kept(customer, answering):
    appliance = answering()
    data = snapshots.measure(appliance)

    with tenancy.transaction(customer):
        snapshots.keep(appliance, data)

        assert Snapshot.objects.get().data == data
