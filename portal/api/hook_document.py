"""Webhooks in the OpenAPI document: what is sent, with an example of every event."""

from typing import Any

from portal.publishing import EVENTS
from portal.services.webhooks import bodies

SAID = (
    "Sent to every endpoint that wants the event, as the Standard Webhooks specification says."
    " Verify the signature over id, timestamp and the bytes of the body; refuse what is older than"
    " five minutes; know doubles by webhook-id. There is no promise of order: `number` has it, and"
    " GET /api/v1/events the rest. Any 2xx within 10 seconds is success and its body is not read;"
    " everything else is tried again for three days; 410 disables the endpoint. Redirects are not"
    " followed."
)
HEADERS = {
    "webhook-id": "The event's id: the same at every try.",
    "webhook-timestamp": "Seconds since 1970 at this try.",
    "webhook-signature": (
        "v1, and base64 of HMAC-SHA256 over id.timestamp.body; several with spaces between while"
        " one secret replaces another."
    ),
}


def describe(result: dict[str, Any], **_rest: Any) -> dict[str, Any]:
    """Put the one webhook into the document."""
    content = {
        "schema": {"$ref": "#/components/schemas/PublishedAnswer"},
        "examples": {name: {"value": bodies.example(name)} for name in EVENTS},
    }
    result["webhooks"] = {"event": {"post": {
        "operationId": "webhook_event",
        "summary": "An event",
        "description": SAID,
        "security": [{}],
        "parameters": [
            {
                "in": "header", "name": name, "required": True, "schema": {"type": "string"},
                "description": said,
            }
            for name, said in HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": {"2XX": {"description": "Taken."}, "410": {"description": "Disable me."}},
    }}}  # fmt: skip
    return result
