"""What the XML command API can be told to do."""

from appliances.simulator import failover, oauth, people, xml_reads
from appliances.simulator.markup import text
from appliances.simulator.messages import Request
from appliances.simulator.park import Park
from appliances.simulator.refusals import Refused


def set_failover_role(park: Park, request: Request, appliance: dict) -> str:
    fields = request.fields()
    if not oauth.speaks(park, appliance, "failover_api_from"):
        raise Refused("The action is not known.")
    if fields.get("role") not in ("primary", "backup"):
        raise Refused("role must be primary or backup.")
    sentence = failover.become(
        park,
        appliance,
        fields["role"],
        sync_first=fields.get("data_sync_first") == "1",
        force=fields.get("force") == "1",
    )
    return text("success", sentence)


def logout_rep(park: Park, request: Request, appliance: dict) -> str:
    fields = request.fields()
    log_out(park, appliance, fields.get("id") or fields.get("rep_id") or "")
    return text("success", "The representative was logged out.")


def log_out(park: Park, appliance: dict, rep_id: str) -> None:
    """Raises Refused when nobody of this id is logged in."""
    now = park.now(appliance)
    serving = park.serves(appliance)
    for row in people.logged_in(appliance, now, serving=serving):
        if str(row["id"]) == rep_id:
            row["away_until"] = now + park.settings.return_minutes * 60
            park.effect(appliance, "logout_rep", rep=row["id"])
            return
    raise Refused("The representative is not logged in.")


def terminate_session(park: Park, request: Request, appliance: dict) -> str:
    lsid = request.fields().get("lsid", "")
    if lsid not in xml_reads.session_ids(park, appliance):
        raise Refused("There is no such session.")
    appliance["terminated"].append(lsid)
    park.effect(appliance, "terminate_session", lsid=lsid)
    return text("success", "The session was terminated.")
