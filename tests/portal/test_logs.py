"""What a line of the log says of a request: never the address itself, which may hold a secret."""

import json
import logging

from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve
from django.utils.log import log_response

from portal.logs import JsonLines

SECRET = "/links/never-to-be-read-by-anybody-else/"


def logged(caplog, path, match):
    request = RequestFactory().get(path)
    request.resolver_match = match
    with caplog.at_level(logging.ERROR, logger="django.request"):
        log_response(
            "%s: %s", "Internal Server Error", path, response=HttpResponse(status=500),
            request=request,
        )  # fmt: skip
    return json.loads(JsonLines().format(caplog.records[-1]))["message"]


def test_a_request_that_broke_is_named_by_its_route(caplog):
    path = "/c/marmara/audit/"

    assert logged(caplog, path, resolve(path)) == "Internal Server Error: c/<slug:slug>/audit/"


def test_an_address_that_no_route_has_is_not_named(caplog):
    assert logged(caplog, SECRET, None) == "Internal Server Error: an unknown address"


def test_the_first_page_and_other_lines_stay_as_they_are(caplog):
    assert logged(caplog, "/", None) == "Internal Server Error: /"
    record = logging.LogRecord("portal", logging.INFO, "", 1, "%s packages / %s", (2, 3), None)
    assert json.loads(JsonLines().format(record))["message"] == "2 packages / 3"
