"""*Ask support* (G-PREP-5): what, and in which order? Answers become recorded requirements."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from appliances.events import Event
from appliances.models import Appliance, Package, RecordedWord, SupportQuestion
from appliances.services import versions
from portal import audit
from portal.errors import Refused
from portal.models import EvidenceFile
from portal.services import customers, messages


class NothingAsked(Refused):
    code = "nothing-asked"


class NothingAnswered(Refused):
    code = "nothing-answered"


class NotARequirement(Refused):
    """Only base and product software can be required, and only more of it."""

    code = "not-a-requirement"


@dataclass(frozen=True)
class Word:
    """What a package needs on one appliance: "base from 3.3.2", in whose words."""

    package: Package
    kind: str
    version: str
    above: bool = False
    said: str = ""


def ask(
    appliance: Appliance,
    *,
    text: str,
    by: Any,
    at: datetime,
    target: str = "",
    picture: EvidenceFile | None = None,
) -> SupportQuestion:
    """Put a question into support's queue, and tell support."""
    if not text.strip():
        raise NothingAsked(_("Say what is unclear."), fields={"text": _("Missing.")})
    question = SupportQuestion.objects.create(
        customer_id=appliance.customer_id,
        site=appliance.site,
        appliance=appliance,
        picture=picture,
        text=text.strip()[:2000],
        target=versions.read_text(target) if target.strip() else "",
        asked_by=by,
        asked_at=at,
    )
    audit.record(Event.QUESTION_ASKED, question, by=by, data={"text": question.text})
    messages.write_all(
        "question_asked",
        to=messages.support_people(),
        about=question,
        key=str(question.pk),
        context=_told(question, by),
        at=at,
    )
    return question


def answer(
    question: SupportQuestion, *, text: str, by: Any, at: datetime, words: Iterable[Word] = ()
) -> SupportQuestion:
    """Answer; each word outranks what was only inferred for that appliance. Tells who asked.

    Raises TransitionNotAllowed if it was answered or withdrawn meanwhile.
    """
    if not text.strip():
        raise NothingAnswered(_("An answer needs a text."), fields={"text": _("Missing.")})
    question.give_answer(by=by, at=at, text=text.strip()[:4000])
    question.save()
    for word in words:
        record(question.appliance, word, by=by, at=at, question=question)
    audit.record(Event.QUESTION_ANSWERED, question, by=by, data={"answer": question.answer})
    messages.write(
        "question_answered",
        to=question.asked_by,
        about=question,
        key=str(question.pk),
        context=_told(question, by) | {"answer": question.answer},
        at=at,
    )
    return question


def withdraw(question: SupportQuestion, *, by: Any) -> SupportQuestion:
    """The one who asked does not need an answer any more."""
    question.withdraw()
    question.save()
    audit.record(Event.QUESTION_WITHDRAWN, question, by=by)
    return question


def record(
    appliance: Appliance,
    word: Word,
    *,
    by: Any,
    at: datetime,
    question: SupportQuestion | None = None,
) -> RecordedWord:
    """Keep what an appliance itself said, or support for it; a later word replaces an earlier."""
    if word.kind not in (Package.Kind.BASE, Package.Kind.PRODUCT):
        raise NotARequirement(_("Only base or product software can be required."))
    kept, _made = RecordedWord.objects.update_or_create(
        appliance=appliance,
        package=word.package,
        kind=word.kind,
        defaults={
            "customer_id": appliance.customer_id,
            "question": question,
            "above": word.above,
            "version": versions.read_text(word.version),
            "said": word.said.strip()[:300],
            "recorded_at": at,
            "recorded_by": by,
        },
    )
    data = {
        "package": word.package.name,
        "needs": f"{word.kind} {'>' if word.above else '>='} {kept.version}",
        "said": kept.said,
    }
    audit.record(Event.WORD_RECORDED, appliance, by=by, data=data)
    return kept


def _told(question: SupportQuestion, by: Any) -> dict[str, Any]:
    slug = customers.current().slug
    at = reverse("appliances:question", kwargs={"slug": slug, "pk": question.pk})
    return {
        "site": question.site.name,
        "by": str(by),
        "question": question.text,
        "link": f"{settings.PUBLIC_URL}{at}",
        "site_zone": question.site.zone,
    }
