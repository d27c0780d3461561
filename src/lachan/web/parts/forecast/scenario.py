"""The form of a what-if: two scenarios beside each other, what both assume, and the JSON the engine takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lachan.forecasting.engines.whatif.assumptions import ByAge, Entry, Range, catalogue, raw
from lachan.forecasting.workbench import DRAWS, Beginning
from lachan.web.parts.forecast import words

NAMES: Final = ("a", "b")
SETTINGS: Final = ("school", "work", "other")
DAYS: Final = (60, 90, 120, 180)
MOST_DOSES: Final = 5_000_000  # a day
VARIANTS: Final = ("delta", "omicron", "original")
_STEP: Final = "any"
_DEFAULT_B: Final = {"work": (30, 50), "other": (30, 50)}  # percent


class Cells(NamedTuple):
    """A lever of the table: its name, unit, and the fields of either scenario."""

    label: Any
    unit: Any
    cells: tuple[tuple[Any, ...], ...]


class ScenarioForm(forms.Form):
    """Everything is optional but the choices; an empty lever is none. Percent where people say percent."""

    use_required_attribute = False

    def __init__(self, *args: Any, beginning: Beginning, pace: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.beginning = beginning
        fields = self.fields
        fields["days"] = forms.TypedChoiceField(
            label=_("How far ahead"), coerce=int, initial=120, choices=[(n, _("{n} days").format(n=n)) for n in DAYS],
        )  # fmt: skip
        fields["variant"] = forms.ChoiceField(
            label=_("Variant"), choices=[(name, words.VARIANTS[name]) for name in VARIANTS]
        )
        fields["infections"] = _number(_("Infections a day at the start"), 1_000_000, initial=50)
        fields["rt"] = _number(_("Rt at the start (empty: as the last weeks say)"), 20)
        for which in NAMES:
            self._levers(which, pace)
        for entry in changeable():
            assert isinstance(entry.default, Range)
            for end, value in (("low", entry.default.low), ("high", entry.default.high)):
                fields[f"{entry.field}:{end}"] = _number(_told(entry), entry.most, least=entry.least, initial=value)
        for entry, usual in by_age():
            for age, value in zip(usual.ages, usual.values, strict=True):
                fields[_at(entry, age)] = _number(_told(entry), entry.most, least=entry.least, initial=value)

    def _levers(self, which: str, pace: int) -> None:
        second, fields = which == NAMES[1], self.fields
        name = _("Fewer contacts") if second else _("As now")
        fields[f"{which}_name"] = forms.CharField(label=_("Name of the scenario"), max_length=40, initial=name)
        for setting in SETTINGS:
            low, high = _DEFAULT_B.get(setting, (None, None)) if second else (None, None)
            label = words.SETTINGS[setting]
            fields[f"{which}_{setting}_low"] = _number(label, 100, initial=low)
            fields[f"{which}_{setting}_high"] = _number(label, 100, initial=high)
        for end, label in (("since", _("From day")), ("until", _("Up to day"))):
            fields[f"{which}_{end}"] = forms.DateField(
                label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            )
        for dose in (1, 2, 3):
            label = _("Dose {n} a day").format(n=dose)
            fields[f"{which}_dose{dose}"] = _number(label, MOST_DOSES, initial=(pace or None) if dose == 1 else None)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        pairs = [(f"{which}_{setting}_low", f"{which}_{setting}_high") for which in NAMES for setting in SETTINGS]
        pairs += [(f"{entry.field}:low", f"{entry.field}:high") for entry in changeable()]
        for low, high in pairs:
            if found.get(low) is not None and found.get(high) is not None and found[low] > found[high]:
                self.add_error(high, _("The second number is the larger one."))
        for which in NAMES:
            since, until = found.get(f"{which}_since"), found.get(f"{which}_until")
            if since and until and until < since:
                self.add_error(f"{which}_until", _("This day is before the first one."))
        if found.get("a_name") and found.get("a_name") == found.get("b_name"):
            self.add_error("b_name", _("Give the second scenario another name."))
        return found

    @property
    def levers(self) -> list[Cells]:
        """Rows of the table of both scenarios."""
        rows = [Cells(_("Name of the scenario"), "", tuple((self[f"{which}_name"],) for which in NAMES))]
        rows += [
            Cells(
                words.SETTINGS[setting], _("% fewer, from – to"),
                tuple((self[f"{which}_{setting}_low"], self[f"{which}_{setting}_high"]) for which in NAMES),
            )
            for setting in SETTINGS
        ]  # fmt: skip
        rows.append(
            Cells(_("In force"), _("from – to"), tuple((self[f"{w}_since"], self[f"{w}_until"]) for w in NAMES))
        )
        rows += [
            Cells(_("Dose {n}").format(n=n), _("doses a day"), tuple((self[f"{which}_dose{n}"],) for which in NAMES))
            for n in (1, 2, 3)
        ]
        return rows

    @property
    def assumed(self) -> Iterator[tuple[str, Any, str, Any, Any]]:
        """(name, unit, source, low, high) of what both scenarios assume and a reader may change."""
        for entry in changeable():
            low, high = self[f"{entry.field}:low"], self[f"{entry.field}:high"]
            yield _told(entry), words.unit(entry.unit), words.source(entry.source), low, high

    @property
    def assumed_by_age(self) -> Iterator[tuple[str, Any, str, list[tuple[str, Any]]]]:
        """(name, unit, source, fields by age) of what differs by age: straight lines between the ages named."""
        for entry, usual in by_age():
            cells = [(_("age {n}").format(n=round(age)), self[_at(entry, age)]) for age in usual.ages]
            yield _told(entry), words.unit(entry.unit), words.source(entry.source), cells

    @property
    def changed(self) -> bool:
        """Whether an assumption has an error, so that the page opens them."""
        return any(":" in name or "@" in name for name in self.errors)

    def scenario(self, which: str) -> dict[str, Any]:
        """The JSON of one scenario, as ``docs/reference/scenario-files.md`` has it. Of a valid form only."""
        found, begin = self.cleaned_data, self.beginning
        start: dict[str, Any] = {"cases": list(begin.cases)} if begin.cases else {}
        if not start:
            start = {"infections_per_day": found["infections"] or 0}
        if found["rt"] is not None:
            start["rt"] = found["rt"]
        plan = [
            {"dose": dose, "per_day": found[f"{which}_dose{dose}"]}
            for dose in (1, 2, 3)
            if found[f"{which}_dose{dose}"]
        ]
        return {
            "name": found[f"{which}_name"], "start": begin.start.isoformat(), "days": found["days"], "draws": DRAWS,
            "people": {"total": begin.people} if begin.people else {}, "from": start,
            "variants": [{"like": found["variant"]}], "measures": list(self._measures(which)),
            "doses": {"given": list(begin.given), "plan": plan}, "assumptions": self._assumptions(),
        }  # fmt: skip

    def _measures(self, which: str) -> Iterator[dict[str, Any]]:
        found = self.cleaned_data
        for setting in SETTINGS:
            low, high = found[f"{which}_{setting}_low"], found[f"{which}_{setting}_high"]
            if low is None and high is None:
                continue
            ends = sorted(value for value in (low, high) if value is not None)
            yield {
                "setting": setting, "reduction": [ends[0] / 100, ends[-1] / 100],
                "since": _iso(found[f"{which}_since"] or self.beginning.start), "until": _iso(found[f"{which}_until"]),
            }  # fmt: skip

    def _assumptions(self) -> dict[str, Any]:
        """Only what differs from the catalogue: the rest keeps its source."""
        found: dict[str, Any] = {}
        for entry in changeable():
            usual = entry.default
            assert isinstance(usual, Range)
            low, high = self.cleaned_data[f"{entry.field}:low"], self.cleaned_data[f"{entry.field}:high"]
            low, high = usual.low if low is None else low, usual.high if high is None else high
            if (low, high) != (usual.low, usual.high):
                found[entry.field] = [low, high]
        for entry, known in by_age():
            said = [self.cleaned_data[_at(entry, age)] for age in known.ages]
            values = [value if own is None else own for own, value in zip(said, known.values, strict=True)]
            if values != list(known.values):
                found[entry.field] = {f"{age:g}": value for age, value in zip(known.ages, values, strict=True)}
        return found


def changeable() -> list[Entry]:
    """Assumptions that are a range."""
    return [entry for entry in catalogue().values() if entry.kind == "range" and not entry.field.startswith("fit.")]


def by_age() -> list[tuple[Entry, ByAge]]:
    """Assumptions that differ by age, with their values."""
    return [(entry, entry.default) for entry in catalogue().values() if isinstance(entry.default, ByAge)]


def _at(entry: Entry, age: float) -> str:
    return f"{entry.field}@{age:g}"


def said_of(row: Mapping[str, Any] | Entry) -> str:
    """The words of a catalogue entry in the reader's language."""
    vi, en = (row.vi, row.en) if isinstance(row, Entry) else (row["vi"], row["en"])
    return str(vi if get_language() == "vi" else en)


def notes_of(codes: tuple[str, ...]) -> list[str]:
    """What the engine has to say of its own answer."""
    known = raw()["notes"]
    return [said_of(known[code]) for code in codes if code in known]


def _told(entry: Entry) -> str:
    text = said_of(entry)
    return text[:1].upper() + text[1:]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _number(label: Any, most: float, *, least: float = 0, initial: float | None = None) -> forms.FloatField:
    attributes = {"step": _STEP, "inputmode": "decimal"}
    return forms.FloatField(
        label=label, required=False, min_value=least, max_value=most, initial=initial,
        widget=forms.NumberInput(attrs=attributes),
    )  # fmt: skip
