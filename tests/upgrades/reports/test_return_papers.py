"""The papers of a return: right box, right order, what is recorded is ticked; tagged; for two
sizes and three languages."""

from datetime import timedelta

import pytest

from appliances.models import Appliance, HardwareReturn
from appliances.services import returning, returns
from portal import tenancy
from tests.conftest import NOON
from tests.upgrades.reports.conftest import read, text_of, words
from tests.upgrades.reports.test_runbook import alternative_texts, translated
from tests.upgrades.returning import NEW, SERIAL, again, packed, replaced, requested
from upgrades.reports import moments, return_papers, return_steps


def printed(world, row, kind, language="en", size="a4"):
    with tenancy.transaction(world.customer):
        return return_papers.PAPERS[kind](
            again(row), language=language, size=size, at=NOON, by=world.agent
        )


def ticked(paper):
    return paper.html.count('class="sq done"')


def test_the_checklist_names_the_box_and_the_one_that_serves(world):
    paper = printed(world, replaced(world, at=NOON), "checklist")

    told = words(paper)
    assert f"must be {SERIAL}. {NEW} serves your users." in told
    assert "Back at the vendor by Thu 3 Dec 2026." in told
    assert [told.index(part) for part in ORDER] == sorted(told.index(part) for part in ORDER)
    assert paper.name == "return-RMA-20417-checklist-en"


def test_the_checklist_says_where_the_box_stands(world):
    row = replaced(world, at=NOON)
    with tenancy.transaction(world.customer):
        Appliance.known.filter(pk=row.appliance_id).update(rack_place="Hall 2, rack 14")

    assert "Place in the rack Hall 2, rack 14" in words(printed(world, row, "checklist"))


ORDER = (
    "confirmed in production G-HW-8", "compared with this paper", "G-RMA-1", "G-RMA-2", "G-RMA-3",
    "G-RMA-4", "Handed to the carrier",
)  # fmt: skip


def test_what_is_recorded_is_ticked_with_name_and_time(world):
    before = printed(world, replaced(world, at=NOON), "checklist")

    assert ticked(before) == 1
    assert "Jan Novak, Mon 23 Nov 2026 15:00, UTC+03:00" in words(before)


def test_after_packing_five_lines_are_ticked(world):
    assert ticked(printed(world, packed(world, at=NOON), "checklist")) == 5


def test_before_the_replacement_is_confirmed_it_forbids_everything(world):
    paper = printed(world, requested(world, at=NOON), "checklist")

    assert "nothing of this may be done yet" in words(paper)
    assert ticked(paper) == 0


def test_without_a_serial_number_nothing_is_to_be_wiped_and_there_are_lines_to_write_on(world):
    row = replaced(world, at=NOON)
    with tenancy.transaction(world.customer):
        HardwareReturn.objects.filter(pk=row.pk).update(serial="", rma_number="")

    paper = printed(world, row, "checklist")

    assert "No serial number is recorded: wipe nothing before support" in words(paper)
    assert "must be" not in words(paper)
    assert paper.html.count('class="number blank"') == 2


def test_the_slip_says_whose_case_it_is_and_when_it_is_fetched(world):
    row = replaced(world, at=NOON)
    with tenancy.transaction(world.customer):
        HardwareReturn.objects.filter(pk=row.pk).update(
            pickup_from=NOON, pickup_until=NOON + timedelta(hours=4), weight_kg="12.50"
        )

    told = words(printed(world, row, "slip", language="fr"))

    assert "00418822" in told
    assert "12,50 kg" in told
    assert NEW in told
    assert "lun. 23 nov. 2026 15:00–19:00, UTC+03:00" in told


def test_the_checklist_says_what_a_missing_box_costs(world):
    row = replaced(world, at=NOON)
    with tenancy.transaction(world.customer):
        HardwareReturn.objects.filter(pk=row.pk).update(exposure="4200", currency="EUR")

    assert "4200,00 EUR" in words(printed(world, row, "checklist", language="tr"))
    with tenancy.transaction(world.customer):
        HardwareReturn.objects.filter(pk=row.pk).update(exposure=None)
    assert "Charged" not in words(printed(world, row, "checklist"))


def test_the_slip_lists_the_pieces_and_both_addresses(world):
    told = words(printed(world, replaced(world, at=NOON), "slip"))

    assert "Appliance B200 RS-B200-0047193 1 Drive, 300 GB, Z1X0A4C7 Power cord" in told
    assert "41400 Gebze, Kocaeli Türkiye Işıl Çağrı, +90 212 555 01 47" in told
    assert "39000 Exampleville, MS United States" in told
    assert "Customs value, with currency USD 900" in told


def test_a_waived_wipe_says_so_and_where_the_drives_went(world):
    row = replaced(world, at=NOON)
    with tenancy.transaction(world.customer):
        row = again(row)
        returning.ask_waiver(row, reason="It is dead.", where="The safe", by=world.agent, at=NOON)
        returning.waive_wipe(row, by=world.approver, at=NOON)

    told = words(printed(world, row, "checklist"))

    assert "The wipe is waived by two people G-RMA-1 It is dead." in told
    assert "Drives are kept here The safe" in told


def test_a_virtual_one_has_a_checklist_of_its_deletion_and_no_parcel(world):
    row = replaced(world, at=NOON, physical=False)

    told = words(printed(world, row, "checklist"))
    assert "Virtual machine deleted G-HW-8" in told
    assert "G-RMA" not in told
    for kind in ("label", "slip"):
        with pytest.raises(returning.WrongKind):
            printed(world, row, kind)


def test_no_text_of_a_customer_becomes_a_tag(world):
    row = replaced(world, at=NOON, serial="<b>S</b>", model="<i>")
    with tenancy.transaction(world.customer):
        row = again(row)
        facts = {"contents": "<script>x</script>", "ship_to": {"company": "<img src=x>"}}
        returns.describe(row, by=world.operator, at=NOON, **facts)

    for kind in return_papers.PAPERS:
        html = printed(world, row, kind).html
        assert not any(tag in html for tag in ("<b>S", "<i>", "<script", "<img"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "language", "size", "width"),
    [("checklist", "tr", "a4", 595), ("label", "fr", "letter", 612), ("slip", "en", "letter", 612)],
)
def test_each_paper_is_tagged_on_one_page_and_can_be_read_aloud(world, kind, language, size, width):
    paper = printed(world, packed(world, at=NOON), kind, language, size)

    found = read(paper.pdf())

    root = found.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == (language, True)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert found.metadata.title.endswith("RMA-20417")
    (page,) = found.pages
    assert round(page.mediabox.width) == width
    assert SERIAL in text_of(page)
    said = alternative_texts(root["/StructTreeRoot"])
    assert sorted(said) == sorted(
        translated(text, language)
        for text in (
            "QR code: the page of this return", "Code 128: serial number", "Code 128: RMA number",
        )
    )  # fmt: skip


def test_the_qr_code_leads_to_the_page_at_the_rack(world, settings):
    settings.PUBLIC_URL = "https://changeover.example"
    row = replaced(world, at=NOON + timedelta(hours=1))
    with tenancy.transaction(world.customer):
        assert HardwareReturn.objects.get(pk=row.pk).state == "REPLACED"
        assert return_papers.rack_address(again(row)) == (
            f"https://changeover.example/c/meridian/returns/{row.pk}/rack/"
        )


def test_what_arrived_late_stands_on_the_checklist_with_both_times(world):
    row = packed(world, at=NOON)
    told = {"happened": NOON - timedelta(hours=2), "arrived": NOON}
    row.said_at = {
        "wipe": {**{name: at.isoformat() for name, at in told.items()}, "by": "Ece"},
        "pack": {**{name: at.isoformat() for name, at in told.items()}, "by": "Ece"},
    }
    done = {line["what"]: line["done"] for line in return_steps.of(row)}

    late = [said for said in done.values() if "as the device says; it arrived" in said]
    assert len(late) == 2
    zone = row.site.zone
    for said in late:
        assert moments.full(NOON, zone) in said
        assert moments.full(NOON - timedelta(hours=2), zone) in said
