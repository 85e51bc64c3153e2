"""The demo's clock, for its banner: {% demo_rate as rate %}."""

from datetime import datetime

from django import template
from django.conf import settings

from portal import clock

register = template.Library()


@register.simple_tag
def demo_rate(now: datetime) -> float | None:
    """How many times as fast as the wall's the portal's clock runs; None where time is real."""
    dial = clock.read_dial() if settings.SCALED_CLOCK else None
    if dial is None:
        return None
    return dial.rate if dial.until is None or now < dial.until else 1.0
