"""Since when the appliance that serves a site serves a release to the clients (G-RULE-3)."""

from datetime import datetime

from appliances import actions as do
from appliances.models import Appliance
from appliances.services import production
from upgrades.models import JobStep, UpgradeJob

S = JobStep.State
SERVED = (do.INSTALL_PRODUCT.name, do.CHECK_PRODUCTION.name, do.START_ACCEPTING.name)


def appliance(job: UpgradeJob) -> Appliance | None:
    """The one that the site's people and clients reach now: last proven, whatever was planned."""
    return production.serving(production.masters(job.site_id))


def since(job: UpgradeJob, hop: int, box: Appliance | None) -> datetime | None:
    """Since when this appliance serves the hop's release: its install, production's move to it,
    or its nodes accepting again, whichever came last. None: it has not got the release yet."""
    done = job.steps.filter(hop__lte=hop, action__in=SERVED, state=S.DONE)
    if box is not None:
        done = done.filter(appliance=box)
    product = done.filter(action=do.INSTALL_PRODUCT.name).order_by("-seq").first()
    if product is None:
        return None
    later = done.filter(seq__gte=product.seq).exclude(ended_at=None)
    return later.order_by("-ended_at").values_list("ended_at", flat=True).first()
