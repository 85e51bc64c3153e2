"""Reports of rollouts: asked for by a person, made by a worker (upgrades/reports), and kept."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.background import enqueue
from portal.errors import NotNow
from portal.services import evidence, leased
from upgrades.models import Rollout, RolloutReport

S = RolloutReport.State
SHOWN = 10


class ReportNotMade(NotNow):
    """The file is not there yet, or could not be made."""

    code = "report-not-made"


def ask(rollout: Rollout, *, language: str, size: str, by: Any, at: datetime) -> RolloutReport:
    """Write down that somebody wants it; a worker makes it. One that is on its way already, in the
    same language and on the same paper, is it."""
    with transaction.atomic():
        Rollout.objects.select_for_update().get(pk=rollout.pk)  # two clicks find each other
        wanted = {"rollout": rollout, "language": language, "paper": size}
        under_way = RolloutReport.objects.filter(**wanted, state__in=RolloutReport.OPEN)
        row = under_way.first() or RolloutReport.objects.create(**wanted, by=by, at=at)
        enqueue("upgrades.make_reports")
    return row


def due() -> list[leased.Key]:
    """Those that nobody makes, or whose worker is gone."""
    return leased.due(RolloutReport)


def of(rollout: Rollout) -> list[RolloutReport]:
    """The last ones, newest first."""
    rows = RolloutReport.objects.filter(rollout=rollout).select_related("by")
    return list(rows.order_by("-at", "pk")[:SHOWN])


def open_file(report: RolloutReport) -> Iterator[bytes]:
    """Raises ReportNotMade, FileMissing."""
    if report.state != S.MADE:
        raise ReportNotMade(
            _("This report is not made."), remedy=_("Wait until it is, or ask for it again.")
        )
    if not default_storage.exists(report.stored_as):
        raise evidence.FileMissing(_("The content of this file is not in the store."))
    return _pieces(report.stored_as)


def _pieces(name: str) -> Iterator[bytes]:
    with default_storage.open(name) as stored:
        yield from stored.chunks(evidence.PIECE)
