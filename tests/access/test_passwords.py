"""Passwords: length and a list of leaked ones, nothing else."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from lachan.access.operations import DEMO_PASSWORD
from lachan.access.passwords import SHIPPED, LeakedFilter, digests, leaked_filter
from lachan.config.conf import ConfigurationError, load

TOOL = Path(__file__).resolve().parents[2] / "tools" / "leaked_passwords.py"


@pytest.mark.parametrize(
    "password",
    [
        "quả-xoài-chín-vàng",
        "aaaaabbbbcccczzy",  # one kind of letter is enough
        "194872650183",  # digits alone too, when they are nobody's habit
        "con mèo trèo cây cau",
        DEMO_PASSWORD,
    ],
)
def test_long_and_unusual_is_enough(password: str) -> None:
    validate_password(password)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("xoài-vàng", "password_too_short"),
        ("qwertyuiop123", "password_leaked"),
        ("1q2w3e4r5t6y", "password_leaked"),
        ("Mật khẩu 123456", "password_leaked"),  # accents, capitals and spaces do not hide it
        ("AnhYêuEm@2021", "password_leaked"),
        ("Vietnam vô địch", "password_leaked"),
        ("123456789012", "password_leaked"),
        ("150819791508 1979", "password_leaked"),
        ("x" * 129, "password_long"),
    ],
)
def test_what_everybody_tries_first_is_refused(password: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert code in [error.code for error in refused.value.error_list]


def test_the_shipped_filter_keeps_its_promise() -> None:
    shipped = leaked_filter(SHIPPED)
    assert shipped.entries > 150_000
    assert SHIPPED.stat().st_size < 1_000_000
    strangers = (hashlib.sha1(str(number).encode()).digest() for number in range(10**9, 10**9 + 20_000))
    assert sum(digest in shipped for digest in strangers) <= 10  # expected 2 at 0.0001


def test_a_filter_never_misses_and_rarely_errs(tmp_path: Path) -> None:
    made = LeakedFilter.sized(5_000, 0.01)
    listed = list(digests(f"listed-{number}" for number in range(5_000)))
    for digest in listed:
        made.add(digest)
    made.save(tmp_path / "f.bloom")
    read = LeakedFilter.load(tmp_path / "f.bloom")
    assert all(digest in read for digest in listed)
    wrong = sum(digest in read for digest in digests(f"other-{number}" for number in range(10_000)))
    assert 50 <= wrong <= 160


def test_a_file_that_is_no_filter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "short").write_bytes(b"x")
    (tmp_path / "cut").write_bytes(SHIPPED.read_bytes()[:-1])
    for name in ("short", "cut"):
        with pytest.raises(ValueError, match="no filter"):
            LeakedFilter.load(tmp_path / name)


@pytest.mark.slow
def test_a_larger_list_of_words_and_digests(tmp_path: Path) -> None:
    hashed = hashlib.sha1("một mật khẩu rất dài".encode()).hexdigest().upper()
    (tmp_path / "list.txt").write_text(f"trời-xanh-mây-trắng\n{hashed}:42\n", encoding="utf-8")
    out = tmp_path / "mine.bloom"
    said = subprocess.run(
        [sys.executable, str(TOOL), "build", str(out), str(tmp_path / "list.txt")], capture_output=True, text=True
    )
    assert "2 entries" in said.stdout, said.stderr
    read = LeakedFilter.load(out)
    assert all(digest in read for digest in digests(["trời-xanh-mây-trắng", "một mật khẩu rất dài"]))


def test_an_installation_names_its_own_list(tmp_path: Path, settings: Any) -> None:
    own = LeakedFilter.sized(10, 0.0001)
    for digest in digests(["quả-xoài-chín-vàng"]):
        own.add(digest)
    own.save(tmp_path / "own.bloom")
    assert load({"LACHAN_LEAKED_PASSWORDS": str(tmp_path / "own.bloom")}).leaked_passwords
    settings.CONF = load({"LACHAN_LEAKED_PASSWORDS": str(tmp_path / "own.bloom")})
    with pytest.raises(ValidationError):
        validate_password("quả-xoài-chín-vàng")
    with pytest.raises(ConfigurationError, match="no file"):
        load({"LACHAN_LEAKED_PASSWORDS": str(tmp_path / "absent")})
