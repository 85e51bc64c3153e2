"""Lists that are narrowed by the filter language; the sentence lives in the address as `q`."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest

from appliances.models import Site
from appliances.services import filtering
from portal import clock
from portal.filtering import BadFilter

EXAMPLE = "plan:premium region:emea,apac shape:pair product<25.1"
OF_STAFF = f"{EXAMPLE} -tag:vip"


def narrowed(
    sites: QuerySet[Site], request: HttpRequest, *keep: str
) -> tuple[QuerySet[Site], dict[str, Any]]:
    """Those that are asked for, and what `components/filter.html` needs. A sentence that cannot be
    read names none, and is said at its place. `keep`: what else of the address stays."""
    sentence = request.GET.get("q", "")
    kept = [(name, request.GET[name]) for name in keep if request.GET.get(name)]
    by_staff = request.user.is_staff  # type: ignore[union-attr]
    asked: dict[str, Any] = {"sentence": sentence, "kept": kept, "without": urlencode(kept)}
    asked["example"] = OF_STAFF if by_staff else EXAMPLE
    try:
        found = filtering.matching(sites, sentence, on=clock.now().date(), by_staff=by_staff)
    except BadFilter as refusal:
        place = refusal.place
        asked |= {"refusal": refusal, "before": sentence[:place], "rest": sentence[place:]}
        found = sites.none()
    return found, {"asked": asked}
