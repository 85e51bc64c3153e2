"""What upgrades keep of a customer is in its export too; no secret, no note of the staff's."""

import io
import json
import zipfile
from hashlib import sha256

from appliances.models import Site
from portal import tenancy
from portal.models import ApiKey, Customer, KeptAnswer
from portal.services import customer_export, keys
from tests.factories import NOON, a_customer, a_member
from upgrades.models import JobNote, Settlement, SettlementPart
from upgrades.services import jobs


def packed(customer, demand=lambda: None):
    content = b"".join(customer_export.pack(customer.pk, demand=demand, at=NOON))
    return zipfile.ZipFile(io.BytesIO(content))


def lines(archive, name):
    return [json.loads(line) for line in archive.read(f"{name}.jsonl").splitlines()]


def test_every_owned_table_and_every_row_is_in_it(world):
    other = a_customer("Borealis")
    a_member(other, name="Ingrid Berg")

    archive = packed(world.customer)

    assert archive.testzip() is None
    told = json.loads(archive.read("manifest.json"))
    assert told["customer"]["name"] == world.customer.name
    names = {f"tables/{model._meta.label_lower}.jsonl" for model in customer_export.tables()}
    assert {"tables/appliances.site.jsonl", "tables/portal.auditevent.jsonl"} <= names
    assert {*told["tables"]} == names | {"people.jsonl"}
    with tenancy.transaction(world.customer):
        for model in customer_export.tables():
            name = f"tables/{model._meta.label_lower}"
            assert told["tables"][f"{name}.jsonl"]["rows"] == tenancy.every_row(model).count()
            rows = lines(archive, name)
            assert {row["customer_id"] for row in rows} <= {str(world.customer.pk)}
    assert told["tables"]["tables/appliances.site.jsonl"]["rows"] >= 1
    for name, facts in told["tables"].items():
        assert sha256(archive.read(name)).hexdigest() == facts["sha256"]
    whole = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Ingrid Berg" not in whole
    assert str(other.pk).encode() not in whole
    assert world.approver.email in {row["email"] for row in lines(archive, "people")}


def test_no_secret_leaves(world):
    with tenancy.transaction(world.customer):
        box = world.site.appliances.first()
        box.secret = b"sealed, and of nobody else's business"
        box.save(update_fields=["secret"])
    _key, token = keys.issue(
        "CMDB", user=world.approver, by=world.approver, customer=world.customer, at=NOON
    )

    archive = packed(world.customer)
    whole = b"".join(archive.read(name) for name in archive.namelist())

    assert token.encode() not in whole
    assert bytes(ApiKey.objects.get().digest).hex().encode() not in whole
    assert bytes(box.secret).hex().encode() not in whole
    for model in customer_export.tables():
        given = {*customer_export.columns(model)}
        sealed = {*getattr(model, "SEALED", {})}
        assert not given & sealed


def test_notes_of_the_staff_to_each_other_stay(world):
    with tenancy.transaction(world.customer):
        drafted = jobs.draft(
            world.site, world.packages["14.1.1"], procedure="single", method="automatic",
            by=world.agent, at=NOON,
        )  # fmt: skip
        for audience in ("STAFF", "CUSTOMER"):
            JobNote.objects.create(
                customer=world.customer, job=drafted, text=f"said to {audience}",
                audience=audience, written_by=world.agent, written_at=NOON,
            )  # fmt: skip

    rows = lines(packed(world.customer), "tables/upgrades.jobnote")

    assert [row["text"] for row in rows] == ["said to CUSTOMER"]


def test_what_was_answered_to_supports_programs_stays(world):
    with tenancy.transaction(world.customer):
        key, _token = keys.issue(
            "desk", user=world.agent, by=world.agent, customer=world.customer, at=NOON
        )
        KeptAnswer.objects.create(
            customer=world.customer, api_key=key, route="POST /notes", word="1", fingerprint=b"1",
            status=201, content='{"text": "said to STAFF"}', made_at=NOON,
        )  # fmt: skip

    archive = packed(world.customer)

    assert not {"tables/portal.keptanswer.jsonl", "tables/upgrades.phonecall.jsonl"} & {
        *archive.namelist()
    }
    assert all(b"said to STAFF" not in archive.read(name) for name in archive.namelist())


def test_what_support_alone_reads_of_a_customer_stays(world):
    with tenancy.transaction(world.customer):
        Customer.objects.update(tags=["word-of-support"])
        Site.objects.update(tags=["word-of-support"])
        settlement = Settlement.objects.create(
            what="FREEZE", title="A change", asked_by=world.agent, asked_at=NOON
        )
        SettlementPart.objects.create(
            customer=world.customer, settlement=settlement, looked_at=NOON, why="word-of-support"
        )

    archive = packed(world.customer)

    whole = b"".join(archive.read(name) for name in archive.namelist())
    assert b"word-of-support" not in whole
    assert "tables/upgrades.settlementpart.jsonl" not in archive.namelist()
    assert all("tags" not in row for row in lines(archive, "tables/appliances.site"))
