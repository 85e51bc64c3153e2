from concurrent.futures import ThreadPoolExecutor

import pytest

from appliances.drivers.base import Connection
from appliances.drivers.errors import NotSupported, ProtocolError, RateLimited, Unauthorised
from appliances.drivers.tokens import TOKENS, Account, Tokens, is_token

ACCOUNT = Account.of("a.sim", "client", "secret")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Counter:
    """Hands out t1, t2, … each living for `life` seconds."""

    def __init__(self, life: float = 3600) -> None:
        self.life, self.given = life, 0

    def __call__(self) -> tuple[str, float]:
        self.given += 1
        return f"t{self.given}", self.life


def test_a_token_is_kept_until_shortly_before_its_end():
    clock, fetch = Clock(), Counter()
    tokens = Tokens(clock)

    assert [tokens.get(ACCOUNT, fetch) for _ in range(3)] == ["t1"] * 3
    clock.now += 3539
    assert tokens.get(ACCOUNT, fetch) == "t1"
    clock.now += 1
    assert tokens.get(ACCOUNT, fetch) == "t2"


def test_a_life_that_cannot_be_true_is_cut():
    clock, fetch = Clock(), Counter(life=10**9)
    tokens = Tokens(clock)
    tokens.get(ACCOUNT, fetch)

    clock.now += 3600
    assert tokens.get(ACCOUNT, fetch) == "t2"


def test_only_the_refused_token_is_forgotten():
    tokens, fetch = Tokens(Clock()), Counter()
    tokens.get(ACCOUNT, fetch)

    tokens.forget(ACCOUNT, "another")
    assert tokens.get(ACCOUNT, fetch) == "t1"
    tokens.forget(ACCOUNT, "t1")
    assert tokens.get(ACCOUNT, fetch) == "t2"


@pytest.mark.parametrize(
    "other",
    [
        Account.of("b.sim", "client", "secret"),
        Account.of("a.sim", "other", "secret"),
        Account.of("a.sim", "client", "guessed"),
    ],
)
def test_who_differs_in_host_account_or_secret_gets_a_token_of_their_own(other):
    tokens, fetch = Tokens(Clock()), Counter()
    tokens.get(ACCOUNT, fetch)

    assert tokens.get(other, fetch) == "t2"


def test_many_threads_fetch_one_token():
    tokens, fetch = Tokens(), Counter()
    with ThreadPoolExecutor(16) as pool:
        found = set(pool.map(lambda _: tokens.get(ACCOUNT, fetch), range(200)))

    assert (found, fetch.given) == ({"t1"}, 1)


def test_a_failed_fetch_leaves_nothing_behind():
    def fail() -> tuple[str, float]:
        raise Unauthorised("no")

    tokens = Tokens(Clock())
    with pytest.raises(Unauthorised):
        tokens.get(ACCOUNT, fail)

    assert tokens.get(ACCOUNT, Counter()) == "t1"


def test_only_what_fits_into_a_header_is_a_token():
    assert is_token("a" * 40)
    assert not any(map(is_token, ["", None, 5, "a b", "a\r\nX: y", "é", "a" * 5000]))


def test_secrets_are_in_no_text_about_a_connection():
    connection = Connection("a.sim", account="client", secret="s3cret")

    assert "s3cret" not in repr(connection)
    assert ACCOUNT.secret_digest not in repr(ACCOUNT)


def tokens_of(box) -> list:
    return [row for rows in box.truth()["tokens"].values() for row in rows]


def test_many_drivers_of_one_account_use_one_token(park):
    box = park()
    for _ in range(5):
        box.driver().health()

    assert len(tokens_of(box)) == 1


@pytest.mark.parametrize("dialect", ["xml", "json"])
def test_a_token_that_was_killed_is_renewed_once_and_unnoticed(park, dialect):
    """Thirty other processes have fetched tokens meanwhile: the oldest is dead."""
    box = park(dialect)
    box.driver(dialect).health()
    account = Account.of(box.host, box.connection().account, box.connection().secret)
    ours = TOKENS.get(account, Counter())
    for _ in range(30):
        TOKENS.forget(account, TOKENS.get(account, Counter()))
        box.driver(dialect).health()
    TOKENS.forget(account, TOKENS.get(account, Counter()))
    TOKENS.get(account, lambda: (ours, 3600))
    assert ours not in [row[0] for row in tokens_of(box)]

    assert box.driver(dialect).health().guid == box.guid
    assert len(tokens_of(box)) == 30


@pytest.mark.parametrize("dialect", ["xml", "json"])
def test_a_token_that_is_refused_again_is_unauthorised(park, dialect):
    box = park(dialect)
    box.faults(unauthorized=True)

    with pytest.raises(Unauthorised):
        box.driver(dialect).health()

    assert len(tokens_of(box)) == 2


def test_after_a_new_secret_the_old_one_is_unauthorised(park):
    box = park()
    box.driver().health()
    made = box.simulator.press(box.host, "regenerate_secret")

    with pytest.raises(Unauthorised):
        box.driver().health()
    assert box.driver(secret=made["client_secret"]).health().guid == box.guid


@pytest.mark.parametrize("spec", [{"enabled": False}, {"ip_addresses": "192.0.2.0/24"}])
def test_a_disabled_account_or_another_network_is_unauthorised(park, spec):
    with pytest.raises(Unauthorised):
        park(accounts=[spec]).driver().health()


def test_a_wrong_password_of_the_old_way_is_unauthorised(park):
    box = park("old")

    with pytest.raises(Unauthorised):
        box.driver("old", secret="wrong").health()


def test_a_product_without_oauth_says_so(park):
    with pytest.raises(NotSupported):
        park("old").driver("xml", account="a" * 40, secret="b").health()


def test_a_login_page_instead_of_a_token_is_a_protocol_error(park):
    box = park()
    box.faults(html_login={"value": True, "path": "/oauth2/"})

    with pytest.raises(ProtocolError):
        box.driver().health()


@pytest.mark.parametrize("path", ["/oauth2/token", "/api/command"])
def test_too_many_calls_are_told_apart(park, path):
    box = park()
    box.faults(rate_limited={"value": True, "path": path})

    with pytest.raises(RateLimited) as caught:
        box.driver().health()

    assert caught.value.retry_after is None
