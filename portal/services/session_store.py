"""Where sessions live (SESSION_ENGINE): Django's own store in the database, with a row that says
whose each is. Named by the settings; imported before anything of ours is asked for a session.
"""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as InDatabase

from portal import prepared
from portal.models import Session, User

OF_PERSON = [field.attname for field in User._meta.concrete_fields]
# A session and whose it is, in one journey to PostgreSQL: every page of somebody asks for both.
READ = (
    f"SELECT s.session_data, {', '.join(f'u.{name}' for name in OF_PERSON)}"  # noqa: S608
    " FROM portal_session s LEFT JOIN portal_user u ON u.id = s.user_id"
    " WHERE s.session_key = %(key)s AND s.expire_date > %(now)s"
)


class SessionStore(InDatabase):
    """`person`: whose the session's row says it is, as they were when it was read."""

    person: User | None = None

    def load(self) -> dict[str, Any]:
        """As Django's; one that is not there, or is over, is empty and has no key any more."""
        asked = {"key": self.session_key, "now": datetime.now(UTC)}
        row = prepared.run(READ, asked).fetchone()
        if row is None:
            self.person, self._session_key = None, None
            return {}
        data, *person = row
        known = person[OF_PERSON.index("id")] is not None
        self.person = User.from_db("default", OF_PERSON, person) if known else None
        return self.decode(data)

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Called at every save: the columns always say what the session itself holds."""
        row: Session = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        row.began_at = _moment(data.get("began_at"))
        row.seen_at = _moment(data.get("seen_at"))
        row.browser = str(data.get("browser", ""))[:60]
        row.tie_id = data.get("tie")
        row.address = str(data.get("address", ""))[:60]
        return row


def _moment(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None
