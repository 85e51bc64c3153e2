"""The pack for a site that is worked at without the portal (G-MANUAL): the path with what the
catalogue knows of each package, checksums, the run-book, a form to load back, and what to do."""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from appliances.models import Package
from portal.services import spreadsheets
from upgrades import queries
from upgrades.models import UpgradeJob
from upgrades.reports import moments, runbook
from upgrades.reports.paper import Paper
from upgrades.services import notices
from upgrades.services.written import form

HEADS = ("file", "package", "kind", "version", "appliances", "size", "sha256", "withdrawn")
FORM, PACKAGES, SUMS, PACKAGE_SUMS = "form.csv", "packages.csv", "SHA256SUMS", "packages.sha256"
UNFIT = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Pack:
    """Read inside the customer's transaction, put together after it: the run-book is typeset."""

    name: str
    language: str
    folder: str
    files: dict[str, bytes]
    runbook: Paper

    def zipped(self) -> bytes:
        """The same pack, the same bytes. Raises pdf.PdfFailed."""
        files = {**self.files, f"{self.runbook.name}.pdf": self.runbook.pdf()}
        digests = {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}
        sums = "".join(_sum(digest, name) for name, digest in digests.items())
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
            for name, content in sorted({**files, SUMS: sums.encode()}.items()):
                entry = zipfile.ZipInfo(f"{self.folder}/{name}")  # the date is 1980's, for ever
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                pack.writestr(entry, content)
        return out.getvalue()


def of(job: UpgradeJob, *, language: str, size: str = "a4", at: datetime, by: Any = None) -> Pack:
    """Of a job that has its steps. Raises NoSteps for a draft."""
    paper = runbook.paper(job, language=language, size=size, at=at, by=by)
    with translation.override(language):
        rows = list(_packages(job))
        known = [row for row in rows if row["sha256"]]
        told = {
            "job": job, "site": job.site, "printed": moments.full(at, job.site.zone),
            "rows": rows, "unknown": [row for row in rows if not row["sha256"]],
            "unsized": [row for row in rows if row["size"] is None],
            "runbook": f"{paper.name}.pdf", "form": FORM, "packages": PACKAGES,
            "sums": SUMS, "package_sums": PACKAGE_SUMS, "link": notices.address_of(job),
            "digest": paper.digest,
        }  # fmt: skip
        files = {
            "README.txt": _text(render_to_string("upgrades/pack.txt", told)),
            PACKAGES: "".join(spreadsheets.written(HEADS, map(_cells, rows))).encode(),
            FORM: "".join(form.lines(job)).encode(),
        }
    if known:
        files[PACKAGE_SUMS] = "".join(_sum(row["sha256"], row["file"]) for row in known).encode()
    folder = f"{job.label}-pack-{language}"
    return Pack(f"{folder}.zip", language, folder, files, paper)


def _sum(sha256: str, name: str) -> str:
    """A line that `sha256sum --check` reads."""
    return f"{sha256}  {name}\n"


def _text(told: str) -> bytes:
    """Lines as every editor shows them, with the mark that tells it is UTF-8."""
    return ("\ufeff" + told.strip().replace("\n", "\r\n") + "\r\n").encode()


def _packages(job: UpgradeJob) -> Iterator[dict[str, Any]]:
    """Every package that a step installs, once, in the order of the path."""
    found: dict[Any, tuple[Package, list[str]]] = {}
    for step in queries.steps_of(job):
        if step.package is not None:
            _package, letters = found.setdefault(step.package_id, (step.package, []))
            letter = step.appliance.letter if step.appliance else _("site")
            letters += [letter] if letter not in letters else []
    for package, letters in found.values():
        yield {
            "file": UNFIT.sub("-", package.name), "name": package.name,
            "kind": package.get_kind_display(), "version": package.version,
            "appliances": ", ".join(letters), "size": package.size,
            "sha256": package.sha256.lower(), "withdrawn": package.withdrawn_at is not None,
        }  # fmt: skip


def _cells(row: dict[str, Any]) -> list[object]:
    unknown = _("not in the catalogue")
    return [
        row["file"], row["name"], row["kind"], row["version"], row["appliances"],
        unknown if row["size"] is None else row["size"], row["sha256"] or unknown,
        _("yes") if row["withdrawn"] else _("no"),
    ]  # fmt: skip
