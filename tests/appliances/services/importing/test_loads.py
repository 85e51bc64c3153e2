"""An import: seen first, loaded whole or not at all, safe to repeat; it names what is bad."""

import codecs

import pytest

from appliances.models import Appliance, Site
from appliances.services.importing import loads
from appliances.services.importing.cells import Options
from appliances.services.importing.reading import Given
from portal import tenancy
from portal.models import AuditEvent, Contact, Contract, Customer, PlatformEvent
from portal.services import customers
from tests import factories
from tests.conftest import NOON

WIDE = """\
customer,customer_name,customer_zone,customer_tags,contract,contract_plan,contract_from,contract_to,\
contact,contact_email,site,site_name,shape,site_region,site_tags,appliance,host,failover_role,\
product,base
lyon,Société de Lyon,Europe/Paris,"pilot, vip",M-1,premium,2026-01-01,2027-12-31,Léa Petit,\
lea@lyon.example,help.lyon.example,Lyon desk,pair,emea,retail,A,a.lyon.example,primary,24.1.1,7.1.0
lyon,,,,,,,,Işıl Kaya,,help.lyon.example,,,,,B,b.lyon.example,backup,24.1.1,7.1.0
izmir,İzmir Gıda,Europe/Istanbul,,M-2,basic,2026-01-01,2026-12-31,,,desk.izmir.example,İzmir,\
single,emea,,A,a.izmir.example,,12.1,3.2.4
"""


@pytest.fixture
def agent(db):
    return factories.staff("ROLLOUT_MANAGER", "Aoife Brennan")


def given(text, name="fleet.csv"):
    return Given(name, text if isinstance(text, bytes) else text.encode())


def wide(text=WIDE):
    """With a telephone for everybody who is a contact."""
    return text.replace("Işıl Kaya,,", "Işıl Kaya,isil@lyon.example,")


def preview(*files, dates="iso"):
    return loads.preview([given(f) for f in files], options=Options(dates), by=None, at=NOON)


def load(agent, *files, **more):
    return loads.load([given(f) for f in files], options=Options(), by=agent, at=NOON, **more)


def said(report):
    return [(p.line, p.column, p.cell) for p in report.problems]


def rows():
    return {
        "customers": sorted(Customer.across.values_list("slug", "name", "zone", "tags")),
        "contracts": sorted(Contract.across.values_list("number", "plan", "ends_on")),
        "contacts": sorted(Contact.across.values_list("name", "email", "language", "zone")),
        "sites": sorted(Site.across.values_list("public_name", "shape", "zone", "tags")),
        "boxes": sorted(Appliance.across.values_list("host", "failover_role", "product_version")),
    }


def test_a_preview_says_what_would_happen_and_nothing_does(db):
    report = preview(wide())

    assert report.problems == []
    assert report.counts == {
        "customer": {"new": 2, "changed": 0, "same": 0},
        "contract": {"new": 2, "changed": 0, "same": 0},
        "contact": {"new": 2, "changed": 0, "same": 0},
        "site": {"new": 2, "changed": 0, "same": 0},
        "appliance": {"new": 3, "changed": 0, "same": 0},
    }
    assert Customer.across.count() == PlatformEvent.objects.count() == 0


def test_what_is_loaded_stands_in_the_record_and_in_both_trails(agent):
    assert load(agent, wide()).loaded

    found = rows()
    assert found["customers"] == [
        ("izmir", "İzmir Gıda", "Europe/Istanbul", []),
        ("lyon", "Société de Lyon", "Europe/Paris", ["pilot", "vip"]),
    ]
    assert found["sites"] == [
        ("desk.izmir.example", "SINGLE", "Europe/Istanbul", []),
        ("help.lyon.example", "PAIR", "Europe/Paris", ["retail"]),
    ]
    assert found["boxes"] == [
        ("a.izmir.example", "NONE", "12.1"),
        ("a.lyon.example", "PRIMARY", "24.1.1"),
        ("b.lyon.example", "BACKUP", "24.1.1"),
    ]
    names = set(PlatformEvent.objects.values_list("name", flat=True))
    assert {"fleet.import_begun", "fleet.imported", "customer.opened"} <= names
    with tenancy.transaction(customers.id_of_slug("lyon")):
        events = AuditEvent.objects.filter(name="site.registered")
        assert [event.actor_name for event in events] == ["Aoife Brennan"]


def test_a_repeated_import_changes_nothing_and_writes_nothing(agent):
    load(agent, wide())
    before, events = rows(), AuditEvent.across.count()

    again = load(agent, wide())

    assert (again.to_do, again.loaded) == ([], False)
    assert (rows(), AuditEvent.across.count()) == (before, events)


def test_one_file_each_in_any_order_of_columns_is_as_good_as_a_wide_one(agent):
    report = load(
        agent,
        "Customer Name;customer\nLyon;lyon\n",
        "contract_to;customer;contract;contract_from\n2027-01-01;lyon;M-1;2026-01-01\n",
        "customer;contact_email;contact\nlyon;lea@lyon.example;Léa\n",
        "shape;customer;site;site_name;site_zone\nsingle;lyon;x.example;Desk;Asia/Tokyo\n",
        "host;appliance;site;customer\na.example;A;x.example;lyon\n",
    )

    assert report.loaded
    assert rows()["sites"] == [("x.example", "SINGLE", "Asia/Tokyo", [])]


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + wide().encode(),
        wide().encode("utf-16"),
        wide().replace(",", ";").replace("pilot; vip", "pilot, vip").encode("cp1254"),
        b"sep=\t\r\n" + wide().replace(",", "\t").replace("pilot\t vip", "pilot, vip")
        .replace("\n", "\r\n").encode(),
    ],
    ids=["utf-8 with mark", "utf-16", "windows-1254 and semicolons", "tabs with a hint"],
)  # fmt: skip
def test_whatever_wrote_the_file_the_names_come_out_right(agent, data):
    assert load(agent, data).loaded
    assert rows()["customers"][0][1] == "İzmir Gıda"
    assert rows()["customers"][1][3] == ["pilot", "vip"]


def test_windows_1252_is_read_as_western(agent):
    load(agent, "customer,customer_name\nlyon,Société Générale\n".encode("cp1252"))
    assert rows()["customers"][0][1] == "Société Générale"


def test_formulas_and_html_are_text_and_go_in_and_out_as_they_are(agent):
    load(agent, "customer,customer_name\nx,=1+1\ny,<b>Bo</b>\nz,'=cmd\n")
    assert [row[1] for row in rows()["customers"]] == ["=1+1", "<b>Bo</b>", "=cmd"]


@pytest.mark.parametrize(
    ("dates", "cell", "good"),
    [
        ("iso", "2026-12-31", True),
        ("iso", "31/12/2026", False),
        ("dmy", "31.12.2026", True),
        ("dmy", "2026-12-31", True),
        ("mdy", "12/31/2026", True),
        ("mdy", "31/12/2026", False),
        ("dmy", "31/12/26", False),
        ("iso", "2026-02-30", False),
    ],
)
def test_days_are_read_in_the_order_that_was_asked_for_and_never_guessed(db, dates, cell, good):
    text = "customer,customer_name,contract,contract_from,contract_to\n"
    report = preview(f"{text}x,X,M-1,2026-01-01,{cell}\n", dates=dates)
    assert said(report) == ([] if good else [(2, "contract_to", cell)])


BAD = """\
customer,customer_name,customer_zone,contract,contract_from,contract_to,site,site_name,shape,appliance,host,data_gb
Upper,U,,,,,,,,,,
x,X,Mars/Base,M-1,2026-05-01,2026-01-01,,,,,,
y,,,,,,,,,,,
z,Z,,,,,z.example,Desk,triangle,A,a b c,lots
z,Other,,,,,z.example,,,,,
w,W,,,,,w.example,Desk,pair,A,w1.example,
v,V,,,,,,,,A,v.example,
"""


def test_differences_are_shown_and_what_an_appliance_told_is_not_set_back(agent):
    load(agent, wide())
    with tenancy.transaction(customers.id_of_slug("lyon")):
        Appliance.objects.filter(letter="A").update(product_version="25.1")
    text = wide().replace("Lyon desk", "Lyon help desk").replace("premium", "standard")

    report = load(agent, text)

    changed = {change.label: change.differences for change in report.to_do}
    assert changed == {
        "lyon M-1": {"contract_plan": ("premium", "standard")},
        "lyon help.lyon.example": {"site_name": ("Lyon desk", "Lyon help desk")},
    }
    (kept,) = report.kept
    assert kept.kept == {"product": ("25.1", "24.1.1")}
    assert ("a.lyon.example", "PRIMARY", "25.1") in rows()["boxes"]
    assert report.loaded


def test_a_shape_or_a_new_node_of_a_known_site_is_not_imported(agent):
    load(agent, wide())
    text = "customer,site,shape,appliance,host\n"
    report = load(agent, f"{text}izmir,desk.izmir.example,pair,A,\n"
                         f"izmir,desk.izmir.example,,B,b.izmir.example\n")  # fmt: skip
    assert said(report) == [(2, "shape", "pair"), (3, "appliance", "B")]


def test_a_known_site_is_looked_for_at_its_own_customer_alone(agent):
    load(agent, wide())
    text = "customer,customer_name,site,site_name\nother,Other,help.lyon.example,Taken over\n"

    report = load(agent, text)

    assert (2, "shape", "") in said(report)
    assert "Taken over" not in str(rows())
    assert len(rows()["sites"]) == 2
