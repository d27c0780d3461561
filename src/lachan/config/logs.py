"""Structured logs, one JSON object a line on standard error, with nothing personal in them."""

from __future__ import annotations

import logging
import logging.config
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# The only keys that may leave the process; a key that could hold a name or number is dropped, not trusted.
ALLOWED_KEYS = frozenset(
    """
    event level timestamp logger count accepted duplicate refused held milliseconds status method route worker job
    attempt seconds reason code facility_id area_id actor_id command_id submission_id error_type where
    """.split()  # noqa: SIM905 (one word a line would fill a screen)
)


def only_allowed_keys(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value for key, value in event.items() if key in ALLOWED_KEYS}


def without_exception_text(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep an error's type and place; its text may quote a row (``Key (name)=(…) already exists``)."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, tuple) and info[0] is not None:
        event["error_type"] = info[0].__name__
        trace = info[2]
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        if trace is not None:
            event["where"] = f"{trace.tb_frame.f_code.co_filename.rpartition('/lachan/')[2]}:{trace.tb_lineno}"
    return event


def logging_settings(level: str) -> None:
    """Send the standard library's loggers and structlog through one JSON renderer."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(allow=ALLOWED_KEYS)],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            without_exception_text,
            only_allowed_keys,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.getLogger("django.request").setLevel("ERROR")  # a 404 is not an event; a 5xx is
    logging.getLogger("django.db.backends").setLevel("ERROR")
    logging.getLogger("psycopg").setLevel("ERROR")  # it writes out errors it ignores; those may quote a row
    # one line a task at every start of a process, two for every job that a timer runs each few seconds
    for name in ("procrastinate.blueprints", "procrastinate.periodic", "procrastinate.worker"):
        logging.getLogger(name).setLevel("WARNING")
