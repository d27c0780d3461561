"""What may be tested for, how, and on what: ``data/methods.json``, and the devices of ``data/test_devices.json``.

Pure. Codes of LOINC and SNOMED CT stand where they were checked against the publisher's page, else null.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from django.utils.translation import get_language


class Named(NamedTuple):
    """A code with its words. ``snomed``: its concept, empty when not checked."""

    code: str
    vi: str
    en: str
    snomed: str

    def word(self) -> str:
        """In the active language."""
        return self.en if (get_language() or "vi").startswith("en") else self.vi


class Method(NamedTuple):
    """How something is looked for. ``type``: part of LOINC as certificates carry it; ``ct``: has cycle thresholds;
    ``pools``: a pool may be tested by it."""

    code: str
    vi: str
    en: str
    type: str
    ct: bool
    pools: bool

    def word(self) -> str:
        return self.en if (get_language() or "vi").startswith("en") else self.vi


class Assay(NamedTuple):
    """A method for one disease."""

    method: str
    loinc: str
    specimens: tuple[str, ...]


class Disease(NamedTuple):
    """What is tested for. ``devices``: whether its products are of the published value set."""

    code: str
    vi: str
    en: str
    snomed: str
    devices: bool
    assays: tuple[Assay, ...]

    def word(self) -> str:
        return self.en if (get_language() or "vi").startswith("en") else self.vi

    def assay(self, method: str) -> Assay | None:
        return next((assay for assay in self.assays if assay.method == method), None)

    def specimens(self) -> tuple[str, ...]:
        """Of any of its methods, the most usual first."""
        return tuple(dict.fromkeys(one for assay in self.assays for one in assay.specimens))


class Catalogue(NamedTuple):
    """Everything, by code."""

    diseases: dict[str, Disease]
    methods: dict[str, Method]
    specimens: dict[str, Named]
    outcomes: dict[str, Named]
    devices: dict[str, str]


@cache
def catalogue() -> Catalogue:
    """Read once a process. Shared: do not change."""
    said, devices = _read("methods.json"), _read("test_devices.json")
    return Catalogue(
        {
            entry["code"]: Disease(
                entry["code"], entry["vi"], entry["en"], entry["snomed"] or "", entry["devices"],
                tuple(Assay(a["method"], a["loinc"] or "", tuple(a["specimens"])) for a in entry["methods"]),
            )
            for entry in said["diseases"]
        },
        {
            entry["code"]: Method(
                entry["code"], entry["vi"], entry["en"], entry["type"] or "", entry["ct"], entry["pools"]
            )
            for entry in said["methods"]
        },
        _named(said["specimens"]),
        _named(said["outcomes"]),
        dict(devices["names"]),
    )  # fmt: skip


def word(kind: str, code: str) -> str:
    """The word for a code of ``diseases``, ``methods``, ``specimens`` or ``outcomes``; the code itself for one that is
    no longer listed."""
    found = getattr(catalogue(), kind).get(code)
    return found.word() if found is not None else code


def _named(entries: list[dict[str, Any]]) -> dict[str, Named]:
    return {e["code"]: Named(e["code"], e["vi"], e["en"], e["snomed"] or "") for e in entries}


def _read(name: str) -> dict[str, Any]:
    text = (resources.files("lachan.surveillance") / "data" / name).read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text)
    return read
