"""Codes of the health certificates' value sets with their names, as one small file.

``python tools/reference/value_sets.py --shared <folder that holds dcc-testdata>`` writes
``src/lachan/certificates/data/value_sets.json``: by value set its date and the name of each code. The same input gives
the same bytes. What the schemas themselves check is ``certificates.py``'s.

The laboratory stands below certificates and needs one of the sets: the devices go to
``src/lachan/surveillance/data/test_devices.json`` as well.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

TARGET = Path(__file__).resolve().parents[2] / "src/lachan/certificates/data/value_sets.json"
DEVICES = Path(__file__).resolve().parents[2] / "src/lachan/surveillance/data/test_devices.json"
OF_DEVICES = "covid-19-lab-test-manufacturer-and-name"
SOURCE = "eu-dcc-valuesets (ehn-dcc-development, Apache-2.0)"


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=TARGET)
    parser.add_argument("--devices", type=Path, default=DEVICES)
    arguments = parser.parse_args()
    sets = {}
    for path in sorted((arguments.shared / "dcc-testdata" / "valuesets").glob("*.json")):
        given = json.loads(path.read_text(encoding="utf-8"))
        names = {code: value["display"] for code, value in sorted(given["valueSetValues"].items())}
        sets[given["valueSetId"]] = {"date": given["valueSetDate"], "names": names}
    _write(arguments.out, {"source": SOURCE, "sets": sets})
    _write(arguments.devices, {"source": SOURCE, "set": OF_DEVICES, **sets[OF_DEVICES]})
    print(f"{arguments.out.name}: {len(sets)} value sets, {sum(len(entry['names']) for entry in sets.values())} codes")


def _write(path: Path, content: dict[str, object]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
