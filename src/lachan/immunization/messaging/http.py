"""The gateway of an operator, by the contract in docs/operate/messages.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from lachan.immunization.messaging.port import REJECTED, RETRY, SENT, Outgoing, Result

TIMEOUT = 20.0  # seconds for one call
MOST_ANSWER = 1_000_000  # bytes read of an answer
_CODE = 40  # characters of a gateway's reason that are kept


class Gateway:
    """Calls the gateway once for a batch. Whatever it cannot say about a message is tried again later."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = address, token

    def send(self, batch: Sequence[Outgoing]) -> list[Result]:
        body = json.dumps({"messages": [{"id": m.id, "to": m.to, "text": m.text} for m in batch]}).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = Request(self.address, data=body, headers=headers, method="POST")
        try:
            with urlopen(request, timeout=TIMEOUT) as answer:
                said = json.loads(answer.read(MOST_ANSWER))
        except HTTPError as error:
            wait = error.headers.get("Retry-After", "")
            seconds = float(wait) if wait.isdigit() else None
            error.close()
            return [Result(RETRY, f"http_{error.code}", seconds)] * len(batch)
        except (URLError, TimeoutError, ConnectionError, HTTPException, ValueError):
            return [Result(RETRY, "gateway_away")] * len(batch)
        return _read(said, batch)


def _read(said: Any, batch: Sequence[Outgoing]) -> list[Result]:
    entries = said.get("results") if isinstance(said, dict) else None
    known = {entry.get("id"): entry for entry in entries or [] if isinstance(entry, dict)}
    return [_result(known.get(message.id)) for message in batch]


def _result(entry: dict[str, Any] | None) -> Result:
    if entry is None:
        return Result(RETRY, "not_answered")
    status = entry.get("status")
    reason = "".join(sign for sign in str(entry.get("reason", "")) if sign.isalnum() or sign == "_")[:_CODE]
    if status == "accepted":
        return Result(SENT)
    return Result(REJECTED if status == "rejected" else RETRY, reason or str(status)[:_CODE])
