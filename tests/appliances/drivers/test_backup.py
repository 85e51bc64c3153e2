import hashlib
import io

import pytest

from appliances.drivers.errors import (
    DriverError,
    Forbidden,
    NotSupported,
    ProtocolError,
    TooLarge,
    Unauthorised,
    Unreachable,
)

LIMIT = 10_000_000


@pytest.mark.parametrize("dialect", ["old", "xml", "json"])
def test_a_backup_is_written_and_its_sum_taken(park, dialect):
    box, stream = park(dialect), io.BytesIO()

    taken = box.driver(dialect).take_backup(stream, limit=LIMIT)

    content = stream.getvalue()
    assert taken.size == len(content) > 100
    assert taken.sha256 == hashlib.sha256(content).hexdigest()
    assert taken.name == f"{box.host}.nsb"


def test_a_backup_can_carry_a_password(park, simulator):
    box, stream = park(), io.BytesIO()

    box.driver().take_backup(stream, limit=LIMIT, password="s3cret words")

    assert stream.getvalue()
    assert len(box.truth()["backups"]) == 1


def test_an_old_account_cannot_ask_for_a_password(park):
    with pytest.raises(NotSupported):
        park("old").driver("old").take_backup(io.BytesIO(), limit=LIMIT, password="x")


def test_wrong_credentials_answered_with_200_are_no_backup(park):
    user = {"username": "watch", "password": "words", "backup_api": False}
    box, stream = park("old", users=[user]), io.BytesIO()

    with pytest.raises(Unauthorised):
        box.driver("old").take_backup(stream, limit=LIMIT)

    assert stream.getvalue() == b""


def test_a_missing_permission_answered_with_200_is_no_backup(park):
    box, stream = park(accounts=[{"perm_backup": False}]), io.BytesIO()

    with pytest.raises(Forbidden):
        box.driver().take_backup(stream, limit=LIMIT)

    assert stream.getvalue() == b""


def test_a_login_page_is_no_backup(park):
    box, stream = park(), io.BytesIO()
    box.faults(html_login={"value": True, "path": "/api/backup"})

    with pytest.raises(ProtocolError):
        box.driver().take_backup(stream, limit=LIMIT)

    assert stream.getvalue() == b""


def test_a_backup_past_the_limit_is_given_up(park):
    with pytest.raises(TooLarge):
        park().driver().take_backup(io.BytesIO(), limit=50)


@pytest.mark.parametrize("fault", ["offline", "reset"])
def test_a_lost_connection_is_unreachable(park, fault):
    box = park()
    box.faults(**{fault: {"value": True, "path": "/api/backup"}})

    with pytest.raises(Unreachable):
        box.driver().take_backup(io.BytesIO(), limit=LIMIT)


def test_another_appliances_backup_is_not_taken(park):
    box, other = park(), park()

    with pytest.raises(DriverError) as caught:
        box.driver(guid=other.guid).take_backup(io.BytesIO(), limit=LIMIT)

    assert caught.value.code == "wrong-appliance"
    assert box.truth()["backups"] == []
