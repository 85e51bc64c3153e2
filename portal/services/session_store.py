"""Where sessions live (SESSION_ENGINE): Django's own store in the database, with a row that says
whose each is. Named by the settings; imported before anything of ours is asked for a session.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as InDatabase

from portal.models import Session


class SessionStore(InDatabase):
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
