import gettext
import os

import pytest
from babel.messages.pofile import PoFileError

from portal.embedded.catalogues import compile_all

PO = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "Approve"
msgstr "Onayla: İıŞşĞğ"

msgctxt "month"
msgid "May"
msgstr "mai"

msgid "%(n)s step"
msgid_plural "%(n)s steps"
msgstr[0] "%(n)s étape"
msgstr[1] "%(n)s étapes"

#, fuzzy
msgid "Halt"
msgstr "a guess"
"""


@pytest.fixture
def source(tmp_path):
    file = tmp_path / "portal" / "locale" / "tr" / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True)
    file.write_text(PO)
    return file


def test_plurals_and_contexts_are_there_and_guesses_are_not(tmp_path, source):
    compile_all(tmp_path)

    with source.with_suffix(".mo").open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert words.gettext("Approve") == "Onayla: İıŞşĞğ"
    assert words.pgettext("month", "May") == "mai"
    assert [words.ngettext("%(n)s step", "%(n)s steps", n) for n in (1, 2)] == [
        "%(n)s étape",
        "%(n)s étapes",
    ]
    assert words.gettext("Halt") == "Halt"


def test_only_what_changed_is_compiled_again(tmp_path, source):
    assert compile_all(tmp_path) == [source.with_suffix(".mo")]
    assert compile_all(tmp_path) == []

    later = source.with_suffix(".mo").stat().st_mtime + 1
    os.utime(source, (later, later))

    assert compile_all(tmp_path) == [source.with_suffix(".mo")]


def test_a_broken_catalogue_is_an_error(tmp_path, source):
    source.write_text("nonsense\n")

    with pytest.raises(PoFileError):
        compile_all(tmp_path)
