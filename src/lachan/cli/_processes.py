"""A measurement in a process of its own: a process knows one house only, Django reads its settings once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any


def in_a_process(*arguments: str) -> dict[str, Any]:
    """What ``lachan bench`` with these arguments prints on its last line; ``SystemExit`` where it fails."""
    command = [sys.executable, "-m", "lachan.cli.main", "bench", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, env=os.environ, check=False)
    if done.returncode:
        raise SystemExit(f"a measurement failed: bench {' '.join(arguments)}")
    found: dict[str, Any] = json.loads(done.stdout.decode().strip().splitlines()[-1])
    return found
