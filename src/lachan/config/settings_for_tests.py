"""Settings of the test suite: a data directory of its own, or the server ``LACHAN_TEST_DATABASE_URL`` names."""

from __future__ import annotations

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]

# Before the settings are read: a developer's own database and lachan.toml are no business of the suite.
os.environ.setdefault("LACHAN_DATA_DIR", str(CHECKOUT / "var" / "test"))
os.environ.setdefault("LACHAN_CONFIG", os.devnull)
os.environ["DATABASE_URL"] = os.environ.get("LACHAN_TEST_DATABASE_URL", "")

from lachan.config.settings import *  # noqa: E402, F403
