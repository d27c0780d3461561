"""Puts this checkout on the path of the environment that runs it, with the ``lachan`` command beside its Python.

Not ``pip install -e .``: that would fetch a build tool whose hash no requirement file holds.
"""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src"

# guarded, because a pool of processes reads the program again in each of them
_COMMAND = """import sys

from lachan.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
"""


def main() -> None:
    (Path(sysconfig.get_path("purelib")) / "lachan.pth").write_text(f"{SOURCE}\n", encoding="utf-8")
    command = Path(sys.executable).parent / "lachan"
    command.write_text(f"#!{sys.executable}\n{_COMMAND}", encoding="utf-8")
    command.chmod(0o755)


if __name__ == "__main__":
    main()
