import uuid

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal import clock
from portal.permissions import needs
from upgrades.models import PhoneCall
from upgrades.services import calls


@require_POST
@needs("call.make")
def done(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Support has telephoned somebody whom no mail reaches."""
    call = get_object_or_404(PhoneCall, pk=pk)
    calls.done(call, said=request.POST.get("said", ""), by=request.user, at=clock.now())
    notices.success(request, _("Noted."))
    return redirect(f"{reverse('upgrades:now')}#calls")
