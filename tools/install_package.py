"""Puts this checkout on the path of the environment that runs it, with the ``lachan`` command beside its Python.

Not ``pip install -e .``: that would fetch a build tool whose hash no requirement file holds.
"""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src"


def main() -> None:
    (Path(sysconfig.get_path("purelib")) / "lachan.pth").write_text(f"{SOURCE}\n", encoding="utf-8")
    command = Path(sys.executable).parent / "lachan"
    command.write_text(
        f"#!{sys.executable}\nimport sys\n\nfrom lachan.cli.main import main\n\nsys.exit(main())\n", encoding="utf-8"
    )
    command.chmod(0o755)


if __name__ == "__main__":
    main()
