"""A damaged file is never answered from: it is found out at opening, while it is open, or by reading everything."""

from __future__ import annotations

import os
import random
from pathlib import Path

import numpy as np
import pytest

from lachan.tracing.engine.shapes import Rule
from lachan.tracing.segments import files, manifest, sealing
from lachan.tracing.segments.files import Corrupt
from lachan.tracing.segments.layout import DAY_S, Rows
from lachan.tracing.segments.store import Store

FIRST = 20_000
DAYS = 3
RULE = Rule(id="r", days_before=1, days_after=1, min_minutes=15, sum="window", max_distance_m=2)
ALL = (FIRST * DAY_S, (FIRST + DAYS) * DAY_S)


def day_of(day: int, count: int = 60) -> Rows:
    rng = np.random.default_rng(day)
    t_in = day * DAY_S + np.sort(rng.choice(DAY_S - 7_200, count, replace=False))
    flags = np.zeros(count, np.uint8)
    return Rows(
        rng.integers(1, 4, count), rng.integers(1, 12, count), t_in, t_in + rng.integers(0, 7_200, count), flags
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for day in range(FIRST, FIRST + DAYS):
        sealing.seal(tmp_path, day, day_of(day), snapshot="10:10:")
    return tmp_path


def answers(store: Store) -> list[list[int]]:
    return [column.tolist() for subject in range(1, 12) for column in store.f1([subject], ALL, RULE)]


def segment(folder: Path, day: int) -> Path:
    return folder / manifest.read(folder)[0].days[day].file


def heal(folder: Path, days: list[int]) -> None:
    for day in days:
        sealing.seal(folder, day, day_of(day), snapshot="20:20:")


@pytest.mark.parametrize("how", ["flip", "cut", "lengthen", "delete", "swap"])
def test_damage_is_found_at_opening_and_healed(folder: Path, how: str) -> None:
    before = answers(Store(folder))
    path, other = segment(folder, FIRST + 1), segment(folder, FIRST)
    content = bytearray(path.read_bytes())
    if how == "flip":
        content[-1] ^= 1
    elif how == "cut":
        del content[-100:]
    elif how == "lengthen":
        content += b"\0" * 64
    elif how == "swap":
        content = bytearray(other.read_bytes())
    path.unlink()
    if how != "delete":
        path.write_bytes(content)
    store = Store(folder)
    assert list(store.damaged) == [FIRST + 1]
    with pytest.raises(Corrupt):
        store.f1([1], ALL, RULE)
    store.f1([1], (FIRST * DAY_S, (FIRST + 1) * DAY_S), RULE)  # other days answer
    heal(folder, [FIRST + 1])
    assert store.refresh()
    assert answers(store) == before


def test_no_byte_of_a_file_can_change_unseen(folder: Path) -> None:
    path = segment(folder, FIRST)
    whole = path.read_bytes()
    padding = {at for at in range(len(whole)) if whole[at] == 0}  # between columns nothing is read
    rng = random.Random(5)
    for at in rng.sample(range(len(whole)), 150):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << rng.randrange(8))]) + whole[at + 1 :])
        assert list(Store(folder).damaged) == [FIRST] or at in padding
    path.write_bytes(whole)
    assert not Store(folder).damaged


def test_a_file_touched_while_it_is_open_is_noticed(folder: Path) -> None:
    store = Store(folder)
    path = segment(folder, FIRST)
    with open(path, "r+b") as file:
        file.seek(-5, os.SEEK_END)
        file.write(b"\xff\xff")
    assert store.refresh()
    assert list(store.damaged) == [FIRST]


def test_a_file_that_goes_while_it_is_open_is_noticed(folder: Path) -> None:
    store = Store(folder)
    segment(folder, FIRST + 2).unlink()
    assert store.refresh()
    assert list(store.damaged) == [FIRST + 2]


def test_what_rots_without_a_trace_is_found_by_reading_everything(folder: Path) -> None:
    store = Store(folder)
    path = segment(folder, FIRST)
    before = path.stat()
    with open(path, "r+b") as file:
        file.seek(-5, os.SEEK_END)
        file.write(b"\xff\xff")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not store.refresh()
    assert [corrupt.day for corrupt in store.verify()] == [FIRST]
    with pytest.raises(Corrupt):
        store.f1([1], ALL, RULE)
    sealing.seal(folder, FIRST + 2, day_of(FIRST + 2), snapshot="30:30:")  # another change makes it no better
    store.refresh()
    assert list(store.damaged) == [FIRST]


def test_without_its_people_every_day_is_missing_until_it_is_sealed_again(folder: Path) -> None:
    before = answers(Store(folder))
    people = folder / manifest.read(folder)[0].people
    people.write_bytes(people.read_bytes()[:-8])
    store = Store(folder)
    assert sorted(store.damaged) == list(range(FIRST, FIRST + DAYS))
    heal(folder, [FIRST])
    store.refresh()
    store.suppose(empty={}, missing=[FIRST + 1, FIRST + 2])
    assert sorted(store.damaged) == [FIRST + 1, FIRST + 2]  # those sealed with other numbers are no part of it any more
    heal(folder, [FIRST + 1, FIRST + 2])
    store.refresh()
    store.suppose(empty={}, missing=[])
    assert answers(store) == before


@pytest.mark.parametrize("content", [b"", b"00000000\n{}", b"garbage", None])
def test_without_its_manifest_a_store_has_no_days(folder: Path, content: bytes | None) -> None:
    (folder / manifest.NAME).unlink()
    if content is not None:
        (folder / manifest.NAME).write_bytes(content)
    store = Store(folder)
    assert not store.manifest.days
    heal(folder, [FIRST])
    store.refresh()
    assert list(store.manifest.days) == [FIRST]


def test_a_crash_before_the_last_rename_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = answers(Store(folder))
    for steps in range(3):  # dies before people, segment or manifest is in place
        left = [steps]

        def dying(source: Path, target: Path, left: list[int] = left, rename: object = os.rename) -> None:
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            rename(source, target)

        with monkeypatch.context() as patch:
            patch.setattr(files.os, "rename", dying)
            with pytest.raises(KeyboardInterrupt):
                sealing.seal(
                    folder,
                    FIRST,
                    day_of(FIRST + 7)._replace(
                        t_in=day_of(FIRST).t_in, t_out=day_of(FIRST).t_out, subject=np.arange(100, 160)
                    ),
                    snapshot="90:90:",
                )
        assert answers(Store(folder)) == before
    heal(folder, [FIRST])
    left_over = [path.name for path in folder.iterdir() if path.name.endswith(".tmp")]
    assert not left_over
    assert answers(Store(folder)) == before


def test_people_of_forgotten_days_are_forgotten_when_they_are_many(folder: Path) -> None:
    rows = day_of(FIRST + 5)
    sealing.seal(folder, FIRST + 5, rows._replace(subject=rows.subject + 1_000 * np.arange(1, 61)), snapshot="10:10:")
    before = answers(Store(folder))
    assert not sealing.renumber(folder)
    assert sealing.forget(folder, [FIRST + 5]) == 1
    assert sealing.renumber(folder)
    store = Store(folder)
    assert answers(store) == before
    people = sealing.open_people(folder, store.manifest, check=True)
    assert set(people.columns["subjects"].tolist()) <= set(range(1, 12))
