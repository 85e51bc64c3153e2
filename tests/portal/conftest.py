"""A customer whose people sign in at a provider of their own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from portal import egress, tenancy
from portal.models import CompanyDomain, CompanyProvider, CompanyTie, Customer, Session, User
from portal.services import people
from portal.services.company import domains as named, finding, providers
from portal.services.oidc import discovery
from tests import factories
from tests.conftest import NOON
from tests.portal.egress_listeners import Authority
from tests.portal.openid import CLIENT, ISSUER, SECRET, OpenIdProvider

DOMAIN = "marmara.example"


@dataclass
class Company:
    """The customer, its administrator and an operator, all with addresses of its domain."""

    customer: Customer
    administrator: User
    member: User
    there: OpenIdProvider
    client: Client = field(default_factory=Client)

    def start(self, email: str = "", client: Client | None = None, **more: str) -> Any:
        """The answer to whoever asks for their company's account."""
        asked = {"email": email or self.member.email, **more}
        return (client or self.client).post("/sign-in/company/", asked)

    def way(self, email: str = "", client: Client | None = None, **more: str) -> str:
        """The provider's page that they are led to."""
        answer = self.start(email, client, **more)
        assert answer.status_code == 200, answer.content.decode()
        return str(answer.context["url"])

    def back(self, url: str, client: Client | None = None) -> Any:
        """The provider sends the browser back, and what the portal answers."""
        path = self.there.authorize(url).removeprefix("http://testserver")
        return (client or self.client).get(path)

    def arrive(
        self, email: str = "", client: Client | None = None, *, after: str = "", **more: Any
    ) -> Any:
        """The whole way, as the account of this address."""
        email = email or self.member.email
        self.there.knows(email, **more)
        return self.back(self.way(email, client, next=after), client)

    def signed_in(self, client: Client | None = None) -> bool:
        return "_auth_user_id" in (client or self.client).session

    def ties(self) -> list[tuple[str, str]]:
        with tenancy.transaction(self.customer):
            rows = CompanyTie.objects.select_related("user").order_by("made_at")
            return [(row.user.email, row.subject) for row in rows]

    def do(self, act: Any, *words: Any, by: User | None = None) -> Any:
        with tenancy.transaction(self.customer):
            return act(*words, by=by or self.administrator, at=NOON)

    def row(self) -> CompanyProvider:
        with tenancy.transaction(self.customer):
            return CompanyProvider.objects.get()

    def demand(self) -> None:
        """Demanded of everybody, after the administrator has signed in by it."""
        self.arrive(self.administrator.email, Client())
        self.do(providers.demand)

    def joins(self, other: Customer) -> None:
        """The member becomes another customer's too."""
        with tenancy.transaction(other):
            people.add_member(self.member, role="VIEWER", by=factories.staff(), at=NOON)


@pytest.fixture(scope="session")
def openid_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("openid"))


@pytest.fixture
def openid(openid_authority: Authority, monkeypatch: Any) -> Iterator[OpenIdProvider]:
    """A provider that the portal's guard leads to."""
    provider = OpenIdProvider(openid_authority)
    monkeypatch.setattr(egress, "guard", lambda: provider.guard)
    yield provider
    provider.close()


@pytest.fixture
def company(db: None, openid: OpenIdProvider, settings: Any) -> Company:
    settings.PUBLIC_URL = "http://testserver"
    customer = factories.a_customer("Marmara", slug="marmara")
    administrator = factories.a_member(customer, name="Elif Kaya", email=f"elif@{DOMAIN}")
    member = factories.a_member(customer, "OPERATOR", name="Kerem Demir", email=f"kerem@{DOMAIN}")
    openid.redirect_uris = {finding.redirect_uri("marmara"), finding.redirect_uri("")}
    made = Company(customer, administrator, member, openid)
    set_up(customer, administrator, DOMAIN)
    return made


def set_up(customer: Customer, administrator: User, *domains: str) -> None:
    """Its provider, with its domains confirmed, enabled."""
    found = discovery.read(ISSUER)
    with tenancy.transaction(customer):
        providers.save(
            found, client_id=CLIENT, secret=SECRET, domains=domains, by=administrator, at=NOON
        )
        for domain in CompanyDomain.objects.all():
            named.confirm(domain, by=factories.staff("ROLLOUT_MANAGER"), at=NOON)
        providers.enable(by=administrator, at=NOON)


def sessions_of(user: User) -> int:
    return Session.objects.filter(user=user).count()
