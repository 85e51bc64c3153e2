"""The import's pages: shown first, by whom it may be done, sealed by nobody else."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from appliances.models import Site
from portal import tenancy
from portal.models import Customer, PlatformEvent
from tests import factories
from tests.appliances.services.importing.test_loads import BAD, wide
from tests.upgrades.services.test_story import approved
from upgrades.models import Booking
from upgrades.services.whatif import Strategy

PREVIEW, LOAD, EXPORT = "/fleet/import/", "/fleet/import/load/", "/fleet/export/"


@pytest.fixture
def manager(client, db):
    user = factories.staff("ROLLOUT_MANAGER", "Aoife Brennan")
    client.force_login(user)
    return user


def give(client, *texts, dates="iso"):
    files = [
        SimpleUploadedFile(f"{number}.csv", text.encode()) for number, text in enumerate(texts)
    ]
    return client.post(PREVIEW, {"files": files, "dates": dates})


def sealed_in(answer):
    return re.search(r'name="sealed" value="([^"]+)"', answer.content.decode())[1]


@pytest.mark.parametrize(
    ("who", "status"),
    [("AGENT", 403), ("ROLLOUT_MANAGER", 200), ("ADMINISTRATOR", 200), ("member", 404)],
)
def test_rollout_managers_import_and_export(client, db, who, status):
    if who == "member":
        client.force_login(factories.a_member(factories.a_customer(), "ADMINISTRATOR"))
    else:
        client.force_login(factories.staff(who))
    assert client.get(PREVIEW).status_code == status
    assert client.get(EXPORT).status_code == status
    assert client.post(LOAD, {"sealed": "x"}).status_code == (409 if status == 200 else status)


def test_what_is_shown_is_loaded_once(client, manager):
    shown = give(client, wide())
    assert shown.status_code == 200
    assert Customer.across.count() == 0

    answer = client.post(LOAD, {"sealed": sealed_in(shown)}, follow=True)

    assert answer.redirect_chain == [("/fleet/", 302)]
    assert Site.across.count() == 2
    assert PlatformEvent.objects.get(name="fleet.imported").actor_name == "Aoife Brennan"
    again = client.post(LOAD, {"sealed": sealed_in(shown)})
    assert Site.across.count() == 2
    assert again.status_code == 302
    assert "There is nothing to do" in give(client, wide()).content.decode()


def test_what_is_bad_is_shown_at_its_line_and_cannot_be_loaded(client, manager):
    answer = give(client, BAD)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "Mars/Base" in page
    assert "There is no such time zone." in page
    assert 'name="sealed"' not in page
    assert Customer.across.count() == 0


def test_several_files_are_one_import_and_html_in_them_is_text(client, manager):
    shown = give(
        client, "customer,customer_name\nx,<i>X</i>\n",
        "customer,site,site_name,shape\nx,x.example,<script>,single\n",
        "customer,site,appliance,host\nx,x.example,A,a.example\n",
    )  # fmt: skip
    page = shown.content.decode()
    assert "<script>" not in page.partition("<main")[2]
    client.post(LOAD, {"sealed": sealed_in(shown)})
    assert Site.across.get().name == "<script>"


def test_a_preview_that_is_no_longer_true_is_not_loaded(client, manager):
    old = sealed_in(give(client, wide()))
    client.post(LOAD, {"sealed": sealed_in(give(client, wide().replace("Lyon desk", "Help")))})

    answer = client.post(LOAD, {"sealed": old})

    assert answer.status_code == 409
    assert "has changed since this preview" in answer.content.decode()
    assert Site.across.filter(name="Help").exists()


@pytest.mark.parametrize("sealed", ["", "rubbish", "eyJmaWxlcyI6W119:1x:forged"])
def test_nothing_is_loaded_that_we_did_not_seal(client, manager, sealed):
    answer = client.post(LOAD, {"sealed": sealed})
    assert answer.status_code == 409
    assert "This preview is too old." in answer.content.decode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("colour\nred\n", "nobody knows: colour"),
        ("customer,customer_name\n" + "x,X\n" * 1001, "takes 1000 lines"),
        ("customer\n" + "x" * 1_000_001, "1 MB at once"),
    ],
    ids=["strange", "long", "large"],
)
def test_a_file_that_cannot_be_taken_is_said_beside_the_field(client, manager, text, words):
    answer = give(client, text)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_the_export_is_a_file_of_the_filtered_sites(client, manager):
    client.post(LOAD, {"sealed": sealed_in(give(client, wide()))})
    answer = client.get(EXPORT, {"q": "shape:pair"})
    text = b"".join(answer.streaming_content).decode()
    assert ("b.lyon.example" in text, "izmir" in text) == (True, False)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"


def test_upgrades_that_it_would_displace_are_shown_first(client, manager, world):
    job = approved(world)
    shown = give(
        client,
        f"customer,site,site_zone\nmeridian,{world.site.public_name},Pacific/Auckland\n",
    )

    page = shown.content.decode()
    assert "Booked upgrades no longer fit" in page
    assert f"/jobs/{job.pk}/" in page
    assert client.post(LOAD, {"sealed": sealed_in(shown)}).status_code == 302


def moved_zone(world):
    return f"customer,site,site_zone\nmeridian,{world.site.public_name},Pacific/Auckland\n"


def begins(world):
    with tenancy.transaction(world.customer):
        rows = Booking.objects.filter(state="BOOKED").order_by("window")
        return [row.starts_at for row in rows]


def test_each_upgrade_that_it_hits_is_shown_with_its_site_and_why(client, manager, world):
    job, was = approved(world), begins(world)

    page = give(client, moved_zone(world)).content.decode()

    table = page.partition('id="hits"')[2].partition("</table>")[0]
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", table, re.DOTALL)
    assert len(rows) == len(was) > 1
    for row in rows:
        assert f"/jobs/{job.pk}/" in row
        assert job.label in row
        assert world.site.name in row
        assert "outside the maintenance windows" in row
    choices = re.findall(r'type="radio" name="strategy" value="(\w*)"', page)
    assert choices[0] == ""
    assert {each.value for each in Strategy} == {*choices} - {""}
    assert begins(world) == was


def test_left_as_they_are_they_are_named_afterwards(client, manager, world):
    job, was = approved(world), begins(world)
    shown = give(client, moved_zone(world))

    after = client.post(LOAD, {"sealed": sealed_in(shown), "strategy": ""}, follow=True)

    said = after.content.decode()
    assert "These no longer fit and keep their times" in said
    assert said.count(job.label) >= 1
    assert begins(world) == was
    with tenancy.transaction(world.customer):
        assert Site.objects.get().zone == "Pacific/Auckland"


def test_moved_as_chosen_they_fit_again_and_nothing_is_named(client, manager, world, noon):
    approved(world)
    was, shown = begins(world), give(client, moved_zone(world))

    after = client.post(LOAD, {"sealed": sealed_in(shown), "strategy": "next"}, follow=True)

    assert "These no longer fit" not in after.content.decode()
    assert begins(world) != was
