"""Read back by the standard library, which also says whether anything is amiss."""

import email
from email import policy

import pytest

from portal.mailing.mime import NotWritable, mail

ENTRY = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Yükseltme\r\nEND:VCALENDAR\r\n"


def made(**more):
    values = {
        "sender": "Changeover <changeover@example.com>", "to": "a@example.com", "subject": "Done",
        "text": "It is done.\n", "html": "", "calendars": [],
        "headers": {"Message-ID": "<ab12@example.com>", "Content-Language": "en"},
    }  # fmt: skip
    return mail(**values | more)


def read(letter):
    found = email.message_from_bytes(letter.data, policy=policy.default)
    assert not [part.defects for part in found.walk() if part.defects]
    assert not [value.defects for value in found.values() if value.defects]
    assert letter.data.isascii()
    assert max(map(len, letter.data.split(b"\r\n"))) <= 998
    assert b"\n" not in letter.data.replace(b"\r\n", b"")
    return found


@pytest.mark.parametrize(
    "text",
    [
        "Plain.\n",
        ".\n.dot\nFrom here on\n",
        "Işıl Çağrı: yükseltme bitti ✓\n\n  indented = yes \n",
        "https://portal.example/" + "x" * 1200 + "\n",
        "one\rtwo\r\nthree\n",
        "without an end",
    ],
)
def test_both_forms_arrive_as_they_were_written(text):
    found = read(made(text=text, html=f"<p>{text}</p>"))

    assert found.get_content_type() == "multipart/alternative"
    plain, html = (found.get_body((kind,)).get_content() for kind in ("plain", "html"))
    wanted = text.replace("\r\n", "\n").replace("\r", "\n")
    assert plain.replace("\r\n", "\n").rstrip("\n") == wanted.rstrip("\n")
    assert html.replace("\r\n", "\n").rstrip("\n") == f"<p>{wanted}</p>".rstrip("\n")


def test_a_calendar_entry_goes_beside_with_its_method():
    found = read(made(html="<p>x</p>", calendars=[ENTRY, ENTRY.replace("METHOD:REQUEST\r\n", "")]))

    assert found.get_content_type() == "multipart/mixed"
    first, second = found.iter_attachments()
    assert [part.get_param("method") for part in (first, second)] == ["REQUEST", "PUBLISH"]
    assert first.get_filename() == "window-1.ics"
    assert first.get_content().replace("\r\n", "\n") == ENTRY.replace("\r\n", "\n")


@pytest.mark.parametrize(
    "subject", ["Done", "Yükseltme bitti: destek.marmara.example ✓ " * 4, "A long subject " * 13]
)
def test_a_subject_of_any_length_and_alphabet(subject):
    assert read(made(subject=subject))["Subject"].strip() == subject.strip()


def test_the_head_says_who_when_and_which():
    found = read(made(sender="Değişim <changeover@example.com>", to="a@örnek.example"))

    assert found["From"] == "Değişim <changeover@example.com>"
    assert found["To"] == "a@xn--rnek-4qa.example"
    assert found["Message-ID"] == "<ab12@example.com>"
    assert found["Date"].datetime is not None
    assert made(sender="D <d@example.com>").sender == "d@example.com"


@pytest.mark.parametrize(
    "values",
    [
        {"to": "a@example.com\r\nBcc: b@example.com"},
        {"to": "a@example.com, b@example.com"},
        {"to": "a@example.com> SIZE=1"},
        {"to": ""},
        {"to": "nobody"},
        {"subject": "Done\r\nBcc: b@example.com"},
        {"headers": {"Message-ID": "<1@example.com>\nBcc: b@example.com"}},
    ],
)
def test_nothing_can_write_a_header_of_its_own(values):
    with pytest.raises(NotWritable):
        made(**values)
