"""An OpenID provider on this machine, over TLS, whose keys are made when it starts.

It does what a provider does (discovery, codes with PKCE, tokens, keys, user information), strictly;
a test says in which way it lies. The portal's guard is made to take it for the world outside.
"""

import base64
import hashlib
import hmac
import json
import secrets
import socket
import threading
import time
from collections.abc import Callable
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from portal.egress import Guard
from tests.portal.egress_listeners import OUTSIDE, Authority, Relabelled

HOST = "login.example.com"
ISSUER = f"https://{HOST}"
CLIENT, SECRET = "portal at home", "sé:cret/1".replace("é", "e")
RSA = RSAKey.generate_key(2048, {"kid": "r1", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "e1", "use": "sig"})
STRANGE = RSAKey.generate_key(2048, {"kid": "r1", "use": "sig"})  # of the same name, not its own


class OpenIdProvider:
    """`account` is who is signed in there; `claims` overwrites what its tokens say (None: leaves
    out); `answers` overwrites a path's whole answer; `sign` makes the token."""

    def __init__(self, authority: Authority) -> None:
        self.account: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.config: dict[str, Any] = {}
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.keys: list[Any] = [RSA, EC]
        self.key: Any = RSA
        self.algorithm = "RS256"
        self.sign: Callable[[dict[str, Any]], str] = self.signed
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, Any]] = {}
        self.redirect_uris: set[str] = set()
        context, _print = authority.server(HOST)
        handler = type("Bound", (Handler,), {"provider": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.guard = Guard(
            resolve=lambda *asked: [OUTSIDE], dial=self.dial, authorities=str(authority.file)
        )

    def dial(self, address: str, port: int, seconds: float) -> socket.socket:
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=seconds)
        return Relabelled.of(raw, address, port)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(timeout=10)

    def knows(self, email: str, subject: str = "", **more: Any) -> None:
        """From now on this is who signs in there."""
        subject = subject or f"sub of {email}"
        self.account = {"sub": subject, "email": email, "email_verified": True, **more}

    def authorize(self, url: str, **changed: str) -> str:
        """What the person's browser is sent back to, after they have signed in there."""
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{ISSUER}/authorize"
        asked = dict(parse_qsl(parts.query, strict_parsing=True)) | changed
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["redirect_uri"] in self.redirect_uris
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": ISSUER}
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def configuration(self) -> dict[str, Any]:
        said = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "userinfo_endpoint": f"{ISSUER}/me",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            **self.config,
        }
        return {name: value for name, value in said.items() if value is not None}

    def redeem(self, form: dict[str, str], header: str) -> dict[str, Any]:
        """Tokens for a code: once, with the client's secret, the redirect URI and the verifier."""
        if header:
            pair = base64.b64decode(header.removeprefix("Basic ")).decode().split(":")
            client, secret = (unquote(part) for part in pair)
        else:
            client, secret = form["client_id"], form["client_secret"]
        assert (client, secret) == (CLIENT, SECRET)
        asked = self.codes.pop(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        assert challenge == asked["code_challenge"]
        assert form["redirect_uri"] == asked["redirect_uri"]
        assert form["grant_type"] == "authorization_code"
        now = int(time.time())
        claims = {
            "iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"],
            **({"auth_time": now} if "max_age" in asked else {}), **self.account, **self.claims,
        }  # fmt: skip
        said = {name: value for name, value in claims.items() if value is not None}
        return {"token_type": "Bearer", "access_token": "opaque", "id_token": self.sign(said)}

    def signed(self, claims: dict[str, Any]) -> str:
        header = {"alg": self.algorithm, "kid": self.key.kid}
        return jwt.encode(header, claims, self.key, algorithms=[self.algorithm])

    def published(self) -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False) for key in self.keys]}


def unsigned(claims: dict[str, Any]) -> str:
    """`alg` none: anybody could have written it."""
    return ".".join([_part({"alg": "none", "kid": "r1"}), _part(claims), ""])


def by_public_key(claims: dict[str, Any]) -> str:
    """HS256 with the published key as the secret, which everybody has."""
    said = f"{_part({'alg': 'HS256', 'kid': 'r1'})}.{_part(claims)}"
    made = hmac.new(RSA.as_pem(private=False), said.encode(), "sha256").digest()
    return f"{said}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"


def with_own_key(claims: dict[str, Any]) -> str:
    """Signed by a stranger, who puts their public key into the header."""
    header = {"alg": "RS256", "kid": "r1", "jwk": STRANGE.as_dict(private=False)}
    return jwt.encode(header, claims, STRANGE, algorithms=["RS256"])


def _part(data: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()


class Handler(BaseHTTPRequestHandler):
    provider: OpenIdProvider

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.provider.asked.append(path)
        if path in self.provider.answers:
            return self.say(*self.provider.answers[path])
        if path == "/authorize":
            return self.page()
        if path == "/me":
            assert self.headers["Authorization"] == "Bearer opaque"
        found = {
            "/.well-known/openid-configuration": self.provider.configuration,
            "/keys": self.provider.published,
            "/me": lambda: self.provider.account,
        }
        return self.tell(found[path]())

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        self.provider.asked.append(path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if path in self.provider.answers:
            return self.say(*self.provider.answers[path])
        form = {name: values[0] for name, values in parse_qs(body).items()}
        if path == "/sign-in":
            self.provider.knows(form["email"])
            return self.say(303, {"Location": self.provider.authorize(form["asked"])}, b"")
        try:
            return self.tell(self.provider.redeem(form, self.headers.get("Authorization", "")))
        except (AssertionError, KeyError):
            return self.tell({"error": "invalid_grant"}, 400)

    def page(self) -> None:
        """Where the person signs in there."""
        asked = escape(ISSUER + self.path, quote=True)
        html = (
            f"<!doctype html><html lang=en><title>Sign in there</title><h1>Sign in there</h1>"
            f"<form method=post action=/sign-in><input type=hidden name=asked value='{asked}'>"
            f"<label>Account <input name=email></label> <button>Let me in</button></form>"
        )
        self.say(200, {"Content-Type": "text/html"}, html.encode())

    def tell(self, said: dict[str, Any], status: int = 200) -> None:
        self.say(status, {"Content-Type": "application/json"}, json.dumps(said).encode())

    def say(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: Any) -> None:
        pass
