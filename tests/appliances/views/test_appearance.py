"""An appliance's place in its rack and its photograph, on its pages."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.appliances.views.test_appliances import FACTS, at, now
from tests.factories import a_customer, a_member

__all__ = ["at"]


def photo(content: bytes | None = None) -> SimpleUploadedFile:
    written = io.BytesIO()
    Image.new("RGB", (40, 20), (20, 90, 40)).save(written, "JPEG")
    return SimpleUploadedFile("box.jpg", content or written.getvalue(), content_type="image/jpeg")


def test_where_it_stands_and_what_it_looks_like_are_kept(client, customer, at, signed_in):
    signed_in("ADMINISTRATOR")

    assert client.post(f"{at}change/", FACTS | {"rack_place": "Hall 2, rack 14"}).status_code == 302
    assert client.post(f"{at}photograph/", {"picture": photo()}).status_code == 302

    box = now(customer)
    assert box.rack_place == "Hall 2, rack 14"
    page = client.get(f"/c/meridian/sites/{box.site_id}/").content.decode()
    assert "Hall 2, rack 14" in page
    assert f"/files/{box.photograph_id}/" in client.get(f"{at}change/").content.decode()
    assert client.get(f"/c/meridian/files/{box.photograph_id}/").status_code == 200


def test_what_is_no_photograph_is_said_beside_its_field(client, customer, at, signed_in):
    signed_in("ADMINISTRATOR")

    answer = client.post(f"{at}photograph/", {"picture": photo(b"GIF89a, or not")})

    assert answer.status_code == 422
    assert now(customer).photograph_id is None
    assert client.post(f"{at}photograph/", {}).status_code == 422


def test_who_may_not_manage_the_site_keeps_no_photograph(client, customer, at, signed_in):
    signed_in("OPERATOR")

    assert client.post(f"{at}photograph/", {"picture": photo()}).status_code == 403
    assert now(customer).photograph_id is None


def test_who_sees_other_sites_alone_keeps_and_sees_no_photograph(client, customer, at, signed_in):
    signed_in("ADMINISTRATOR")
    client.post(f"{at}photograph/", {"picture": photo()})
    kept = now(customer).photograph_id
    signed_in("ADMINISTRATOR", site_ids=[customer.pk])

    assert client.post(f"{at}photograph/", {"picture": photo()}).status_code in (403, 404)
    assert client.get(f"{at}change/").status_code in (403, 404)
    assert client.get(f"/c/meridian/files/{kept}/").status_code in (403, 404)
    assert now(customer).photograph_id == kept


def test_a_photograph_of_another_customer_is_under_no_address(client, customer, at, signed_in):
    signed_in("ADMINISTRATOR")
    client.post(f"{at}photograph/", {"picture": photo()})
    kept = now(customer).photograph_id
    elsewhere = a_customer("Elsewhere", slug="elsewhere")
    client.force_login(a_member(elsewhere, "ADMINISTRATOR"))

    assert client.get(f"/c/elsewhere/files/{kept}/").status_code == 404
    assert client.get(f"/c/meridian/files/{kept}/").status_code == 404
    moved = at.replace("/meridian/", "/elsewhere/")
    assert client.post(f"{moved}photograph/", {"picture": photo()}).status_code == 404
    assert now(customer).photograph_id == kept


def test_an_account_that_was_disabled_sees_no_photograph(client, customer, at, signed_in):
    person = signed_in("ADMINISTRATOR")
    client.post(f"{at}photograph/", {"picture": photo()})
    kept = now(customer).photograph_id
    type(person).objects.filter(pk=person.pk).update(is_active=False)

    assert client.get(f"/c/meridian/files/{kept}/").url.startswith("/sign-in/")
