import os
import signal

import pytest
import redis

from portal.embedded.valkey import Valkey

pytestmark = pytest.mark.slow


@pytest.fixture
def valkey(tmp_path):
    server = Valkey(tmp_path / "valkey", tmp_path / "valkey.log")
    server.start()
    yield server
    server.stop()


def test_what_was_queued_survives_sigkill_on_the_same_address(valkey):
    address = valkey.url
    redis.Redis.from_url(address).rpush("queue", *range(20))

    os.kill(valkey.child.process.pid, signal.SIGKILL)
    valkey.child.process.wait()
    valkey.start()

    assert valkey.url == address
    assert redis.Redis.from_url(address).llen("queue") == 20


def test_nobody_is_let_in_without_the_password_and_it_is_not_among_the_arguments(valkey):
    with pytest.raises(redis.AuthenticationError):
        redis.Redis("127.0.0.1", valkey.port).ping()

    assert not any(valkey.password in word for word in valkey.child.command)
    assert (valkey.folder / "valkey.conf").stat().st_mode & 0o777 == 0o600
