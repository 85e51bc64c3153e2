"""What the reader may do, for buttons: {% if request|may:"job.approve" %}."""

from typing import Any

from django import template

from portal.permissions import MAY, STAFF

register = template.Library()


@register.filter
def may(request: Any, action: str) -> bool:
    """At the current customer; on pages over all customers, what the staff role may do."""
    if hasattr(request, "may"):
        return bool(request.may(action))
    user = request.user
    return user.is_authenticated and user.is_staff and STAFF[user.staff_role] in MAY[action]
