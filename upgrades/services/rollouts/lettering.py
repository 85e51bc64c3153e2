"""The letters of a stopped line in somebody's own words: a subject and paragraphs in each language,
until they go. Site, job, release and reason are the letter's own, and each reader's."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy as _

from portal import audit
from portal.errors import NotNow, Refused
from portal.services import letters
from upgrades.events import RolloutEvent
from upgrades.models import Rollout
from upgrades.services.rollouts.drafts import locked

R = Rollout.State
MOST = 2000
Words = dict[str, str]  # "subject" and "text"


class BadLetter(Refused):
    """A letter needs a subject and a text, not too long."""

    code = "letter-not-possible"


def words(rollout: Rollout) -> dict[str, Words]:
    """What each language's readers would get, by language: somebody's own words, or the usual."""
    return {language: rollout.letters.get(language) or _usual(rollout, language)
            for language, _name in settings.LANGUAGES}  # fmt: skip


def digest(rollout: Rollout) -> str:
    """Of the letters as they are: whoever writes them has read these."""
    told = json.dumps([rollout.letters, rollout.reason], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def write(
    rollout: Rollout, given: Mapping[str, Words], *, seen: str, by: Any, at: datetime
) -> Rollout:
    """Keep somebody's words in place of the usual ones, by language. Only before the letters go.
    Raises BadLetter; NotNow if they went, or somebody else wrote them, meanwhile."""
    with transaction.atomic():
        row = locked(rollout, R.STOPPED)
        if row.told_at is not None:
            raise NotNow(_("The letters are on their way already."))
        if seen != digest(row):
            raise NotNow(
                _("Somebody wrote these letters meanwhile."), remedy=_("Read them as they are now.")
            )
        row.letters = {
            language: checked
            for language, one in given.items()
            if (checked := _checked(language, one)) != _usual(row, language)
        }
        row.save()
        data = {"letters": row.letters}
        audit.record_platform(RolloutEvent.LETTERS_WRITTEN, row, by=by, at=at, data=data)
    return row


def own(rollout: Rollout, language: str) -> dict[str, str]:
    """For the letter's template: nothing, if nobody wrote anything of that language."""
    found = rollout.letters.get(language)
    return {"subject_said": found["subject"], "lead_said": found["text"]} if found else {}


def _checked(language: str, given: Words) -> Words:
    subject = letters.one_line(given["subject"])
    text = "\n".join(map(_plain, given["text"].splitlines())).strip()
    found: dict[str, object] = {}
    if language not in dict(settings.LANGUAGES):
        found["language"] = _("There are no letters in this language.")
    if not subject:
        found[f"subject_{language}"] = _("A letter needs a subject.")
    if not text or len(text) > MOST:
        found[f"text_{language}"] = _("A letter needs a text, of at most 2000 signs.")
    if found:
        raise BadLetter(" ".join(map(str, found.values())), fields=found)
    return {"subject": subject, "text": text}


def _plain(line: str) -> str:
    """Without control characters. Spaces that do not break, as French has them, stay."""
    signs = (" " if unicodedata.category(sign)[0] == "C" else sign for sign in line)
    return "".join(signs).strip()


def _usual(rollout: Rollout, language: str) -> Words:
    with translation.override(language):
        return {
            "subject": letters.one_line(
                gettext("%(rollout)s is stopped for now") % {"rollout": rollout.name}
            ),
            "text": gettext(
                "the vendor has stopped this rollout for now. Nothing new begins; what runs rests"
                " at its next safe point, and your place is kept."
            ),
        }  # fmt: skip
