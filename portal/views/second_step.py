"""One's own second step of signing in, and the page that asks for it."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta

import segno
from django.contrib import messages as notices
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.errors import NotNow, Refused
from portal.forms.session import OneCode, Proof, ProvenCode
from portal.models import User
from portal.permissions import OPEN, SIGNED_IN, needs
from portal.services import network, passkeys, proofs, second_step, sessions, signin

HALF = "half_signed_in"  # the password was right; the code is still asked for
MINUTES = 10


def half_sign_in(request: HttpRequest, user: User, *, tie: uuid.UUID | None = None) -> None:
    """Remember for a few minutes whose password was right, or whose company's account came. They
    are not signed in."""
    request.session.flush()
    until = datetime.now(UTC) + timedelta(minutes=MINUTES)
    request.session[HALF] = {
        "user": str(user.pk), "until": until.isoformat(), "password": user.get_session_auth_hash(),
        "tie": str(tie) if tie else "",
    }  # fmt: skip


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
@needs(OPEN)
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The code after the password. Nobody half signed in: back to the beginning."""
    user = half_signed_in(request)
    if user is None:
        return redirect("portal:sign-in")
    form, status = OneCode(request.POST or None), 200
    form.fields["code"].widget.attrs["autofocus"] = True
    after = sessions.next_page(request)
    if form.is_valid():
        try:
            second_step.check(user, form.cleaned_data["code"], address=network.address_of(request))
            tie = request.session[HALF]["tie"]
            sessions.begin(request, user, second_step=True, tie=uuid.UUID(tie) if tie else None)
            return redirect(after)
        except Refused as refusal:
            status = _say(form, refusal)
    page = {"form": form, "next": after, "passkeys": passkeys.can_be_used_by(user)}
    return render(request, "portal/sign_in_code.html", page, status=status)


@never_cache
@require_safe
@needs(SIGNED_IN, before_second_step=True)
def second_step_page(request: HttpRequest) -> HttpResponse:
    """Staff who set it up in another browser sign in anew here: this session has shown no code."""
    return turned_out(request) or _page(request)


@sensitive_post_parameters("password")
@never_cache
@require_POST
@needs(SIGNED_IN, before_second_step=True)
def prepare(request: HttpRequest) -> HttpResponse:
    """A key, once the person has shown anew that it is them: shown in this browser alone."""
    if out := turned_out(request):
        return out
    form = Proof(request.POST, auto_id="proof_%s", ways=_ways(request))
    if not form.is_valid():
        return _page(request, proof=form, status=422)
    try:
        with _proven(request, form):
            second_step.prepare(request.user)
    except (proofs.NotProven, signin.TooManyTries) as refusal:
        return _page(request, proof=form, status=_say(form, refusal, "password"))
    proofs.note(request)
    return redirect("portal:second-step")


@sensitive_post_parameters("code")
@never_cache
@require_POST
@needs(SIGNED_IN, before_second_step=True)
def confirm(request: HttpRequest) -> HttpResponse:
    """The recovery codes are shown on this answer, once. Only where the key was asked for."""
    if out := turned_out(request):
        return out
    if not proofs.is_noted(request):
        raise NotNow(_("Nothing is being set up."), remedy=_("Begin again."))
    return _with_codes(request, OneCode(request.POST), second_step.confirm)


@sensitive_post_parameters("code", "password")
@never_cache
@require_POST
@needs(SIGNED_IN)
def renew_codes(request: HttpRequest) -> HttpResponse:
    """By a proof and a code: whoever found a session has neither."""
    form = ProvenCode(request.POST, ways=_ways(request))
    return _with_codes(request, form, second_step.renew_codes)


@sensitive_post_parameters("code", "password")
@never_cache
@require_POST
@needs(SIGNED_IN)
def turn_off(request: HttpRequest) -> HttpResponse:
    form, status = ProvenCode(request.POST, ways=_ways(request)), 422
    if form.is_valid():
        try:
            code, address = form.cleaned_data["code"], network.address_of(request)
            with _proven(request, form):
                second_step.turn_off(request.user, code, address=address)
        except Refused as refusal:
            status = _say(form, refusal)
        else:
            notices.success(request, _off(request.user))
            return redirect("portal:second-step")
    return _page(request, form, status=status)


def turned_out(request: HttpRequest) -> HttpResponse | None:
    """Staff whose second step this session has not shown are signed out."""
    user = request.user
    shown = sessions.has_second_step(request)
    if not (second_step.is_demanded(user) and second_step.is_on(user)) or shown:
        return None
    sessions.end(request)
    return redirect("portal:sign-in")


def _with_codes(request: HttpRequest, form: OneCode, ask: Callable[..., list[str]]) -> HttpResponse:
    """What a right code brings: recovery codes, and a session whose person has shown one."""
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        code, address = form.cleaned_data["code"], network.address_of(request)
        with _proven(request, form) if isinstance(form, ProvenCode) else nullcontext():
            codes = ask(request.user, code, address=address)
    except Refused as refusal:
        return _page(request, form, status=_say(form, refusal))
    sessions.note_second_step(request)
    return _page(request, codes=codes)


def _ways(request: HttpRequest) -> proofs.Ways:
    return proofs.ways(request, proofs.SECOND_STEP)


def _proven(request: HttpRequest, form: Proof) -> AbstractContextManager[None]:
    return proofs.proven(request, proofs.SECOND_STEP, form.cleaned_data.get("password", ""))


def half_signed_in(request: HttpRequest) -> User | None:
    """Whose password was right a few minutes ago, and still is; they are not signed in."""
    half = request.session.get(HALF)
    if not half or datetime.fromisoformat(half["until"]) < datetime.now(UTC):
        return None
    user = User.objects.filter(pk=half["user"], is_active=True).first()
    return user if user and user.get_session_auth_hash() == half["password"] else None


def _off(user: User) -> str:
    if second_step.is_on(user):
        return _("Off: after your password a passkey is asked for.")
    return _("Off: your password alone signs you in.")


def _say(form: Form, refusal: Refused, field: str = "code") -> int:
    """The refusal beside the field; returns the status that goes with it."""
    field = "password" if isinstance(refusal, proofs.NotProven) else field
    form.add_error(field if field in form.fields else None, f"{refusal} {refusal.remedy}".strip())
    return 429 if isinstance(refusal, signin.TooManyTries) else 422


def _page(
    request: HttpRequest, form: OneCode | None = None, *, proof: Proof | None = None,
    codes: list[str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    user, on, ways = request.user, second_step.has_app(request.user), _ways(request)
    key = second_step.being_set_up(user) if proofs.is_noted(request) else None
    page = {
        "form": form or (ProvenCode(ways=ways) if on else OneCode()), "ways": ways, "codes": codes,
        "on": on, "key": key, "proof": proof or Proof(auto_id="proof_%s", ways=ways),
        "left": second_step.codes_left(user), "demanded": second_step.is_demanded(user),
        "drawing": _drawn(key.address) if key else "",
    }  # fmt: skip
    return render(request, "portal/second_step.html", page, status=status)


def _drawn(address: str) -> SafeString:
    """The QR code (ISO/IEC 18004) that an app reads; made here, nothing is fetched. As large as
    the sheet says: with a size of its own, a smaller box would cut its corners off."""
    title = _("QR code with the key")
    return SafeString(
        segno.make(address, error="m", micro=False).svg_inline(
            omitsize=True, border=4, title=title, svgclass="qr", lineclass=None, light="#ffffff"
        )
    )
