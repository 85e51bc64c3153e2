"""Names as long as their columns allow, and a plan of two hundred steps: nothing breaks, sticks out
or is lost, in three languages and two sizes."""

import uuid
from typing import Any

import pytest

from appliances.models import Appliance, HardwareReturn, Site
from portal import tenancy
from portal.models import Customer, User
from tests.upgrades.reports import laid_out, matterhorn
from tests.upgrades.reports.conftest import one_line, printed, read, text_of
from tests.upgrades.reports.every_paper import EACH, EDITIONS, PAPERS
from tests.upgrades.reports.test_rollout_report import filled, manager, rollout  # noqa: F401
from upgrades.models import JobStep, Rollout, Wave

STEPS = 200
WORDS = "Işıklı Çağrı Şubesi, œuvre d’Ölçüm Ğ " * 8
UNBROKEN = "ŞWÇMĞ" * 60
HOST = ".".join(["w" * 62] * 4)


def lengthen(text: str, world: Any) -> None:
    """Every name and number is as long as it may be; of a customer's world too, if there is one."""

    def full(model: Any, *names: str) -> dict[str, str]:
        limits = {name: model._meta.get_field(name).max_length for name in names}
        return {name: text[:limit].strip() for name, limit in limits.items()}

    User.objects.update(**full(User, "name"))
    Rollout.objects.update(**full(Rollout, "name"))
    Wave.objects.update(**full(Wave, "title"))
    if world is None:
        return
    with tenancy.transaction(world.customer):
        Customer.objects.update(**full(Customer, "name"))
        Site.objects.update(**full(Site, "name"), public_name=HOST)
        Appliance.objects.update(**full(Appliance, "name", "model", "serial"), host=HOST)
        numbers = ("serial", "model", "rma_number", "asset_tag", "case_number", "carrier")
        HardwareReturn.objects.update(**full(HardwareReturn, *numbers), host=HOST)


@pytest.mark.slow
@pytest.mark.parametrize("text", [WORDS, UNBROKEN], ids=["many words", "no gap"])
@pytest.mark.parametrize(("template", "when"), EACH)
def test_long_names_stay_on_the_paper_and_in_their_cells(request, template, when, text):
    made = PAPERS[template][when](request.getfixturevalue)
    lengthen(text, None if template == "rollout.html" else request.getfixturevalue("world"))

    for language, size in EDITIONS:
        paper = made(language=language, size=size)

        assert laid_out.faults(paper.html) == [], (language, size)
        if text is UNBROKEN and language == "tr":
            assert matterhorn.faults(paper.pdf(), language) == []


@pytest.fixture
def huge(world, proposed):
    """A plan that repeats its steps up to STEPS."""
    with tenancy.transaction(world.customer):
        steps = list(proposed.steps.in_order())
        for number in range(steps[-1].seq + 1, STEPS + 1):
            step = steps[number % len(steps)]
            step.pk, step.seq, step._state.adding = uuid.uuid4(), number, True
            JobStep.objects.bulk_create([step])
    return proposed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "language", "size"),
    [("runbook", "fr", "letter"), ("runbook", "tr", "a4"), ("record", "en", "letter")],
)
def test_two_hundred_steps_are_all_there_on_tagged_pages(world, huge, kind, language, size):
    paper = printed(world, huge, kind, language=language, size=size)

    content = paper.pdf()

    assert matterhorn.faults(content, language) == []
    pages = read(content).pages
    for number, page in enumerate(pages, start=1):
        assert f"{number} / {len(pages)}" in text_of(page)
        assert number == len(pages) or len(text_of(page)) > 400, f"page {number} is nearly empty"
    told = one_line(" ".join(page.extract_text() for page in pages))
    with tenancy.transaction(world.customer):
        steps = list(huge.steps.in_order())
    assert len(steps) == STEPS
    assert [s.seq for s in steps if f" {s.seq} {'A' if s.appliance_id else ''}" not in told] == []
