from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal.errors import Refused
from portal.forms.session import FirstPassword
from portal.middleware import refuse
from portal.permissions import OPEN, needs
from portal.services import links
from portal.views.session import go_on


@sensitive_post_parameters("password", "again")
@never_cache
@require_http_methods(["GET", "POST"])
@needs(OPEN)
def one_time_link(request: HttpRequest, token: str) -> HttpResponse:
    """Set name and password; opening the page uses nothing up, sending it does."""
    try:
        link = links.find(token)
        form = FirstPassword(
            request.POST or None,
            asks_email=link.user is None,
            initial={"name": link.user.name if link.user else ""},
        )
        if form.is_valid():
            return _use(request, token, form)
    except Refused as refusal:
        return refuse(request, refusal)
    page = {"form": form, "person": link.user, "purpose": link.purpose}
    return render(request, "portal/one_time_link.html", page)


def _use(request: HttpRequest, token: str, form: FirstPassword) -> HttpResponse:
    values = form.cleaned_data
    try:
        user = links.use(
            token,
            name=values["name"],
            email=values.get("email", ""),
            password=values["password"],
        )
    except ValidationError as weak:
        form.add_error("password", weak)
        return render(request, "portal/one_time_link.html", {"form": form})
    return go_on(request, user)
