import pytest

from appliances.models import RecordedWord, SupportQuestion
from appliances.services import catalogue, questions
from portal import clock, tenancy
from portal.models import AuditEvent, Message
from tests.appliances.views.test_appliances import picture
from tests.factories import a_member, staff

ROWS = {"needs-TOTAL_FORMS": "2", "needs-INITIAL_FORMS": "0"}


@pytest.fixture
def asked(customer, appliance):
    who = a_member(customer, "OPERATOR", "Murat", language="tr")
    with tenancy.transaction(customer):
        return questions.ask(
            appliance, text="12.2 is greyed out.", target="12.2.0", by=who, at=clock.now()
        )


@pytest.fixture
def page(asked) -> str:
    return f"/c/meridian/questions/{asked.pk}/"


def test_an_operator_asks_with_a_picture_and_support_is_told(
    client, customer, site, appliance, signed_in
):
    agent = staff("AGENT", "Ines")
    signed_in("OPERATOR")
    at = f"/c/meridian/sites/{site.pk}/ask/"
    assert client.get(at).status_code == 200

    answer = client.post(
        at,
        {"appliance": appliance.pk, "text": "What first?", "target": "", "picture": picture()},
    )

    assert answer.status_code == 302
    with tenancy.transaction(customer):
        question = SupportQuestion.objects.get()
        assert question.picture_id is not None
        message = Message.objects.get(kind="question_asked")
    assert (message.address, f"/questions/{question.pk}/" in message.body_text) == (
        agent.email,
        True,
    )
    shown = client.get(answer.url).content.decode()
    assert "What first?" in shown
    assert "Send the answer" not in shown


@pytest.mark.parametrize("wrong", [{"text": ""}, {"appliance": "0"}])
def test_half_a_question_comes_back(client, site, appliance, signed_in, wrong):
    signed_in("OPERATOR")
    given = {"appliance": str(appliance.pk), "text": "What first?"}

    answer = client.post(f"/c/meridian/sites/{site.pk}/ask/", given | wrong)

    assert answer.status_code == 422


def test_the_queue_is_supports_and_oldest_first(client, customer, appliance, asked, signed_in):
    who = signed_in(staff="AGENT")
    with tenancy.transaction(customer):
        questions.ask(appliance, text="And then?", by=who, at=clock.now())

    shown = client.get("/questions/").content.decode()

    assert 0 < shown.index("12.2 is greyed out.") < shown.index("And then?")


def test_an_answer_becomes_requirements_and_tells_who_asked(
    client, customer, asked, page, signed_in
):
    catalogue.load(catalogue.read(catalogue.VENDOR))
    signed_in(staff="AGENT")
    shown = client.get(page).content.decode()
    package = shown.split(">Bomgar-12.2.0<")[0].rsplit('value="', 1)[1].split('"')[0]

    answer = client.post(
        f"{page}answer/",
        ROWS
        | {
            "text": "Install base 3.3.2 first.",
            "needs-0-package": package,
            "needs-0-kind": "BASE",
            "needs-0-above": "1",
            "needs-0-version": "3.2.4",
            "needs-0-said": "3.2.4 does not satisfy 12.2.0",
        },
    )

    assert answer.status_code == 302
    with tenancy.transaction(customer):
        assert SupportQuestion.objects.get().state == "ANSWERED"
        word = RecordedWord.objects.get()
        assert (word.package.version, word.kind, word.above, word.version) == (
            "12.2.0",
            "BASE",
            True,
            "3.2.4",
        )
        message = Message.objects.get(kind="question_answered")
        assert (message.language, "Install base 3.3.2 first." in message.body_text) == ("tr", True)
        names = set(AuditEvent.objects.values_list("name", flat=True))
        assert {"question.asked", "question.answered", "word.recorded"} <= names
    assert "base above 3.2.4" in client.get(page).content.decode()


def test_half_a_requirement_comes_back(client, page, signed_in):
    signed_in(staff="AGENT")

    answer = client.post(f"{page}answer/", ROWS | {"text": "x", "needs-0-version": "3.3.2"})

    assert answer.status_code == 422
    assert "a package and a version" in answer.content.decode()


def test_a_question_is_answered_once(client, page, signed_in):
    signed_in(staff="AGENT")
    given = ROWS | {"text": "Install base 3.3.2 first."}

    assert client.post(f"{page}answer/", given).status_code == 302
    assert client.post(f"{page}answer/", given).status_code == 409


def test_a_customer_does_not_answer_but_may_withdraw(client, customer, page, signed_in):
    signed_in("ADMINISTRATOR")

    assert client.post(f"{page}answer/", ROWS | {"text": "x"}).status_code == 403
    assert client.post(f"{page}withdraw/").status_code == 302
    with tenancy.transaction(customer):
        assert SupportQuestion.objects.get().state == "WITHDRAWN"


def test_strangers_get_404(client, page, stranger):
    assert client.get(page).status_code == 404
    assert client.get("/questions/").status_code == 404
