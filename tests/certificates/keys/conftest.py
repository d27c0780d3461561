"""Keys of a test's own: a folder, a token, and a process that forgets what the test before it knew."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lachan.certificates.keys import vault
from lachan.certificates.keys.module import module

SHIPPED_COST = vault.COST
SOFTHSM = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")


@pytest.fixture(autouse=True)
def quickly_locked(own_ring: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ring of the test's own, its files locked quickly."""
    monkeypatch.setattr(vault, "COST", 2**8)


class Token(NamedTuple):
    library: str
    label: str
    pin: str
    folder: Path


@pytest.fixture(scope="session")
def token(tmp_path_factory: pytest.TempPathFactory) -> Token:
    """A SoftHSM token of this run. tools/install_debian.sh installs softhsm2; without it the tests say so."""
    library = next((path for path in SOFTHSM if Path(path).exists()), None)
    if library is None:
        pytest.skip("needs SoftHSM to stand for a key module: apt install softhsm2")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(config)  # read when the library starts; nothing else in the suite uses it
    made = Token(library, "lachan-test", secrets.token_hex(8), folder)
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", made.label, "--so-pin", "0000", "--pin", made.pin],
        check=True, capture_output=True,
    )  # fmt: skip
    return made


@pytest.fixture
def with_module(token: Token, settings: Any) -> Iterator[Token]:
    """The settings name the token."""
    settings.CONF = replace(settings.CONF, pkcs11_module=token.library, pkcs11_token=token.label, pkcs11_pin=token.pin)
    yield token
    module().close()
