"""One thread a process for linear algebra: on small matrices more of them wait for each other than work."""

from __future__ import annotations

import os

NAMES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def single() -> None:
    """To be called before numpy is first imported; processes started later inherit it. What is set already stays."""
    for name in NAMES:
        os.environ.setdefault(name, "1")
