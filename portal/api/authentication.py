"""Who calls: `Authorization: Bearer <key>`, and nothing else. Sessions open no API."""

from typing import Any

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from portal.api.permissions import KeyOfNetworks
from portal.models import ApiKey, User
from portal.services import keys, network

REALM = 'Bearer realm="Changeover"'


class ApiKeyAuthentication(BaseAuthentication):
    """`request.user` is the key's person, `request.auth` the key."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """None without a key; AuthenticationFailed for one that opens nothing (any more);
        KeyOfNetworks for one that is used from elsewhere."""
        given = get_authorization_header(request).split()
        if not given or given[0].lower() != b"bearer":
            return None
        http: Any = request._request
        try:
            key = _found(given, network.address_of(http))
        except keys.FromElsewhere as elsewhere:
            http.api_key = elsewhere.key
            raise KeyOfNetworks from elsewhere
        if key is None:
            raise AuthenticationFailed
        http.api_key = key  # the line of the log names it
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        return REALM


def _found(given: list[bytes], address: str) -> ApiKey | None:
    if len(given) != 2:
        return None
    return keys.find(given[1].decode("latin-1"), address=address)
