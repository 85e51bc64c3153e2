"""How a job runs as a whole: why one comes back is told to each reader in their language."""

from datetime import timedelta

from django.utils import translation
from django.utils.translation import gettext

from portal import tenancy
from portal.models import AuditEvent, Message
from tests.conftest import NOON
from tests.upgrades.services.test_story import approved
from upgrades.models import UpgradeJob
from upgrades.services import runs, whatif


def french(world, job, *, language="fr"):
    with translation.override(language), tenancy.transaction(world.customer):
        return UpgradeJob.objects.get(pk=job.pk).why


def test_a_job_whose_package_is_withdrawn_comes_back_with_a_sentence_for_every_reader(
    world, noon
):  # fmt: skip
    job = approved(world)
    package = world.packages["14.1.1"]
    package.withdrawn_at = NOON
    package.save()
    with tenancy.transaction(world.customer):
        world.agent.language = "fr"
        world.agent.save()

        job = runs.start(UpgradeJob.objects.with_site().get(pk=job.pk), by=world.agent, at=NOON)

    assert job.state == "DRAFT"
    message = "Withdrawn since this was planned: %(packages)s."
    with translation.override("fr"):
        told = gettext(message) % {"packages": package.name}
    assert told != message % {"packages": package.name}
    assert (french(world, job), french(world, job, language="en")) == (
        told, message % {"packages": package.name},
    )  # fmt: skip
    with tenancy.transaction(world.customer):
        letter = Message.objects.get(kind="upgrade_rejected", address=world.agent.email)
        assert told in letter.body_text
        event = AuditEvent.objects.get(name="job.revised")
        assert event.data["reason"] == message % {"packages": package.name}


def test_a_job_held_since_it_does_not_fit_says_why_in_every_language(world, noon):
    job = approved(world)
    with tenancy.transaction(world.customer):
        first = UpgradeJob.objects.get(pk=job.pk).bookings.earliest("slot").starts_at
        begin = (first + timedelta(hours=3)).replace(tzinfo=None)  # Istanbul's wall
        edit = whatif.AddFreeze("Stocktaking", begin, begin + timedelta(hours=6))
        seen = whatif.preview(edit, by=world.approver, at=NOON)
        whatif.apply(
            edit, strategy=whatif.Strategy.HOLD, per_job={}, digest=seen.digest,
            by=world.approver, at=NOON,
        )  # fmt: skip

    assert french(world, job, language="en").startswith("Stocktaking: nothing may run from ")
    assert "nothing may run" not in french(world, job)
    assert "Stocktaking" in french(world, job)


def test_a_persons_own_words_stay_as_they_are(world, noon):
    job = approved(world)
    with tenancy.transaction(world.customer):
        job = UpgradeJob.objects.get(pk=job.pk)
        job.because("Not in our season")
        job.save()

    assert french(world, job) == "Not in our season"
