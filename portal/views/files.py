import uuid

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from portal import audit, clock, permissions
from portal.models import EvidenceFile
from portal.permissions import needs
from portal.services import evidence


@require_safe
@needs("site.view")
def download(request: HttpRequest, pk: uuid.UUID) -> StreamingHttpResponse:
    """A kept file, always to be saved, never to be shown in our place. Of backups it is audited."""
    file = get_object_or_404(EvidenceFile, pk=pk)
    sites = permissions.visible_sites(request.user)
    if sites is not None and file.site_id not in sites:
        raise Http404
    if file.kind == EvidenceFile.Kind.BACKUP:
        permissions.demand(request.user, "backup.download")
    content = evidence.open_file(file)
    if file.kind == EvidenceFile.Kind.BACKUP:
        audit.record(
            "backup.downloaded", file, by=request.user, at=clock.now(), data={"sha256": file.sha256}
        )
    headers = {
        "Content-Disposition": content_disposition_header(True, file.name) or "attachment",
        "Content-Length": str(file.size),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingHttpResponse(content, content_type=file.content_type, headers=headers)
