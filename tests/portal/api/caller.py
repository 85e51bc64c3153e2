"""A program that calls the API with a key, for tests."""

from typing import Any

from django.test import Client

from portal.models import ApiKey
from portal.services import keys
from tests.conftest import NOON


class Caller:
    """Calls /api/v1/ with one key: answers have `.status_code`, `.headers` and `.json()`."""

    def __init__(self, user: Any, customer: Any = None, scope: str = "ACT", **values: Any) -> None:
        self.key, token = keys.issue(
            "a test", user=user, by=user, at=NOON, customer=customer, scope=scope, **values
        )
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **query: Any) -> Any:
        return Client().get(f"/api/v1/{path}", query, headers=self.headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """A change is of whatever the row is by now, unless If-Match is among the headers."""
        data = {"data": b"" if body is None else body, "content_type": "application/json"}
        told = {"If-Match": "*", **self.headers, **headers}
        return Client().post(f"/api/v1/{path}", **data, headers=told)

    def delete(self, path: str, **headers: str) -> Any:
        told = {"If-Match": "*", **self.headers, **headers}
        return Client().delete(f"/api/v1/{path}", headers=told)

    def rows(self, path: str, **query: Any) -> list[Any]:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.content
        return answer.json()["results"]

    def done(self, path: str, body: Any = None, status: int = 200) -> Any:
        """Post and have it done: the answer's body."""
        answer = self.post(path, body)
        assert answer.status_code == status, (path, answer.content)
        return answer.json()


READ, ACT, ADMINISTER = ApiKey.Scope
