"""Pieces of a page that depend on nothing but what they are told: made once, kept in the process.

    {% piece "components/filter.html" asked=asked label=_("Sites") %}

is `{% include … with … only %}` without the request: no person, customer, permission, token or time
gets in but as a value that is told, and all values are the key, with the catalogue that words are
looked up in. So nobody is ever shown what was made for somebody else. Never write a piece that asks
the database or the clock. What is told and is no plain value makes the piece anew each time.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import trans_real

register = template.Library()
KEPT, FEW = 1024, 16
Frozen = tuple[type, Any]
# A value's type is part of the key: words of a person are never taken for markup that is the same.
PLAIN = (str, SafeString, int, bool, type(None))


class _NotPlain(Exception):
    """A value that cannot be a part of the key."""


@register.simple_tag
def piece(template_name: str, *, few: bool = False, **told: Any) -> SafeString:
    """`few`: it is long, so that no more than a few like it are kept."""
    try:
        key = _frozen(told)
    except _NotPlain:
        return _written(template_name, told)
    made = _few_made if few else _made
    return made(trans_real.catalog(), template_name, key)


def _from_key(_catalogue: object, template_name: str, key: Frozen) -> SafeString:
    return _written(template_name, _thawed(key))


_made, _few_made = lru_cache(KEPT)(_from_key), lru_cache(FEW)(_from_key)


def _written(template_name: str, told: dict[str, Any]) -> SafeString:
    return get_template(template_name).render(told)


def _frozen(value: Any) -> Frozen:
    kind = type(value)
    if kind in PLAIN:
        return kind, value
    if isinstance(value, Promise):
        return _frozen(str(value))  # lazy markup is markup
    if isinstance(value, Mapping):
        return dict, tuple((name, _frozen(one)) for name, one in value.items())
    if kind in (list, tuple):
        return tuple, tuple(_frozen(one) for one in value)
    if is_dataclass(value):
        return kind, tuple(_frozen(getattr(value, field.name)) for field in fields(value))
    raise _NotPlain


def _thawed(key: Frozen) -> Any:
    kind, value = key
    if kind is dict:
        return {name: _thawed(one) for name, one in value}
    if kind is tuple:
        return tuple(_thawed(one) for one in value)
    return kind(*map(_thawed, value)) if is_dataclass(kind) else value
