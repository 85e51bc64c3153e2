"""The tags as pages use them: one load, and every mark says its word."""

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.utils.html import escape
from django.utils.translation import override

from portal.templatetags import words
from tests import factories, pseudo

WAYS = [("a", "first"), ("b", "second"), ("c", "third")]


class Form(forms.Form):
    version = forms.CharField(help_text="As on Status > Basics")
    seen = forms.BooleanField()
    way = forms.ChoiceField(choices=WAYS[:2], widget=forms.RadioSelect)
    more = forms.MultipleChoiceField(
        choices=WAYS, required=False, widget=forms.CheckboxSelectMultiple, help_text="Any of them"
    )


def rendered(source, **values):
    return Template("{% load portal %}" + source).render(Context(values))


def test_a_states_symbol_is_hidden_beside_its_word():
    hidden = '<svg class="i" aria-hidden="true"><use href="#held"/></svg>'

    assert (
        rendered('{% state_mark "HELD" "step" %}') == f'<span class="st stop">{hidden}Held</span>'
    )


def test_a_symbol_alone_says_its_word():
    assert 'role="img" aria-label="Locked"' in rendered('{% icon "lock" "Locked" %}')


def test_an_arrow_between_versions_is_read_as_to():
    shown = rendered('{% version_arrow "12.1" "14.1" %}')

    assert '12.1<svg class="i" aria-hidden="true">' in shown
    assert '<span class="unseen"> to </span>14.1' in shown


def test_what_people_write_is_escaped():
    shown = rendered(
        '{% notice "asks" title %}{{ text }}{% endnotice %}{% fact title %}{{ text }}{% endfact %}',
        title="<b>bold</b>",
        text="<script>alert(1)</script>",
    )

    assert "<b>" not in shown
    assert "<script>" not in shown


def test_help_and_error_are_tied_to_the_control_in_that_order():
    form = Form({"version": "", "seen": "", "way": ""})
    form.is_valid()

    shown = rendered("{% field form.version %}", form=form)

    assert 'aria-describedby="id_version_help id_version_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'id="id_version_error"' in shown


def test_a_yes_or_no_is_a_tick_and_radio_buttons_are_a_choice():
    shown = rendered("{% field form.seen %}{% field form.way %}", form=Form(initial={"way": "b"}))

    assert '<label class="tick">' in shown
    assert "<legend>Way</legend>" in shown
    assert 'name="way" value="b" checked' in shown


def test_of_several_ways_several_can_be_chosen():
    shown = rendered("{% field form.more %}", form=Form(initial={"more": ["a", "c"]}))

    assert shown.count('type="checkbox" name="more"') == 3
    assert 'value="a" checked' in shown
    assert 'value="c" checked' in shown
    assert 'aria-describedby="id_more_help"' in shown
    assert 'id="id_more_help">Any of them' in shown


def test_an_alarm_gives_a_number_that_a_phone_can_call():
    shown = rendered('{% alarm "Do not restart B." number="+1 555 0100" %}{% endalarm %}')

    assert 'href="tel:+15550100"' in shown
    assert 'role="alert"' in shown


def test_nobody_is_said_where_nobody_holds_a_step():
    assert "nobody yet" in rendered("{% person holder %}", holder=None)


def test_a_block_left_open_is_a_mistake_of_the_template():
    with pytest.raises(TemplateSyntaxError):
        rendered('{% notice "asks" "Title" %}')


@pytest.mark.usefixtures("db")
def test_staff_may_on_pages_over_all_customers_what_their_role_may(rf):
    request = rf.get("/")
    request.user = factories.staff()

    shown = rendered(
        '{% if request|may:"audit.view" %}a{% endif %}'
        '{% if request|may:"platform.manage" %}b{% endif %}',
        request=request,
    )

    assert shown == "a"


def test_a_screens_words_stand_in_english_and_beside_it_in_the_readers_language(monkeypatch):
    pseudo.speak(monkeypatch)
    label = "/appliance > Status > Basics"
    english = f'<span lang="en">{escape(label)}</span>'
    assert words.in_both(label) == english
    with override("fr"):
        assert words.in_both(label) == f"{english} · {escape(pseudo.said(label))}"
    assert words.in_both("") == '<span lang="en"></span>'


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        (
            "ConnectionRefusedError: [Errno 111] Connection refused",
            "The mail server refuses connections.",
        ),
        ("gaierror: [Errno -2] Name or service not known", "The mail server’s name is not known."),
        ("451 4.3.0 try again later", "451 4.3.0 try again later"),
        ("", ""),
    ],
)
def test_a_fault_of_the_line_to_the_mail_server_is_said_in_words(detail, said):
    assert words.mail_trouble(detail) == said
