"""The FHIR R4 content of a vaccination card, built and checked.

Source: spec.smarthealth.cards, "Health Cards are Compact" (what a card for a QR code leaves out), and the SMART Health
Cards: Vaccination & Testing implementation guide (which members a patient and an immunization have).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

FHIR_VERSION: Final = "4.0.1"
CVX: Final = "http://hl7.org/fhir/sid/cvx"
MOST_DOSES: Final = 50
_RESOURCE: Final = re.compile(r"resource:[0-9]{1,3}\Z")
_DATE: Final = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?\Z")
_CVX: Final = re.compile(r"[0-9]{1,4}\Z")


def bundle(*, person: Mapping[str, str], doses: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A bundle of one patient and their immunizations, oldest first.

    ``person``: ``name`` (Vietnamese order: the first word is the family name) and ``birth`` (YYYY, YYYY-MM or
    YYYY-MM-DD). ``doses``: each ``cvx`` (the code), ``day`` (YYYY-MM-DD), and ``lot`` and ``facility`` where known.
    ValueError when a member has another form or there is no dose.
    """
    words = unicodedata.normalize("NFC", person["name"]).split()
    if not words or not _DATE.match(person["birth"]):
        raise ValueError("a person has a name and a birth date YYYY, YYYY-MM or YYYY-MM-DD")
    if not 0 < len(doses) <= MOST_DOSES:
        raise ValueError(f"a card has 1 to {MOST_DOSES} doses")
    name: dict[str, Any] = {"family": words[0]}
    if len(words) > 1:
        name["given"] = words[1:]
    patient = {"resourceType": "Patient", "name": [name], "birthDate": person["birth"]}
    resources = [patient, *map(_immunization, sorted(doses, key=lambda dose: str(dose["day"])))]
    entries = [{"fullUrl": f"resource:{place}", "resource": resource} for place, resource in enumerate(resources)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _immunization(dose: Mapping[str, Any]) -> dict[str, Any]:
    code, day = str(dose["cvx"]), str(dose["day"])
    if not _CVX.match(code) or not _DATE.match(day) or len(day) != 10:
        raise ValueError("a dose has a CVX code and a day YYYY-MM-DD")
    resource: dict[str, Any] = {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": {"coding": [{"system": CVX, "code": code}]},
        "patient": {"reference": "resource:0"},
        "occurrenceDateTime": day,
    }
    if dose.get("facility"):
        resource["performer"] = [{"actor": {"display": str(dose["facility"])}}]
    if dose.get("lot"):
        resource["lotNumber"] = str(dose["lot"])
    return resource


def faults_of(bundle: Mapping[str, Any]) -> list[str]:
    """What the bundle does that a card for a QR code must not, each a word and a sentence; empty when nothing.

    TYPE it is no collection; ENTRY an entry without a resource; URL a fullUrl or a reference that is not ``resource:N``
    or points nowhere; ID, META, TEXT, DISPLAY members that must be left out; PATIENT not exactly one.
    """
    entries = bundle.get("entry")
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") != "collection" or not isinstance(entries, list):
        return ["TYPE the bundle is not a collection with entries"]
    return [*_faults_of_entries([entry for entry in entries if isinstance(entry, Mapping)], len(entries))]


def _faults_of_entries(entries: Sequence[Mapping[str, Any]], count: int) -> Iterator[str]:
    resources = [entry["resource"] for entry in entries if isinstance(entry.get("resource"), Mapping)]
    if len(resources) != count:
        yield "ENTRY an entry has no resource"
    urls = [entry.get("fullUrl") for entry in entries]
    if not all(isinstance(url, str) and _RESOURCE.match(url) for url in urls) or len(set(map(str, urls))) != len(urls):
        yield "URL each entry has a fullUrl resource:N of its own"
    if sum(resource.get("resourceType") == "Patient" for resource in resources) != 1:
        yield "PATIENT the card is about exactly one person"
    known = set(map(str, urls))
    for resource in resources:
        if "id" in resource:
            yield "ID a resource has an id"
        meta = resource.get("meta")
        if meta is not None and (not isinstance(meta, Mapping) or set(meta) != {"security"}):
            yield "META only security may be in meta"
        if "text" in resource:
            yield "TEXT a resource has a text"
        yield from _faults_within(resource, known)


def _faults_within(resource: Mapping[str, Any], urls: set[str]) -> Iterator[str]:
    """Members deeper down: a CodeableConcept is known by ``coding``, a Coding by ``system`` and ``code``."""
    left: list[Any] = list(resource.values())
    while left:
        node = left.pop()
        if isinstance(node, Mapping):
            if "coding" in node and "text" in node:
                yield "TEXT a coded concept has a text"
            if "display" in node and "code" in node:
                yield "DISPLAY a code has a display"
            reference = node.get("reference")
            if isinstance(reference, str) and reference not in urls:
                yield "URL a reference points to none of the entries"
            left += node.values()
        elif isinstance(node, list):
            left += node
