"""The front end's own checks, run with the Node of the environment, and the build that does nothing twice."""

from __future__ import annotations

import re
import subprocess
import time

import pytest

from lachan.web import build


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [["node_modules/vitest/vitest.mjs", "run"], ["node_modules/typescript/bin/tsc", "--noEmit"]],
    ids=["vitest", "types"],
)
def test_node_says_yes(command: list[str]) -> None:
    done = subprocess.run(
        [str(build.node()), *command], cwd=build.FRONTEND, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_second_build_does_nothing_at_once() -> None:
    times = []
    for _ in range(3):
        started = time.perf_counter()
        assert build.build() is False
        times.append(time.perf_counter() - started)
    assert min(times) < 0.3


def test_the_lock_file_names_no_registry() -> None:
    lock = (build.FRONTEND / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert '"integrity"' in lock
    assert not re.search(r"registry|\.tgz", lock)
