"""/oauth2/token: client credentials against a token of one hour."""

from appliances.simulator import accounts, faults, limits, versions
from appliances.simulator.messages import Request, Response, as_json, html
from appliances.simulator.park import Park


def answer(park: Park, request: Request, appliance: dict) -> Response:
    """Errors are JSON with `error` and `message`, never the RFC's error_description."""
    if not speaks(park, appliance, "oauth_from"):
        return html("<h1>Document Not Found</h1>", 404)
    if request.method != "POST":
        return _error("invalid_request", "The request must be a POST", 405)
    if faults.take(appliance, "rate_limited", request.path) is not None:
        return too_many(park)
    try:
        fields = request.json() if request.content_type == "application/json" else request.fields()
    except ValueError:
        return _error("invalid_request", "The body cannot be read", 400)
    if fields.get("grant_type") != "client_credentials":
        word = "unsupported_grant_type" if fields.get("grant_type") else "invalid_request"
        return _error(word, "grant_type must be client_credentials", 400)
    client_id, secret = accounts.credentials(request.headers.get("authorization", ""))
    client_id = client_id or str(fields.get("client_id", ""))
    secret = secret or str(fields.get("client_secret", ""))
    try:
        token = accounts.issue(park, appliance, client_id, secret, request.address)
    except accounts.NotAllowed as refusal:
        return _error(refusal.error, refusal.message, refusal.status)
    rate = limits.headers(park.settings.rate_hour, park.settings.rate_hour)
    cookies = {"Set-Cookie": "ns_sl=en-us; path=/login"}
    return as_json(token, headers=rate | cookies)


def speaks(park: Park, appliance: dict, cut_over: str) -> bool:
    """Whether the product is new enough; an appliance may have a cut-over of its own."""
    bound = appliance["dialect"].get(cut_over) or getattr(park.settings, cut_over)
    return bool(appliance["product"]) and versions.at_least(appliance["product"], bound)


def too_many(park: Park) -> Response:
    head = limits.headers(park.settings.rate_hour, 0)
    if park.settings.retry_after:
        head["Retry-After"] = str(park.settings.retry_after)
    return as_json({"message": "Too many requests"}, 429, head)


def _error(error: str, message: str, status: int) -> Response:
    return as_json({"error": error, "message": message}, status)
