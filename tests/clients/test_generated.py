"""The client made of the contract by a generator: without a warning; files are bytes to it."""

import importlib
import io
import uuid
import zipfile

import pytest

from portal import clock
from portal.services.exporting import making
from tests import factories
from tests.clients.generated import NAME, Problem, Program, generate
from tests.portal.api.caller import Caller

PDF = b"%PDF-1.7\n" + bytes(range(256))  # no text: whoever decodes it fails, or changes it


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    generate(tmp_path_factory.mktemp("generated"))


@pytest.fixture
def program(client, live_server):
    customer = factories.a_customer("Marmara")
    by = Caller(factories.a_member(customer), customer, scope="ADMINISTER")
    made = Program(live_server.url, by.headers["Authorization"].removeprefix("Bearer "))
    yield made
    made.close()


def test_the_export_of_a_customer_is_read_as_the_zip_that_it_is(program):
    asked = program.call("data_exports_create")
    making.turn(clock.now())

    answer = program.answer("data_exports_content", asked.id)

    assert answer.headers["content-type"] == "application/zip"
    content = answer.parsed.payload.read()
    assert len(content) == program.call("data_exports_retrieve", asked.id).size
    assert "manifest.json" in zipfile.ZipFile(io.BytesIO(content)).namelist()


def test_a_pdf_that_was_sent_is_read_back_byte_for_byte(program):
    types = importlib.import_module(f"{NAME}.types")
    file = types.File(io.BytesIO(PDF), file_name="report.pdf", mime_type="application/pdf")
    models = importlib.import_module(f"{NAME}.models")
    form, kinds = models.EvidenceCreateFilesBody(file=file), models.EvidenceCreateKind
    kept = program.call("evidence_create", body=form, kind=kinds.DOCUMENT)

    answer = program.answer("evidence_content", kept.id)

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.parsed.payload.read() == PDF


def test_a_file_that_is_not_there_is_told_as_a_problem(program):
    with pytest.raises(Problem) as told:
        program.call("data_exports_content", uuid.uuid4())
    assert told.value.status == 404
