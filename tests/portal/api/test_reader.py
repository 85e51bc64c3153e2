"""Pages for those who write programs: everything that the document says, and every code."""

import pytest

from portal.services import codes


def page(client, path, **headers):
    answer = client.get(f"/api/v1/{path}", headers=headers)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.fixture
def document(client, db):
    return client.get("/api/v1/openapi.json").json()


def test_every_operation_is_in_the_contents_and_under_its_noun(client, document):
    contents, pages = page(client, "docs/"), {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            [noun] = operation["tags"]
            pages.setdefault(noun, page(client, f"docs/{noun}/")) if noun not in pages else None
            for text in (f'id="{operation["operationId"]}"', f"{method.upper()} {path}<"):
                assert text in pages[noun], operation["operationId"]
            assert f'docs/{noun}/#{operation["operationId"]}"' in contents
    assert len(pages) > 15


def test_an_operation_tells_parameters_body_answers_and_a_line_for_curl(client, document):
    jobs = page(client, "docs/jobs/")

    for text in (
        "Idempotency-Key", "If-Match", "<code>site</code>", "steps_by_state",
        "string uuid", "curl --request POST", "$PORTAL/api/v1/jobs/$ID/submit",
        "The row was changed since the state that If-Match names.", "plan.path.version",
    ):  # fmt: skip
        assert text in jobs, text


def test_a_noun_that_is_none_is_not_there(client, db):
    assert client.get("/api/v1/docs/unicorns/").status_code == 404


def test_the_type_of_a_problem_leads_to_its_line(client, caller):
    told = caller.post("jobs", {"sight": 1}).json()
    answer = client.get(told["type"].removeprefix("http://testserver"))

    assert (answer.status_code, answer["Location"]) == (302, "/api/v1/problems/#invalid")
    assert client.get("/api/v1/problems/unicorn").status_code == 404


@pytest.mark.parametrize("language", ["en", "fr", "tr"])
def test_every_code_is_on_the_page_in_the_readers_language(client, db, language):
    found = page(client, "problems/", **{"Accept-Language": language})

    assert f'<html lang="{language}"' in found
    assert all(f'<tr id="{code}">' in found for code in codes.table())
    assert ("You asked for this yourself" in found) == (language == "en")
    assert "%(" not in found
