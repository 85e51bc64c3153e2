import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from portal.services import database


@pytest.mark.parametrize("version", [90_624, 130_018])
def test_a_server_that_is_too_old_is_refused_with_what_to_do(version):
    with pytest.raises(ImproperlyConfigured, match="14 or later is needed"):
        database.refuse_old_server(version)


def test_the_server_of_the_tests_is_not(db):
    database.refuse_old_owners_server()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        assert int(cursor.fetchone()[0]) >= 140_000
