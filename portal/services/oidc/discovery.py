"""What a provider says about itself (OpenID Connect Discovery 1.0, section 4), and its keys."""

import base64
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from portal import egress
from portal.services.oidc.wire import ask, silent

PATH = "/.well-known/openid-configuration"
ALGORITHMS = ("RS256", "ES256")
MOST_KEYS = 50
LEAST_RSA_BITS = 2048
Key = RSAKey | ECKey
PUBLIC = {"RSA": ("kty", "n", "e"), "EC": ("kty", "crv", "x", "y")}


@dataclass(frozen=True)
class Metadata:
    """Where a provider is asked, and whether a client names itself in the body."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    named_in_body: bool
    names_itself: bool  # answers carry `iss` (RFC 9207)

    def kept(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Published:
    """A key as the provider publishes it: its name ("": none), its one algorithm, the key."""

    name: str
    algorithm: str
    key: Key


def is_well_named(issuer: str) -> bool:
    """Whether this can be an issuer: a plain https address with a public name, without a query."""
    try:
        egress.Guard().demand(issuer)
    except egress.OutgoingError:
        return False
    return "?" not in issuer and len(issuer) <= 300


def read(issuer: str, *, guard: egress.Guard | None = None) -> Metadata:
    """The provider's configuration, asked now. Raises ProviderSilent where it cannot be used, or
    does not offer what is demanded here."""
    if not is_well_named(issuer):
        raise silent("issuer", _("The issuer is not a plain https address with a public name."))
    said = ask("GET", issuer.removesuffix("/") + PATH, guard=guard)
    if said.get("issuer") != issuer:
        named = str(said.get("issuer", ""))[:300]
        raise silent("issuer", _("It calls itself “%(issuer)s”.") % {"issuer": named})
    _demand_offered(said, "response_types_supported", ("code",), _("It offers no code flow."))
    _demand_offered(
        said, "id_token_signing_alg_values_supported", ALGORITHMS,
        _("It signs with neither RS256 nor ES256."),
    )  # fmt: skip
    if "code_challenge_methods_supported" in said:  # RFC 8414: some say nothing, and know it
        _demand_offered(
            said, "code_challenge_methods_supported", ("S256",), _("It knows no PKCE with S256.")
        )
    return Metadata(
        issuer=issuer,
        authorization_endpoint=_address(said, "authorization_endpoint"),
        token_endpoint=_address(said, "token_endpoint"),
        jwks_uri=_address(said, "jwks_uri"),
        userinfo_endpoint=_address(said, "userinfo_endpoint", optional=True),
        named_in_body=_is_named_in_body(said),
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
    )


def keys(metadata: Metadata, *, guard: egress.Guard | None = None) -> list[Published]:
    """The provider's keys that may sign, asked now. Raises ProviderSilent without any."""
    listed = ask("GET", metadata.jwks_uri, guard=guard).get("keys")
    rows = listed[:MOST_KEYS] if isinstance(listed, list) else []
    found = [key for row in rows if isinstance(row, dict) and (key := _published(row))]
    if not found:
        raise silent("keys", _("It publishes no key that signs with RS256 or ES256."))
    return found


def _published(row: dict[str, Any]) -> Published | None:
    """Only the public half is taken over, whatever else stands there; None: not for signing."""
    kind = row.get("kty")
    algorithm = "RS256" if kind == "RSA" else "ES256"
    if kind not in PUBLIC or row.get("use", "sig") != "sig":
        return None
    if row.get("alg", algorithm) != algorithm:
        return None
    half = {name: row.get(name) for name in PUBLIC[kind]}
    try:
        if not _is_strong(half):
            return None
        key: Key = (RSAKey if kind == "RSA" else ECKey).import_key(half)  # type: ignore[arg-type]
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return None
    name = row.get("kid")
    return Published(name if isinstance(name, str) else "", algorithm, key)


def _is_strong(half: dict[str, Any]) -> bool:
    """RFC 7518: RS256 takes 2048 bits at least, ES256 the curve P-256 alone. Asked before the
    library reads the key, which warns of a short one and takes it."""
    if half["kty"] == "EC":
        return bool(half["crv"] == "P-256")
    modulus = base64.urlsafe_b64decode(half["n"] + "=" * (-len(half["n"]) % 4))
    return int.from_bytes(modulus, "big").bit_length() >= LEAST_RSA_BITS


def _demand_offered(said: dict[str, Any], name: str, wanted: tuple[str, ...], why: object) -> None:
    offered = said.get(name)
    if not isinstance(offered, list) or not set(map(str, offered)) & set(wanted):
        raise silent(name, why)


def _address(said: dict[str, Any], name: str, *, optional: bool = False) -> str:
    """An endpoint that may be called, browsers' included: a public name over https."""
    given = said.get(name)
    if optional and given is None:
        return ""
    if not isinstance(given, str) or len(given) > 1000 or not _may_be_called(given):
        raise silent(name, _("Its “%(name)s” is no address that may be called.") % {"name": name})
    return given


def _may_be_called(url: str) -> bool:
    try:
        egress.Guard().demand(url)
    except egress.OutgoingError:
        return False
    return bool(urlsplit(url).hostname)


def _is_named_in_body(said: dict[str, Any]) -> bool:
    """Where the client shows its secret; without a word, in a header (Discovery, section 3)."""
    offered = said.get("token_endpoint_auth_methods_supported")
    if not isinstance(offered, list) or "client_secret_basic" in offered:
        return False
    if "client_secret_post" in offered:
        return True
    raise silent("client", _("It takes a client’s secret neither as a header nor in the body."))
