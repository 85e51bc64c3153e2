"""The catalogue drawn: a line for each requirement, to the lowest package that is enough."""

import pytest
from django.test import RequestFactory

from appliances import queries
from appliances.models import Package, Requirement
from appliances.services import catalogue
from appliances.views import requirements_drawn
from portal import clock


@pytest.fixture
def loaded(db):
    catalogue.load(catalogue.read(catalogue.VENDOR, catalogue.DEMO))
    return {(each.kind, each.version): each for each in queries.packages()}


def drawn(package=None):
    packages, request = queries.packages(), RequestFactory().get("/")
    if package is None:
        return requirements_drawn.of_all(packages, request)
    return requirements_drawn.of_one(package, packages, request)


def needs():
    titles = {each.pk: each.version for each in Package.objects.all()}
    found = requirements_drawn._needs(queries.packages())
    return {(titles[need.of], titles[need.on], need.how) for need in found}


def test_every_package_is_drawn_and_every_requirement_that_something_is_enough_for(loaded):
    drawing = drawn()

    assert len(drawing.marks) == len(loaded)
    known = needs()
    assert ("12.2.0", "3.3.2", "documented") in known  # above 3.2.4
    assert ("25.3.2", "25.3.1", "inferred") in known
    assert ("5.0.0", "4.2.0", "demo") in known  # from 4.2: 4.2.0 is the same release
    assert len(drawing.lines) == Requirement.objects.count()


def test_the_lowest_that_is_offered_is_drawn(loaded):
    Package.objects.filter(version="3.3.2").update(withdrawn_at=clock.now())

    assert ("12.2.0", "3.4.1", "documented") in needs()


def test_what_nothing_is_enough_for_has_no_line_and_stays_in_the_list(loaded, client, signed_in):
    package = loaded["PRODUCT", "26.2"]
    Requirement.objects.create(package=package, kind="BASE", version="99.0", provenance="INFERRED")
    signed_in(staff="AGENT")

    assert ("26.2", "99.0") not in {need[:2] for need in needs()}
    assert "base from 99.0" in client.get(f"/catalogue/{package.pk}/").content.decode()


def test_a_package_stands_on_the_way_down_to_the_ground(loaded):
    package = loaded["PRODUCT", "12.2.0"]

    drawing = drawn(package)

    titles = {mark.thing.title for mark in drawing.marks}
    assert {"12.2.0", "3.3.2", "11.1", "10.5"} <= titles  # and what that needs in turn
    assert "14.1" in titles  # what stands right on it
    assert "26.2" not in titles
    assert [mark.thing.title for mark in drawing.marks if mark.thing.here] == ["12.2.0"]
    assert any(line.here for line in drawing.lines)


def test_a_package_of_which_nothing_is_known_has_no_drawing(loaded):
    assert drawn(loaded["LICENCE", "10"]) is None


def test_the_page_has_it_beside_the_table(loaded, client, signed_in):
    signed_in("VIEWER")

    table = client.get("/c/meridian/catalogue/").content.decode()
    page = client.get("/c/meridian/catalogue/", {"view": "drawn"}).content.decode()

    lines = page.count("<path class") - table.count("<path class")
    assert lines == Requirement.objects.count() + 3  # and its key
    package = loaded["PRODUCT", "12.2.0"]
    assert f'href="/c/meridian/catalogue/{package.pk}/"' in page


def test_it_is_drawn_from_as_few_queries_as_the_table(loaded, django_assert_num_queries):
    with django_assert_num_queries(2):
        drawn()
