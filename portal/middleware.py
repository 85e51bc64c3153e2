"""What surrounds every page: language, security headers, the customer's transaction, refusals."""

import logging
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django_fsm import ConcurrentTransition, TransitionNotAllowed

from portal import clock, once, permissions, tenancy, unsent
from portal.errors import NotNow, Refused
from portal.services import company_ties, customers, second_step, sessions, staff_access

log = logging.getLogger("portal.request")
SAFE = ("GET", "HEAD")
Answer = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
    " connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'; object-src 'none'; manifest-src 'self'"
)


class RequestLog:
    """One line a request, with an id that the answer carries too."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        began = time.monotonic()
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        if request.path not in ("/healthz", "/livez") and not request.path.startswith("/static/"):
            log.info("request", extra=self._fields(request, response, began))
        return response

    def _fields(self, request: Any, response: HttpResponse, began: float) -> dict[str, Any]:
        user = getattr(request, "user", None)
        return {
            "request_id": request.request_id,
            "method": request.method,
            "path": request.resolver_match.route if request.resolver_match else "(no page)",
            "status": response.status_code,
            "milliseconds": round((time.monotonic() - began) * 1000, 1),
            "user": str(user.pk) if user is not None and user.is_authenticated else "",
            "key": str(getattr(getattr(request, "api_key", None), "prefix", "")),
            "customer": str(getattr(getattr(request, "customer", None), "pk", "")),
        }


class Compression(GZipMiddleware):
    """Pages go compressed, with a random length added, so that a page's length tells little of a
    secret beside an attacker's words (BREACH); CSRF tokens are masked anew for each page. What has
    a tag goes as it is: the tag names its bytes."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        is_page = response.get("Content-Type", "").startswith("text/html")
        if not is_page or response.has_header("ETag"):
            return response
        return super().process_response(request, response)


class ContentSecurity:
    """Security headers on every answer; nothing that somebody signed in for is cached."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class Reader(AuthenticationMiddleware):
    """Who asks, read with the session (portal/services/sessions.py)."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: sessions.person_of(request))  # type: ignore[assignment]


class SessionLimits:
    """Ends a session that sat idle, has lasted as long as any may, or was made with a company's
    account that holds no more: its person is signed out."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not (
            sessions.keep(request) and company_ties.hold(request)
        ):
            sessions.end(request)
        return self.get_response(request)


class ReaderLanguage:
    """The reader's language: what the person chose, else the cookie, else what the browser asks."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        chosen = (
            user.language
            if user.is_authenticated
            else translation.get_language_from_request(request)
        )
        with translation.override(chosen):
            request.LANGUAGE_CODE = translation.get_language() or "en"
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response


class Answers:
    """Asks the policy before a page runs, enters the customer, and answers refusals with 409.

    Pages under /c/<slug>/ run in one transaction of that customer, rolled back on every answer of
    400 or more; a page that calls out (`needs`) opens its own, after the policy was asked in one.
    A page that names no need is a mistake: tests/house finds it, and it is refused.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        need = getattr(view, "needs", None)
        if need is None or need == permissions.OPEN:
            return None
        if not request.user.is_authenticated:
            return _sign_in(request)
        if not getattr(view, "before_second_step", False) and _lacks_second_step(request):
            return _go_to(request, reverse("portal:second-step"))
        try:
            if "slug" in kwargs:
                return self._for_customer(request, view, args, kwargs)
            if need != permissions.SIGNED_IN:
                permissions.demand_staff(request.user, need)
            with _sharing(request):
                return view(request, *args, **kwargs)
        except (Refused, TransitionNotAllowed, ConcurrentTransition) as refusal:
            return refuse(request, refusal)

    def _for_customer(
        self, request: Any, view: Any, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse:
        customer_id = customers.id_of_slug(kwargs.pop("slug"))
        if customer_id is None or getattr(request, "bound_to", None) not in (None, customer_id):
            raise Http404
        calls_out = getattr(view, "calls_out", False)
        with tenancy.transaction(customer_id), _sharing(request):
            member = None if request.user.is_staff else permissions.membership_of(request.user)
            request.customer = member.customer if member else customers.current()
            request.member = member
            permissions.demand(request.user, view.needs)
            request.may = lambda action: permissions.may(request.user, action)
            if not calls_out:
                response = self._answer(request, view, args, kwargs)
                if response.status_code >= 400:
                    transaction.set_rollback(True)
        if calls_out:
            response = self._answer(request, view, args, kwargs)
        if request.user.is_staff and response.status_code < 400:
            staff_access.note(request, customer_id, at=clock.now())
        return response

    def _answer(
        self, request: Any, view: Any, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse:
        try:
            answer: HttpResponse = view(request, *args, **kwargs)
        except (Refused, TransitionNotAllowed, ConcurrentTransition) as refusal:
            return refuse(request, refusal)
        return answer


def _sharing(request: HttpRequest) -> AbstractContextManager[None]:
    """What a safe request asks several times is read once."""
    return once.answering() if request.method in SAFE else nullcontext()


def _sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and from there back; what somebody typed is not lost on the way."""
    if request.method == "POST" and request.POST and not getattr(request, "htmx", False):
        return unsent.ended(request)
    words = urlencode({"next": request.get_full_path()})
    address = reverse("portal:sign-in")
    return _go_to(request, address, f"{address}?{words}")


def _lacks_second_step(request: HttpRequest) -> bool:
    """Staff, by setting, do nothing before they have shown a code."""
    return second_step.is_demanded(request.user) and not sessions.has_second_step(request)


def _go_to(request: HttpRequest, address: str, of_a_page: str = "") -> HttpResponse:
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(of_a_page or address)


def refuse(request: HttpRequest, refusal: Exception) -> HttpResponse:
    """409 with a sentence: the page for people, and for htmx the notice alone."""
    if not isinstance(refusal, Refused):
        refusal = NotNow(
            _("This was changed meanwhile, or it is too late for that."),
            remedy=_("Look at the page as it is now, then decide again."),
        )
    template = "refused.html#notice" if getattr(request, "htmx", False) else "refused.html"
    return render(request, template, {"refusal": refusal}, status=409)
