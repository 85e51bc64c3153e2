"""When a certificate ends comes from the handshake itself, over real TLS."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from appliances.drivers.base import Connection
from appliances.drivers.registry import driver_for
from portal.egress import Guard
from tests.appliances.drivers.scripted import GUID, HEALTHY_XML
from tests.appliances.services.checks_asked import asked, measured, verdict
from tests.portal.egress_listeners import OUTSIDE, Authority, listening, page

HOST = "support.example.com"


@pytest.mark.parametrize(("days", "status"), [(40, "WARNING"), (200, "GOOD")])
def test_the_end_of_the_certificate_is_read_from_the_handshake_and_judged(tmp_path, days, status):
    authority = Authority(tmp_path)
    context, _print = authority.server(HOST, days=days)
    asking = Connection(HOST, GUID, auth="old", account="watch", secret="password")

    with listening(page(HEALTHY_XML), context) as listener:
        guard = Guard(
            resolve=lambda *asked: [OUTSIDE], dial=listener.dial, authorities=str(authority.file)
        )
        health = driver_for(asking, guard=guard).health()

    ends, now = health.certificate_ends_at, datetime.now(UTC)
    assert (ends - now).days in (days - 1, days)
    question = replace(asked(), day=now.date())
    told = verdict("CERTIFICATE_ENDS", question, measured(told={"certificate_ends_at": ends}))
    assert (told.status, told.observed) == (status, ends.date().isoformat())
