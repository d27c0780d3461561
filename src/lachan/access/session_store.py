"""Sessions in our own table, under the digest of their key, beside whose they are and on which device."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.core.exceptions import SuspiciousOperation
from django.utils import timezone

from lachan.access.django_settings import SESSION_DEVICE, SESSION_SEEN, SESSION_SINCE


class SessionStore(DatabaseSessions):
    """Django's sessions in the database; the key is turned into its digest wherever it meets the table.

    Only the calls of a WSGI server: an asynchronous one would need the same of the methods that begin with ``a``.
    """

    @classmethod
    def get_model_class(cls) -> Any:
        from lachan.access.models import Session  # models exist only once Django is set up

        return Session

    def _get_session_from_db(self) -> Any:
        try:
            return self.model.objects.get(session_key=self._stored(self.session_key), expire_date__gt=timezone.now())
        except (self.model.DoesNotExist, SuspiciousOperation) as error:
            if isinstance(error, SuspiciousOperation):
                logging.getLogger(f"django.security.{error.__class__.__name__}").warning(str(error))
            self._session_key = None
            return None

    def exists(self, session_key: str) -> bool:
        return bool(self.model.objects.filter(session_key=self._stored(session_key)).exists())

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        if self.session_key is None:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
        return self.get_model_class()(
            session_key=self._stored(self.session_key),
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=data.get("_auth_user_id"),
            device=data.get(SESSION_DEVICE, ""),
            begun_at=_moment(data.get(SESSION_SINCE)),
            seen_at=_moment(data.get(SESSION_SEEN)),
        )

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            self.model.objects.filter(session_key=self._stored(key)).delete()

    @staticmethod
    def _stored(session_key: str | None) -> str:
        from lachan.access.models.sessions import digest

        return digest(session_key or "")


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
