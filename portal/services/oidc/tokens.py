"""A code for tokens, and what an ID token must say (OpenID Connect Core 1.0, section 3.1.3)."""

import base64
import hashlib
import hmac
import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from joserfc import jwt

from portal import egress
from portal.errors import Refused
from portal.services.oidc.discovery import ALGORITHMS, Metadata, Published
from portal.services.oidc.wire import ask

log = logging.getLogger(__name__)
LEEWAY_SECONDS = 60
FORM = "application/x-www-form-urlencoded"
LONGEST = 20_000
OWNED = (True, "1", "true")  # how Entra writes that a domain is its tenant's


class TokenRefused(Refused):
    """One sentence for all reasons; which it was stands in the log."""

    code = "company-token-refused"


@dataclass(frozen=True)
class Client:
    """Who the portal is at a provider."""

    id: str
    secret: str
    redirect_uri: str


@dataclass(frozen=True)
class Account:
    """Who signed in there. `email` is empty unless it is said to be verified; `unsaid` is the
    address where nothing is said of that; `factors` are the `amr` values (RFC 8176), `level` the
    `acr`."""

    issuer: str
    subject: str
    email: str
    unsaid: str
    has_address: bool
    factors: frozenset[str]
    level: str


@sensitive_variables()
def challenge_of(verifier: str) -> str:
    """PKCE with S256 (RFC 7636, section 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@sensitive_variables()
def redeem(
    code: str, *, verifier: str, client: Client, metadata: Metadata,
    guard: egress.Guard | None = None,
) -> tuple[str, str]:  # fmt: skip
    """The ID token and the access token ("": none) for a code, which is good once. Raises
    ProviderSilent, TokenRefused."""
    form = {
        "grant_type": "authorization_code", "code": code, "code_verifier": verifier,
        "redirect_uri": client.redirect_uri,
    }  # fmt: skip
    headers = {"Content-Type": FORM}
    if metadata.named_in_body:
        form |= {"client_id": client.id, "client_secret": client.secret}
    else:  # RFC 6749, section 2.3.1: both are form-encoded before they are joined
        pair = f"{quote(client.id, safe='')}:{quote(client.secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    body = urlencode(form).encode()
    said = ask("POST", metadata.token_endpoint, headers=headers, body=body, guard=guard)
    token, access = said.get("id_token"), said.get("access_token")
    if not isinstance(token, str) or len(token) > LONGEST:
        raise refused("no-id-token")
    return token, access if isinstance(access, str) else ""


@sensitive_variables("token", "nonce")
def check(
    token: str, *, keys: list[Published], metadata: Metadata, client_id: str, nonce: str
) -> dict[str, Any]:
    """The claims of an ID token that is meant for this client and this very sign-in.

    Signed with RS256 or ES256 by a key of the provider's set; issuer, audience, authorised party,
    expiry, age and nonce are compared. Raises TokenRefused.
    """
    key = _key(token, keys).key
    try:
        claims = jwt.decode(token, key, algorithms=list(ALGORITHMS)).claims
        now = int(datetime.now(UTC).timestamp())
        jwt.JWTClaimsRegistry(
            now=now, leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": metadata.issuer},
            aud={"essential": True, "value": client_id},
            sub={"essential": True}, exp={"essential": True}, iat={"essential": True},
            nonce={"essential": True},
        ).validate(claims)  # fmt: skip
    except Exception as error:  # the library reads what a stranger sent: whatever it stumbles over
        raise refused(type(error).__name__) from error
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise refused("nonce")
    _demand_party(claims, client_id)
    if not 0 < len(claims["sub"]) <= 255:
        raise refused("sub")
    return dict(claims)


def account(
    claims: dict[str, Any], *, access: str, metadata: Metadata, guard: egress.Guard | None = None
) -> Account:
    """Who it is. Where the token says nothing of an address, the provider is asked (section 5.3),
    whose answer must be about the same subject. Raises ProviderSilent, TokenRefused."""
    said = claims
    if "email" not in claims and access and metadata.userinfo_endpoint:
        headers = {"Authorization": f"Bearer {access}"}
        said = ask("GET", metadata.userinfo_endpoint, headers=headers, guard=guard)
        if said.get("sub") != claims["sub"]:
            raise refused("userinfo")
    email, factors = said.get("email"), claims.get("amr")
    email = email.strip().lower() if isinstance(email, str) and len(email) <= 254 else ""
    verified = _verified(claims, said)
    return Account(
        issuer=metadata.issuer,
        subject=claims["sub"],
        email=email if verified is True else "",
        unsaid=email if verified is None else "",
        has_address=bool(email),
        factors=frozenset(map(str, factors if isinstance(factors, list) else [])),
        level=str(claims.get("acr", "")),
    )


def _verified(claims: dict[str, Any], said: dict[str, Any]) -> bool | None:
    """Whether the address, which `said` holds, is said to be verified (section 5.1); None: nothing
    is. Microsoft Entra says at most whose the domain is (`xms_edov`, if it is told to): a no
    counts."""
    if any(part.get("xms_edov", True) not in OWNED for part in (claims, said)):
        return False
    if "email_verified" in said:
        return said["email_verified"] is True
    return False if "email_verified" in claims else None


def demand_signed_in_since(claims: dict[str, Any], asked: datetime) -> None:
    """That the person signed in after we asked for it (section 3.1.2.1: with `max_age` the token
    must say `auth_time`). Clocks may differ by the leeway. Raises TokenRefused."""
    when = claims.get("auth_time")
    if not isinstance(when, int | float) or isinstance(when, bool):
        raise refused("no-auth-time")
    oldest, newest = asked.timestamp(), datetime.now(UTC).timestamp()
    if not oldest - LEEWAY_SECONDS <= when <= newest + LEEWAY_SECONDS:
        raise refused("auth-time")


def _key(token: str, keys: list[Published]) -> Published:
    """The provider's key that the token names; where it names none, its only one of that kind.
    Nothing else of the header is heeded: no key and no address that it brings along."""
    head = token.partition(".")[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
        name, algorithm = header.get("kid", ""), header.get("alg")
    except (ValueError, AttributeError, RecursionError) as error:
        raise refused("header") from error
    if "crit" in header:
        raise refused("crit")
    fit = [key for key in keys if key.algorithm == algorithm and (not name or key.name == name)]
    if len(fit) != 1:
        raise refused("key")
    return fit[0]


def _demand_party(claims: dict[str, Any], client_id: str) -> None:
    """Section 3.1.3.7, steps 3 to 5: with several audiences it must say for whom it was made."""
    party, audience = claims.get("azp"), claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if (several and party is None) or (party is not None and party != client_id):
        raise refused("azp")


def refused(why: str) -> TokenRefused:
    log.warning("company sign-in refused", extra={"outcome": why})
    return TokenRefused(
        _("Your company’s sign-in gave an answer that cannot be trusted."),
        remedy=_("Sign in again. If it stays so, tell your administrator."),
    )
