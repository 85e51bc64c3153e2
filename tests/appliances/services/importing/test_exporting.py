"""What comes out may go in again: nothing changes; into an empty portal it makes the same."""

from appliances.models import Appliance, Site
from appliances.services.importing import exporting, loads
from appliances.services.importing.cells import Options
from appliances.services.importing.reading import Given
from portal import tenancy
from portal.models import Contact, PlatformEvent
from portal.services import contacts, customers
from tests import factories
from tests.appliances.services.importing.test_loads import agent, given, load, rows, wide
from tests.conftest import NOON, empty_tables

__all__ = ["agent"]


def exported(agent, sites=None):
    lines = exporting.export(Site.across.all() if sites is None else sites, by=agent, at=NOON)
    return Given("fleet.csv", "".join(lines).encode())


def again(file, agent):
    return loads.load([file], options=Options(), by=agent, at=NOON)


def test_an_export_goes_in_again_and_changes_nothing(agent):
    load(agent, wide())
    with tenancy.transaction(customers.id_of_slug("lyon")):
        contacts.make(name="=HYPERLINK()", phone="+33 4 00 00", by=agent, at=NOON)

    report = again(exported(agent), agent)

    assert (report.problems, report.to_do, report.kept) == ([], [], [])
    assert PlatformEvent.objects.get(name="fleet.exported").data == {"sites": 2}


def test_an_export_makes_the_same_in_an_empty_portal(agent):
    load(agent, wide())
    before, file = rows(), exported(agent)
    empty_tables()

    assert again(file, factories.staff("ROLLOUT_MANAGER")).loaded
    assert rows() == before


def test_it_holds_the_chosen_sites_alone_and_no_closed_ones(agent):
    load(agent, wide())
    some = Site.across.filter(shape="PAIR")
    text = exported(agent, some).data.decode()
    assert ("a.lyon.example" in text, "izmir" in text) == (True, False)

    with tenancy.transaction(customers.id_of_slug("lyon")):
        Site.objects.update(closed_at=NOON)
    assert "a.lyon.example" not in exported(agent, some).data.decode()


def test_it_takes_as_many_queries_for_one_site_as_for_three(agent, django_assert_num_queries):
    load(agent, wide())
    with django_assert_num_queries(5, using="staff"):
        list(exporting._lines(Site.across.filter(shape="PAIR")))
    text = "customer,site,site_name,shape,appliance,host\n" + "".join(
        f"lyon,{n}.example,Desk {n},single,A,a{n}.example\n" for n in range(5)
    )
    load(agent, given(text).data)
    assert Appliance.across.count() == 8
    with django_assert_num_queries(5, using="staff"):
        list(exporting._lines(Site.across.filter(customer__slug="lyon")))


def test_contacts_who_have_ended_stay_out_and_are_new_if_they_come_again(agent):
    load(agent, wide())
    with tenancy.transaction(customers.id_of_slug("lyon")):
        contacts.end(Contact.objects.get(name="Işıl Kaya"), by=agent, at=NOON)

    text = exported(agent).data.decode()

    assert ("Léa Petit" in text, "Işıl" in text) == (True, False)
    assert [(c.kind, c.what) for c in load(agent, wide()).to_do] == [("contact", "new")]
