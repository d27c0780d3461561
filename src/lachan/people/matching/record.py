"""A person as one record states them, made ready once for many comparisons."""

from collections.abc import Mapping
from typing import Any

import msgspec

from lachan.people import identifiers
from lachan.people.matching.communes import Communes, Place, packaged
from lachan.people.matching.dates import BirthDate, birth_date
from lachan.people.matching.person_names import Name, name_of
from lachan.people.names import search_form

MAX_FIELD = 300  # characters; a longer value is no field of a person

# A parent is at least this much older: a citizen id whose holder is that much older than the child is the parent's.
GUARDIAN_YEARS = 14

FIELDS = frozenset(
    [
        "full_name",
        "sex",
        "dob",
        "citizen_id",
        "old_id",
        "health_insurance",
        "passport",
        "phone",
        "mother_name",
        "commune",
        "commune_code",
        "district",
        "province",
        "recorded",
        "given_name",
        "middle_name",
        "family_name",
        "family_name_2",
        "alias",
        "suffix",
        "mother_maiden_name",
        "guardian_given_name",
        "guardian_family_name",
        "birth_order",
        "birth_type",
        "multiple_birth",
        "street",
        "zip",
        "ssn",
        "medicaid",
    ]
)

_LETTERS_ONLY = str.maketrans(dict.fromkeys(" -'.,`/"))


class UnusableRecordError(ValueError):
    """The record holds no name, or a field that is not text. The message names the field, never its content."""


class Parts(msgspec.Struct, frozen=True):
    """What a registry with separate name parts adds; every value folded for comparison, empty where not stated."""

    given: str
    middle: str
    family: str
    family_words: frozenset[str]  # the halves of a hyphenated name and a second family name
    second_family: str
    alias: str
    suffix: str
    mother_maiden: str
    guardian_given: str
    guardian_family: str
    birth_order: str
    twin: bool
    street: str
    zip: str
    ssn: str
    medicaid: str


class Record(msgspec.Struct, frozen=True):
    """One side of a comparison. Empty string, empty tuple or None: the record does not say.

    `citizen_id` is a valid 12-digit number (a lost leading zero put back), else empty. `own_id` is False where its
    holder is old enough to be the parent of the person described: an adult's number written on a child's record.
    """

    name: Name
    sex: str
    born: BirthDate | None
    citizen_id: str
    own_id: bool
    old_ids: tuple[str, ...]
    insurance: str
    passport: str
    phone: str
    mother: Name | None
    place: Place | None
    parts: Parts | None


def from_dict(data: Mapping[str, Any], communes: Communes | None = None) -> Record:
    """Reads either style: `full_name` … or `given_name`, `family_name` …; unknown keys are ignored.

    `communes` is the successor table to use, the packaged one by default. Raises UnusableRecordError.
    """
    data = _texts(data)
    text = data.get
    parts = _parts(data) if text("given_name") or text("family_name") else None
    written = text("full_name") or " ".join(
        word for key in ("family_name", "middle_name", "given_name") if (word := text(key))
    )
    name = name_of(written or "")
    if name is None:
        raise UnusableRecordError("no name")
    born = birth_date(text("dob") or "")
    citizen_id, old_ids = _ids(text("citizen_id") or "", text("old_id") or "")
    table = communes or packaged()
    return Record(
        name=name,
        sex=(text("sex") or "").upper(),
        born=born,
        citizen_id=citizen_id,
        own_id=not _is_child(data, born) or _fits(citizen_id, born),
        old_ids=old_ids,
        # The last ten digits are the person's; group, level and province before them change.
        insurance=_other_id("health_insurance", text("health_insurance"))[-10:],
        passport=_other_id("passport", text("passport")),
        phone=_phone(text("phone") or ""),
        mother=name_of(text("mother_name") or ""),
        place=table.place(
            text("commune") or "",
            text("commune_code") or "",
            text("district") or "",
            text("province") or "",
            text("recorded") or "",
        ),
        parts=parts,
    )


def _texts(data: Mapping[str, Any]) -> dict[str, str]:
    """The known fields that say something, as text; a whole number is taken as its digits (a year, a birth order)."""
    if not isinstance(data, Mapping):
        raise UnusableRecordError("record is not an object")
    texts = {}
    for key, value in data.items():
        if key not in FIELDS or value is None or value == "":
            continue
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value) if abs(value) < 10**18 else "?" * (MAX_FIELD + 1)
        if not isinstance(value, str):
            raise UnusableRecordError(f"{key} is not text")
        if len(value) > MAX_FIELD:
            raise UnusableRecordError(f"{key} is too long")
        texts[key] = value
    return texts


def _ids(citizen: str, old: str) -> tuple[str, tuple[str, ...]]:
    """Sorts what was typed into the two id fields by what it is: offices write the old number into either."""
    twelve, nine = "", []
    for typed in (citizen, old):
        if not typed:
            continue
        found = identifiers.check("citizen_id", typed)
        # For comparing, unlike for storing, a zero that a spreadsheet dropped may be put back unasked.
        if found.ok or found.reason == "leading_zero_lost":
            twelve = twelve or found.normal
            continue
        found = identifiers.check("old_id", typed)
        if found.ok or found.reason == "leading_zero_lost":
            nine.append(found.normal)
    return twelve, tuple(sorted(set(nine)))


def _other_id(system: str, written: str | None) -> str:
    checked = identifiers.check(system, written) if written else None
    return checked.normal if checked and checked.ok else ""


def _is_child(data: Mapping[str, str], born: BirthDate | None) -> bool:
    """A mother is named, or the record was written before the eighteenth year."""
    recorded = birth_date(data.get("recorded") or "")
    return bool(data.get("mother_name")) or (
        born is not None and recorded is not None and recorded.year - born.year < 18
    )


def _fits(citizen_id: str, born: BirthDate | None) -> bool:
    facts = identifiers.citizen_id_facts(citizen_id) if citizen_id and born else None
    return facts is None or born is None or born.year - facts.birth_year < GUARDIAN_YEARS


def _phone(written: str) -> str:
    """A Vietnamese number in its one form; of any other number the digits; fillers (0000000) are none."""
    if normal := identifiers.normal_phone(written):
        return normal
    digits = "".join(c for c in written if c.isdigit())
    return digits if len(digits) >= 7 and len(set(digits)) > 1 else ""


def fold(written: str | None) -> str:
    """Letters and digits alone: `"Smith-O'Neil"` -> `"smithoneil"`."""
    return search_form(written).translate(_LETTERS_ONLY) if written else ""


def _parts(data: Mapping[str, str]) -> Parts:
    text = data.get
    family = text("family_name") or ""
    second = text("family_name_2") or ""
    words = {fold(word) for name in (family, second) for word in (name, *name.split("-"))}
    alias, suffix = fold(text("alias")), fold(text("suffix"))
    if alias in GENERATIONS and not suffix:  # "II" stands in the alias field of some registries
        alias, suffix = "", alias
    return Parts(
        given=fold(text("given_name")),
        middle=fold(text("middle_name")),
        family=fold(family),
        family_words=frozenset(words - {""}),
        second_family=fold(second),
        alias=alias,
        suffix=suffix,
        mother_maiden=fold(text("mother_maiden_name")),
        guardian_given=fold(text("guardian_given_name")),
        guardian_family=fold(text("guardian_family_name")),
        birth_order=text("birth_order") or "",
        twin=text("multiple_birth") == "Y" or (text("birth_type") or "1") != "1",
        street=fold(text("street")),
        zip=(text("zip") or "")[:5],
        ssn=_digits(text("ssn")),
        medicaid=fold(text("medicaid")),
    )


GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv", "v"})


def _digits(written: str | None) -> str:
    """Nine digits of which not all are one figure (000000000 and its like are fillers)."""
    digits = "".join(c for c in written if c.isdigit()) if written else ""
    return digits if len(digits) == 9 and len(set(digits)) > 1 else ""
