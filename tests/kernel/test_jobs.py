"""The house's own jobs."""

from __future__ import annotations

from threading import Thread

import pytest
from django.db import connection, connections
from procrastinate.contrib.django import app

from lachan.kernel.jobs import forget_done_jobs

pytestmark = [pytest.mark.slow]


def _work() -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
        worker.run_worker(queues=["tests"], wait=False, install_signal_handlers=False, listen_notify=False)
    connections.close_all()


def test_jobs_that_were_done_are_forgotten_after_a_day_and_failed_ones_are_not(committed: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        for status in ("succeeded", "succeeded", "failed"):
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) "
                "VALUES ('old', 'x', '{}', 'doing') RETURNING id"
            )
            [[job]] = cursor.fetchall()
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, job])
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '25 hours'")
        forget_done_jobs.configure(queue="tests").defer(timestamp=0)
    thread = Thread(target=_work)
    thread.start()
    thread.join(30)
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE queue_name = 'old'")
        assert cursor.fetchall() == [("failed",)]
        cursor.execute("DELETE FROM procrastinate_jobs")
