"""Writes the page of settings from :class:`lachan.config.conf.Conf`: ``python -m lachan.config.reference``."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from lachan.config.conf import BOUNDS, Conf

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "settings.md"

_HEAD = """# Settings

Every setting is `LACHAN_<NAME>` in the environment or `<name>` in `lachan.toml` (or the file `LACHAN_CONFIG` names);
the environment wins. `DATABASE_URL` is the same as `LACHAN_DATABASE_URL`. They are checked when a process starts: an
unknown or malformed one stops it with its name. This page is written by `python -m lachan.config.reference`.

| setting | takes | default | meaning |
| --- | --- | --- | --- |
"""

_TAIL = """
Outside the demonstration (`LACHAN_DEMO=false`) the three secrets have no default. Make them once and keep them safe;
without `seal_keys` and `blind_key` the sealed numbers of people cannot be read or found again:

    python3 -c 'import secrets; print(secrets.token_urlsafe(50))'                        # secret_key
    python3 -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())'     # a seal key, a blind key

Tests read one more variable: `LACHAN_TEST_DATABASE_URL`, a server to run on instead of the embedded one.
"""

_SECRETS = ("secret_key", "seal_keys", "blind_key", "issuer_name", "signing_passphrase")


def page() -> str:
    """The page as it must stand in docs/reference/settings.md."""
    rows = []
    for entry in fields(Conf):
        takes = {"bool": "true or false", "int": "number", "Path": "path"}.get(str(entry.type), "text")
        if entry.name in BOUNDS:
            low, high = BOUNDS[entry.name]
            takes = f"{low} to {high}"
        default = str(entry.default).lower() if entry.type == "bool" else str(entry.default)
        shown = "the demonstration's" if entry.name in _SECRETS else f"`{default}`" if default else "none"
        rows.append(f"| `{entry.name}` | {takes} | {shown} | {entry.metadata['help']} |")
    return _HEAD + "\n".join(rows) + "\n" + _TAIL


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
