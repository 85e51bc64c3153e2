"""A field of a form with its label, help and error tied to the control for every reader."""

from typing import Any

from django import forms, template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def field(bound: forms.BoundField, *, help: object = "", label: object = "") -> SafeString:
    """Render by widget: a tick for yes or no, a choice of one or several, else label and control.

    The order of `aria-describedby` is help, then error. Whatever the widget already has is kept.
    """
    words = help or bound.help_text
    name = bound.auto_id or bound.html_name
    described = [f"{name}_help"] * bool(words) + [f"{name}_error"] * bool(bound.errors)
    known: dict[str, Any] = {"field": bound, "name": name, "help": words}
    known["label"] = label or bound.label
    widget = bound.field.widget
    if isinstance(widget, forms.RadioSelect):  # Django's ticks for several are one too
        kind = "checkbox" if isinstance(widget, forms.CheckboxSelectMultiple) else "radio"
        known |= {"legend": known["label"], "options": _options(bound), "error": _first(bound)}
        known |= {"kind": kind, "described": " ".join(described)}
        return render_to_string(
            "components/choice.html", known | {"name": bound.html_name, "own": name}
        )
    known["error"] = _first(bound)
    known["control"] = bound.as_widget(
        attrs={"aria-describedby": " ".join(described)} if described else {}
    )
    is_tick = isinstance(widget, forms.CheckboxInput)
    return render_to_string(f"components/{'tick' if is_tick else 'field'}.html", known)


def _first(bound: forms.BoundField) -> object:
    return bound.errors[0] if bound.errors else ""


def _options(bound: forms.BoundField) -> list[dict[str, object]]:
    return [
        {
            "value": radio.data["value"],
            "title": radio.data["label"],
            "chosen": radio.data["selected"],
            "refused": bool(radio.data["attrs"].get("disabled")),
        }
        for radio in bound
    ]
