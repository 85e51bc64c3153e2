"""The language of tests finds what it is for (tests/pseudo.py, tests/unsaid.py)."""

import pytest
from django.utils.translation import gettext, ngettext, override, pgettext

from tests import pseudo, unsaid

PAGE = '<!doctype html><html lang="fr"><body>{}</body></html>'


def found(body, *known):
    return unsaid.Known(known).unsaid(PAGE.format(body))


def test_a_message_is_longer_in_brackets_and_keeps_its_places_and_marks():
    told = pseudo.said("Move %(site)s <b>now</b>, {name}: 100 %%")

    assert told.startswith(pseudo.SAID)
    assert told.endswith(pseudo.LEFT)
    for kept in ("%(site)s", "<b>", "</b>", "{name}", "%%"):
        assert kept in told
    plain = "Nothing more is begun or asked"
    assert len(pseudo.said(plain)) == pytest.approx(1.4 * len(plain), abs=6)


def test_french_is_told_in_it_and_the_others_are_not(monkeypatch):
    pseudo.speak(monkeypatch)
    with override("fr"):
        assert gettext("Sites") == pseudo.said("Sites")
        assert pgettext("of a field", "needed") == pseudo.said("needed")
        days = ngettext("Every day", "Every %(number)s days", 3) % {"number": 3}
        unknown = "No catalogue knows this."
        assert gettext(unknown) == unknown
    assert list(filter(None, unsaid.outside(days))) == ["3"]
    with override("tr"):
        assert gettext("Sites") != pseudo.said("Sites")


@pytest.mark.parametrize(
    "body",
    [
        "<p>Forgotten</p>", '<input placeholder="Forgotten">', '<svg aria-label="Forgotten"/>',
        f"<p>{pseudo.said('Known')} forgotten</p>", '<button title="Forgotten">1</button>',
        f"<p>{pseudo.said('%(x)s is known') % {'x': 'forgotten'}}</p>",
        f"<p>{pseudo.SAID}never closed</p><p>Forgotten</p>",
        '<div lang="en"><p lang="fr">Forgotten</p></div>', "<option value=x>Forgotten</option>",
    ],
)  # fmt: skip
def test_what_was_never_looked_up_is_found(body):
    assert len(found(body)) == 1


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{pseudo.said('A <b>marked</b> message')}</p>", "<code>left as it is</code>",
        '<span lang="en">Status &gt; Basics</span>', "<p>Ada Novak, 14.1.1</p>",
        "<p>jeu. 26 nov. 2026 22:00 CET (UTC+01:00)</p>", "<script>let words</script>",
        "<option value=Europe/Paris>Europe/Paris</option>", "<p>UJ-7, ada@example.com</p>",
        f"<p>{pseudo.said('%(x)s is known') % {'x': 'Ada Novak'}}</p>",
    ],
)  # fmt: skip
def test_what_may_stay_is_not(body):
    assert found(body, "Ada Novak") == []
