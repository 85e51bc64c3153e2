"""The pack for a site without the portal, and the form that comes back from it.

Between the preview and the load the form travels with the page, sealed by us; its pictures lie in
the store without a row, and are swept if nobody loads them.
"""

import uuid
from typing import Any

from django.contrib import messages as notices
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import clock
from portal.errors import Refused
from portal.models import EvidenceFile
from portal.permissions import needs
from portal.services import evidence
from portal.services.evidence import StoredFile
from upgrades.forms.written import WrittenForm
from upgrades.models import UpgradeJob
from upgrades.reports import pack as packs
from upgrades.services.written import found, loading, reading
from upgrades.views.documents import asked
from upgrades.views.finding import job_of, to_job

J = UpgradeJob.State
SALT, HOUR = "upgrades.written-form", 3600
MOST_PICTURES, MOST_SEALED = 60, 900_000


class TooManyPictures(Refused):
    code = "form-too-many-pictures"


class SealBroken(Refused):
    code = "form-too-old"


class Packed(HttpResponse):
    """Put together once the view's transaction is over, as every paper is."""

    def __init__(self, pack: packs.Pack) -> None:
        super().__init__(content_type="application/zip")
        self.headers["Content-Language"] = pack.language
        self.headers["Content-Disposition"] = content_disposition_header(True, pack.name) or ""
        self.pack = pack

    def render(self) -> "Packed":
        self.content = self.pack.zipped()
        return self


@require_GET
@needs("job.view")
def pack(request: Any, pk: uuid.UUID) -> HttpResponse:
    """The ZIP to carry there, in the customer's language unless another is asked for."""
    job = job_of(request, pk)
    given = request.GET.copy()
    given.setdefault("language", request.customer.language)
    return Packed(packs.of(job, at=clock.now(), by=request.user, **asked(request, given)))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("step.act")
def preview(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A form to give; and of one that was given, all that it would do, and what is bad."""
    job = job_of(request, pk, "step.act")
    if request.method != "POST":
        return _page(request, job, WrittenForm())
    form = WrittenForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, job, form, status=422)
    upload = form.cleaned_data["form"]
    try:
        if upload.size > reading.MOST_BYTES:
            raise reading.NoForm(_("This is larger than a form can be."))
        content = upload.read()
        pictures = _stored(job, form.cleaned_data["pictures"])
        report = loading.preview(job, content, pictures=pictures, by=request.user, at=clock.now())
        sealed = ""
        if (report.loaded or report.kept) and not report.problems:
            sealed = _sealed(job, upload.name, content, pictures)
    except Refused as refusal:
        form.add_error("form", " ".join(map(str, filter(None, (refusal, refusal.remedy)))))
        return _page(request, job, form, status=422)
    status = 422 if report.problems else 200
    return _page(request, job, form, report=report, sealed=sealed, status=status)


@require_POST
@needs("step.act")
def load(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What the preview showed, each step through its own door; refused whole if one is."""
    job = job_of(request, pk, "step.act")
    name, content, pictures = _opened(job, request.POST.get("sealed", ""))
    report = loading.load(
        job, content, name=name, pictures=pictures, by=request.user, at=clock.now()
    )
    number = len(report.loaded)
    said = ngettext("%(n)d step is confirmed.", "%(n)d steps are confirmed.", number) % {
        "n": number}  # fmt: skip
    if report.later:
        notices.warning(request, _("%(n)d steps wait for what the portal does by itself: give the "
                                   "same form again then.") % {"n": len(report.later)})  # fmt: skip
    return to_job(request, job, said)


def _stored(job: UpgradeJob, uploads: list[Any]) -> dict[str, StoredFile]:
    """In the store, without rows. Raises TooManyPictures, and what storing refuses."""
    files = [upload for upload in uploads if upload]
    if len(files) > MOST_PICTURES:
        raise TooManyPictures(
            _("At most %(most)d pictures at once.") % {"most": MOST_PICTURES},
            remedy=_("Load the form in parts: leave the later steps empty."),
        )
    return {
        upload.name: evidence.store(
            upload.chunks(), customer_id=job.customer_id, kind=EvidenceFile.Kind.PICTURE,
            name=upload.name,
        )
        for upload in files
    }  # fmt: skip


def _sealed(job: UpgradeJob, name: str, content: bytes, pictures: dict[str, StoredFile]) -> str:
    told = {
        "job": str(job.pk), "name": name, "form": content.decode("latin-1"),
        "pictures": {
            given: vars(file) | {"id": str(file.id), "customer_id": str(file.customer_id)}
            for given, file in pictures.items()
        },
    }  # fmt: skip
    sealed = signing.dumps(told, salt=SALT, compress=True)
    if len(sealed) > MOST_SEALED:
        raise reading.NoForm(_("This is larger than a form can be."))
    return sealed


def _opened(job: UpgradeJob, sealed: str) -> tuple[str, bytes, dict[str, StoredFile]]:
    """Raises SealBroken, also for the form of another job."""
    try:
        told = signing.loads(sealed, salt=SALT, max_age=HOUR)
        if told["job"] != str(job.pk):
            raise signing.BadSignature
    except signing.BadSignature as wrong:
        raise SealBroken(_("This preview is too old."), remedy=_("Give the form again.")) from wrong
    pictures = {
        given: StoredFile(**{
            **file, "id": uuid.UUID(file["id"]), "customer_id": uuid.UUID(file["customer_id"]),
        })
        for given, file in told["pictures"].items()
    }  # fmt: skip
    return told["name"], told["form"].encode("latin-1"), pictures


def _page(
    request: HttpRequest, job: UpgradeJob, form: WrittenForm, *,
    report: loading.Report | None = None, sealed: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    missed = job.bookings.filter(state="MISSED").exists()
    may_correct = missed and found.may(job, request.user)
    shown = {
        "job": job, "site": job.site, "form": form, "report": report, "sealed": sealed,
        "missed": missed, "may_correct": may_correct,
        "loads": job.state == J.RUNNING or (job.state == J.MISSED and may_correct),
    }  # fmt: skip
    return render(request, "upgrades/written.html", shown, status=status)
