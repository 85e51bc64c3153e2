"""The approval sheet: exactly what is agreed to, and that paper alone approves nothing."""

import pytest

from portal import tenancy
from tests.conftest import NOON
from tests.upgrades.reports.conftest import again, printed, read, text_of, words
from upgrades.services import jobs


def test_it_names_the_plan_what_users_notice_and_who_asked(world, proposed):
    paper = printed(world, proposed, "approval")

    told = words(paper)
    assert paper.name == "UJ-1-approval-en"
    assert f"plan {proposed.plan['digest']}" in told
    assert "Asked for by Ines Duarte" in told
    assert "What users notice" in told
    assert "is not who asked for it" in told
    assert "Approved by" not in told
    assert all(line["version"] in told for line in proposed.plan["path"])


def test_once_approved_it_says_by_whom_and_when(world, proposed):
    with tenancy.transaction(world.customer):
        jobs.approve(again(proposed), by=world.approver, at=NOON)

    told = words(printed(world, proposed, "approval"))

    assert "Approved by Jana Vesela, Mon 23 Nov 2026 15:00, UTC+03:00" in told


@pytest.mark.slow
def test_the_paper_is_tagged_and_names_the_plan_on_every_page(world, proposed):
    found = read(printed(world, proposed, "approval", language="fr", size="letter").pdf())

    root = found.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("fr", True)
    assert round(found.pages[0].mediabox.width) == 612
    assert all(proposed.plan["digest"] in text_of(page) for page in found.pages)
