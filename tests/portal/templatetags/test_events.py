"""Events of a webhook's form: each once, folded by what it is about, open where one is chosen."""

import re

from django.template import engines

from portal.forms.webhooks import WebhookForm
from portal.publishing import EVENTS
from portal.templatetags.events import NOUNS, by_noun, noun
from portal.templatetags.happenings import HAPPENINGS


def shown(form):
    template = engines["django"].from_string("{% load events %}{% event_groups form.events %}")
    return template.render({"form": form})


def test_every_event_has_words_and_a_group_and_each_group_stands_once():
    assert {name for name in EVENTS if name not in HAPPENINGS} == set()
    assert {noun(name) for name in EVENTS} == NOUNS.keys()
    assert len(by_noun(EVENTS)) == len(NOUNS)
    assert [name for _title, names in by_noun(EVENTS) for name in names] == list(EVENTS)


def test_each_event_is_one_tick_under_the_heading_of_its_group():
    content = shown(WebhookForm())

    assert re.findall(r'type="checkbox" name="events" value="([\w.]+)"', content) == list(EVENTS)
    assert content.count("<details><summary>") == len(NOUNS)
    assert content.count("<legend") == len(NOUNS) + 1
    assert '<b>Upgrade halted</b> <small class="mono">job.halted</small>' in content


def test_a_group_with_a_tick_in_it_stands_open_and_says_how_many():
    content = shown(WebhookForm(initial={"events": ["job.halted", "job.started"]}))

    [opened] = re.findall(r"<details open><summary>(.*?)</summary>", content)
    jobs = sum(noun(name) == "job" for name in EVENTS)
    assert opened == f'Upgrades <span class="n">2 of {jobs}</span>'
    assert re.findall(r'value="([\w.]+)" checked', content) == ["job.started", "job.halted"]


def test_what_was_ticked_and_cannot_be_is_said_at_the_field():
    form = WebhookForm({"name": "x", "address": "x", "events": ["job.halted", "member.added"]})

    content = shown(form)

    assert "member.added is not one of the available choices" in content
    assert 'aria-describedby="id_events_help id_events_error"' in content
    assert re.findall(r'value="([\w.]+)" checked', content) == ["job.halted"]
