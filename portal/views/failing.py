"""Pages of what failed before any view: an old form, too much of it, an address that is none.

Django's own say it in English, without a way on.
"""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal import unsent

OLD_FORM = {
    "title": _("This page was open too long"),
    "why": _("403: the form does not belong to this sign-in"),
    "text": _(
        "You signed in anew, in another window perhaps, or your browser keeps no cookies. Nothing "
        "was changed. Open the page again, then send it once more."
    ),
}
TOO_LARGE = {
    "title": _("Too much at once"),
    "why": _("413: what you sent is too large"),
    "text": _("Nothing was changed. Send less text, or a smaller file."),
}
NOT_UNDERSTOOD = {
    "title": _("Not understood"),
    "why": _("400: the browser’s request cannot be read"),
    "text": _(
        "Nothing was changed. Go back and open the page again; if it stays so, tell support."
    ),
}


def old_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What a form gets whose token is not this browser's (settings.CSRF_FAILURE_VIEW): of a page of
    ours, what was typed, to be sent again; of any other, nothing of it."""
    return unsent.offered(request) or _page(request, OLD_FORM, 403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, and 413 for a body that is larger than the settings allow (urls.handler400). It may
    come before anybody is known: then in the language that the browser asks for."""
    shown = (TOO_LARGE, 413) if isinstance(exception, RequestDataTooBig) else (NOT_UNDERSTOOD, 400)
    if hasattr(request, "LANGUAGE_CODE"):
        return _page(request, *shown)
    with translation.override(translation.get_language_from_request(request)):
        return _page(request, *shown)


def _page(request: HttpRequest, said: dict[str, object], status: int) -> HttpResponse:
    return render(request, "failed.html", said, status=status)
