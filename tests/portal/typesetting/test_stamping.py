"""What may be stamped and what may not, in a process of the typesetter's own modules."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal import pdf
from portal.typesetting.kept import Shared, put_down

PLACE = Path(pdf.__file__).parent / "typesetting"
ASK = """
import json, sys
sys.path.insert(0, sys.argv[1])
import stamping, typeset
for page in json.load(sys.stdin):
    try:
        paper, left = stamping.stamp(page, [], {}, typeset.write)
        print(json.dumps(f"{paper[:5].decode()} {len(left)}"))
    except stamping.Unfit as unfit:
        print(json.dumps(str(unfit)))
"""
BREAK = """
import sys
sys.path.insert(0, sys.argv[1])
import typeset
def boom(*_):
    raise KeyError("somebody's words")
whole = typeset.write(page := sys.stdin.read(), [], typeset.complete)
typeset.stamp = boom
left = []
paper = typeset.make({"html": page, "css": [], "files": {}}, {}, left.append)
print(paper == whole, left)
"""


def page(body, title="<title data-own>T</title>"):
    return f"<!doctype html><html lang='en'><head>{title}</head><body>{body}</body></html>"


def asked(program, said):
    words = [sys.executable, "-P", "-c", program, str(PLACE)]
    return subprocess.run(words, input=said, capture_output=True, text=True, check=True)


UNFIT = {
    page("<p data-own>Words</p>", "<title>T</title>"): "no page of own texts",
    page("<p data-own>\ue001</p>"): "no page of own texts",
    page("<p data-own>Ω</p>"): "letters",
    page("<p data-own>two  spaces</p>"): "letters",
    page("<p data-own>a\nb</p>"): "letters",
    page("<p data-own>soft\u00adhyphen</p>"): "letters",
    page("<p data-own> before</p>"): "letters",
    page("<p data-own>a <b>b</b></p>"): "too many texts, or more than a text",
    page("<svg><path data-own d='M0 0h1'/></svg>".replace("'", '"').replace("h1", "l1 1")):
        "letters",
    page("<p>before <span data-own>words</span></p>"): "a text beside others",
    page("<p><span data-own>words</span></p>"): "a text beside others",
    page("<p data-own style='text-align: center'>words</p>"): "a style",
    page("<p data-own style='text-decoration: underline'>words</p>"): "a style",
    page("<p data-own style='direction: rtl'>words</p>"): "a style",
    page("<p data-own style='text-transform: uppercase'>words</p>"): "a style",
    page("<p data-own style='float: left'>words</p>"): "the length of a text matters",
    page("<div style='display: flex'><p data-own>words</p></div>"): "the length of a text matters",
    page("<table><tr><td data-own>words</td></tr></table>"): "the length of a text matters",
    page(f"<p data-own style='width: 1em'>{'word ' * 40}!</p>"): "lines",
}  # fmt: skip


@pytest.mark.slow
def test_each_cause_not_to_stamp_is_seen():
    said = asked(ASK, json.dumps([page("<p data-own>Words</p>"), *UNFIT])).stdout.splitlines()

    assert [json.loads(each) for each in said] == ["%PDF- 2", *UNFIT.values()]


@pytest.mark.slow
def test_after_a_fault_it_is_typeset_whole_and_logged_without_anybody_s_words():
    found = asked(BREAK, page("<p data-own>Words</p>"))

    assert found.stdout.split() == ["True", "[{}]"]
    assert "a paper is typeset whole: KeyError in" in found.stderr
    assert "somebody" not in found.stderr


def test_what_is_for_all_is_taken_in_and_the_oldest_goes():
    shared = Shared(most=250)
    for letter in b"abc":
        file = os.memfd_create("left")
        mine = os.dup(file)
        put_down(mine, {bytes([letter]) * 32: bytes(100), b"d" * 32: b"same"})
        shared.read(file)
        os.close(file)

    assert list(shared) == [b"d" * 32, b"b" * 32, b"c" * 32]
    assert shared[b"d" * 32] == b"same"
