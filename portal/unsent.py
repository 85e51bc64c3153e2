"""A form that is not taken: it is too large, or came too late, since its session has ended or
somebody signed in anew meanwhile.

Nothing typed is lost: it stands on the answer, and is sent from there once its person is signed in.
It is kept nowhere. A form of somebody else's page is never offered like this: what is shown here
passed the check against forgery, or came from a page of ours by the browser's own word.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 (its name)
# Words that are shown to nobody, not even to who typed them.
SECRET = ("password", "secret", "token", "code", "again", "credential")
TOO_LATE = 403
Answer = Callable[[HttpRequest], HttpResponse]


class Measured:
    """Refuses a body that says it is larger than anything here takes, before any of it is read: a
    form is written to the disk while it is read. One that says less than it has is cut there."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.META.get("CONTENT_LENGTH") or "0"
        if request.path.startswith("/api/") or not said.isdecimal():
            return self.get_response(request)  # the API measures by itself
        if int(said) <= settings.BODY_LIMIT:
            return self.get_response(request)
        raise RequestDataTooBig(f"{said} bytes are more than any page takes.")


def ended(request: HttpRequest) -> HttpResponse:
    """Of a form that passed the check, where nobody is signed in any more."""
    return _page(request)


def offered(request: HttpRequest) -> HttpResponse | None:
    """Of a form that did not pass the check: the same, if it is of a page of ours from before a
    sign-in; None for any other."""
    return _page(request) if request.method == "POST" and _is_ours(request) else None


def _is_ours(request: HttpRequest) -> bool:
    """A browser names the page's origin with every POST, and no page can forge that."""
    origin = request.META.get("HTTP_ORIGIN", "")
    here = f"{request.scheme}://{request.get_host()}"
    return origin in (here, *settings.CSRF_TRUSTED_ORIGINS)


def _page(request: Any) -> HttpResponse:
    values = [
        (name, value)
        for name, many in request.POST.lists()
        if name != TOKEN and not _is_secret(name)
        for value in many
    ]
    secret = [name for name in request.POST if name != TOKEN and _is_secret(name)]
    user = getattr(request, "user", None)
    page = {
        "values": values, "typed": [value for _name, value in values if value.strip()],
        "files": sorted(request.FILES), "has_secrets": bool(secret),
        "to": request.get_full_path(),
        "signed_in": user is not None and user.is_authenticated,
    }  # fmt: skip
    return render(request, "portal/unsent.html", page, status=TOO_LATE)


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in SECRET)
