"""The published line lists beside the checkout as cases and contacts. Read, never copied."""

from __future__ import annotations

import csv
import gzip
import io
import re
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lachan.tracing.chains.shapes import ELSEWHERE, Cases, Contacts, Links, no_contacts

Row = dict[str, str]


class Outbreak(NamedTuple):
    cases: Cases
    links: Links
    contacts: Contacts
    rows: list[Row]


def rows_of(path: Path) -> list[Row]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def day(text: str) -> float:
    """Days since 1970 of 2020-02-01 or 01/02/2020; NaN for anything else."""
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text.strip())
    if found:
        year, month, number = found.groups()
    else:
        found = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", text.strip())
        if not found:
            return np.nan
        number, month, year = found.groups()
    return float(date(int(year), int(month), int(number)).toordinal() - date(1970, 1, 1).toordinal())


def days(rows: list[Row], column: str) -> np.ndarray:
    return np.array([day(row[column] or "") for row in rows])


def made(onset, confirmed, group=None) -> Cases:
    size = len(onset)
    return Cases(onset, confirmed, np.full(size, np.nan), np.full(size, -1) if group is None else group)


def linked(pairs: list[tuple[int, int]]) -> Links:
    infector, infectee = np.array(sorted(set(pairs))).reshape(-1, 2).T
    return Links(infector, infectee)


def met(pairs: list[tuple[int, int]], directed: bool = False) -> Contacts:
    """Contacts of whom only is said that there were any."""
    if not pairs:
        return no_contacts()
    left, right = np.array(pairs).T
    nothing = np.full(len(pairs), np.nan)
    return Contacts(left, right, nothing, nothing, nothing, np.full(len(pairs), directed))


def mers(shared: Path) -> Outbreak:
    rows = rows_of(shared / "tracing-data" / "mers_korea_2015_linelist.csv")
    links = rows_of(shared / "tracing-data" / "mers_korea_2015_contacts.csv")
    at = {row["id"]: number for number, row in enumerate(rows)}
    pairs = [(at[link["from"]], at[link["to"]]) for link in links]
    return Outbreak(made(days(rows, "dt_onset"), days(rows, "dt_report")), linked(pairs), no_contacts(), rows)


def korea(shared: Path) -> Outbreak:
    rows = rows_of(shared / "tracing-data" / "ds4c_patientinfo_dev.csv.gz")
    at = {row["patient_id"]: number for number, row in enumerate(rows)}
    pairs = [
        (at.get(name, ELSEWHERE), number)
        for number, row in enumerate(rows)
        for name in re.findall(r"\d+", row["infected_by"] or "")
        if at.get(name) != number
    ]
    cases = made(days(rows, "symptom_onset_date"), days(rows, "confirmed_date"))
    return Outbreak(cases, linked(pairs), no_contacts(), rows)


def singapore(shared: Path) -> Outbreak:
    """Related cases are who was with whom; a cluster's name is a group."""
    rows = rows_of(shared / "tracing-data" / "singapore_2020_linelist.csv")
    at = {row["CaseID"]: number for number, row in enumerate(rows)}
    pairs = set()
    for number, row in enumerate(rows):
        for other in re.findall(r"\d+", row["Related cases"] or ""):
            if other in at and at[other] != number:
                pairs.add((min(number, at[other]), max(number, at[other])))
    names = [row["cluster"].strip() for row in rows]
    group = np.array([-1 if name in ("", "NA", "Wuhan") else names.index(name) for name in names])
    imported = [(ELSEWHERE, number) for number, name in enumerate(names) if "Wuhan" in name]
    cases = made(days(rows, "date_onset_symptoms"), days(rows, "date_confirmation"), group)
    return Outbreak(cases, linked(imported), met(sorted(pairs)), rows)


def tianjin(shared: Path) -> Outbreak:
    """A source that names one case is a link an investigation established; several are candidates; the superstore of
    Baodi is a group."""
    rows = rows_of(shared / "tracing-data" / "tianjin_2020_linelist.csv")
    at = {row["case_id"].strip(): number for number, row in enumerate(rows)}
    links, pairs = [], []
    for number, row in enumerate(rows):
        source = row["Infection_source"] or ""
        named = [at[f"TJ{found}"] for found in re.findall(r"(?:TJ|case)\s*(\d+)", source) if f"TJ{found}" in at]
        named = [other for other in dict.fromkeys(named) if other != number]
        if len(named) == 1:
            links.append((named[0], number))
        elif named:
            pairs += [(other, number) for other in named]
        elif re.search("wuhan|hubei|import", source, re.IGNORECASE):
            links.append((ELSEWHERE, number))
    store = np.array([bool(re.search("mall|store", row["Infection_source"] or "", re.IGNORECASE)) for row in rows])
    cases = made(days(rows, "symptom_onset"), days(rows, "confirm_date"), np.where(store, 0, -1))
    return Outbreak(cases, linked(links), met(pairs, directed=True), rows)
