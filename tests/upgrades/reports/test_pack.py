"""What is in the pack of a closed site: true, complete, and checkable with sha256sum."""

import csv
import hashlib
import io
import subprocess
import zipfile

import pytest

from appliances.models import Package
from portal import pdf, tenancy
from tests.conftest import NOON
from tests.upgrades.reports.conftest import again, read
from tests.upgrades.reports.test_runbook import LANGUAGES, translated
from tests.upgrades.services.written.conftest import closed
from upgrades.models import JobStep
from upgrades.reports import pack, runbook
from upgrades.services.written import form

__all__ = ["closed"]
KNOWN = "ab" * 32


@pytest.fixture
def typeset(monkeypatch):
    monkeypatch.setattr(pdf, "render", lambda html, **more: b"%PDF-1.7 made elsewhere")


def made(closed, language="en"):
    with tenancy.transaction(closed.world.customer):
        found = pack.of(again(closed.job), language=language, at=NOON, by=closed.world.agent)
    return found.zipped()


def opened(content):
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        return {name.partition("/")[2]: found.read(name) for name in found.namelist()}


def table(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_it_has_the_path_checksums_the_run_book_the_form_and_what_to_do(closed, typeset):
    Package.objects.filter(version="4.0.1").update(sha256=KNOWN.upper(), size=734_003_200)

    files = opened(made(closed))

    assert set(files) == {
        "README.txt", "SHA256SUMS", "UJ-1-runbook-en.pdf", "form.csv", "packages.csv",
        "packages.sha256",
    }  # fmt: skip
    rows = {row["version"]: row for row in table(files["packages.csv"])}
    assert list(rows) == ["4.0.1", "12.2.0", "14.1.1"]
    assert (rows["4.0.1"]["size"], rows["4.0.1"]["sha256"]) == ("734003200", KNOWN)
    assert rows["14.1.1"]["size"] == rows["14.1.1"]["sha256"] == "not in the catalogue"
    assert files["packages.sha256"].decode() == f"{KNOWN}  Base-4.0.1\n"


def test_where_the_catalogue_knows_no_checksum_there_is_no_list_and_that_is_said(closed, typeset):
    files = opened(made(closed))

    assert "packages.sha256" not in files
    told = files["README.txt"].decode()
    assert told.count("SHA-256: the catalogue does not know it") == 3
    assert "compare the one that the update server shows" in told


def test_a_withdrawn_package_is_not_to_be_installed(closed, typeset):
    Package.objects.filter(version="12.2.0").update(withdrawn_at=NOON)

    files = opened(made(closed))

    assert "Withdrawn by the vendor: do not install it" in files["README.txt"].decode()
    assert [row["withdrawn"] for row in table(files["packages.csv"])] == ["no", "yes", "no"]


def test_sha256sum_itself_agrees(closed, typeset, tmp_path):
    for name, content in opened(made(closed)).items():
        (tmp_path / name).write_bytes(content)

    told = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, capture_output=True,
        text=True, check=False,
    )  # fmt: skip

    assert told.returncode == 0, told.stderr
    assert told.stdout.count(": OK") == 4


def test_the_form_has_every_step_of_people_with_all_that_is_to_be_entered(closed, typeset):
    rows = table(opened(made(closed))["form.csv"])

    steps = closed.steps()
    assert list(dict.fromkeys(row["step_id"] for row in rows)) == [str(step.pk) for step in steps]
    assert {row["job_id"] for row in rows} == {str(closed.job.pk)}
    assert {row["value"] for row in rows} == {""}
    for step in steps:
        own = [row["field"] for row in rows if row["step_id"] == str(step.pk)]
        assert own == [name for name, _enter, _how in form.asked(step)]


def test_the_portals_own_steps_are_not_in_it(closed, typeset):
    with tenancy.transaction(closed.world.customer):
        JobStep.objects.filter(job=closed.job, action="announce").update(doer="portal")

    rows = table(opened(made(closed))["form.csv"])

    assert "4" not in {row["step"] for row in rows}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_language_asked_for_and_ids_stay_as_they_are(closed, typeset, language):
    files = opened(made(closed, language))

    told = files["README.txt"].decode("utf-8-sig")
    assert translated("base software", language) in told
    assert translated("Afterwards", language) in told
    assert f"UJ-1-runbook-{language}.pdf" in told
    assert "sha256sum --check SHA256SUMS" in told
    rows, english = table(files["form.csv"]), table(opened(made(closed))["form.csv"])
    what = translated("Take a backup and keep it safe", language)
    assert what in {row["what"] for row in rows}
    assert [row["field"] for row in rows] == [row["field"] for row in english]


def test_the_same_pack_has_the_same_bytes(closed, typeset):
    assert hashlib.sha256(made(closed)).digest() == hashlib.sha256(made(closed)).digest()


@pytest.mark.slow
def test_the_run_book_in_it_is_a_tagged_paper(closed):
    found = read(opened(made(closed, "tr"))["UJ-1-runbook-tr.pdf"])

    assert found.trailer["/Root"]["/Lang"] == "tr"
    assert found.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_a_draft_has_no_pack(closed):
    with tenancy.transaction(closed.world.customer):
        JobStep.objects.filter(job=closed.job).delete()
        with pytest.raises(runbook.NoSteps):
            pack.of(again(closed.job), language="en", at=NOON)
