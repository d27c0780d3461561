"""Two processes ask while a third writes: every answer is one of a whole state, and the last one of the last."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from lachan.tracing.segments import sealing
from tests.tracing.segments.test_damage import FIRST, day_of

READER = """
import sys, time
from pathlib import Path
from lachan.tracing.segments.layout import DAY_S
from lachan.tracing.segments.store import Store
folder, day = Path(sys.argv[1]), int(sys.argv[2])
store, seen = Store(folder), []
deadline = time.monotonic() + 180
while time.monotonic() < deadline:
    store.refresh()
    sealed = store.manifest.days.get(day)
    # of visits of round n there are 40 + n, all of place n
    found = store.day(day) if sealed else None
    if found is not None and len(found.place):
        rounds = set(found.place.tolist())
        assert len(rounds) == 1 and len(found.place) == 40 + min(rounds), rounds
        assert store.visits_of_place(min(rounds), day * DAY_S, day * DAY_S + DAY_S).subject.min() >= 1000 * min(rounds)
        seen.append(min(rounds))
    assert not store.damaged, store.damaged
    if len(set(seen)) > 20:
        (folder / f"seen-{sys.argv[3]}").touch()
    if (folder / "over").exists():
        break
store.refresh()
assert seen == sorted(seen)
print(len(set(seen)), store.day(day).place.max())
"""


@pytest.mark.slow
def test_readers_see_whole_states_only(tmp_path: Path) -> None:
    folder = tmp_path / "segments"
    folder.mkdir()
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(folder), str(FIRST), name], stdout=subprocess.PIPE, text=True
        )
        for name in ("one", "other")
    ]
    rounds = 0
    begun = time.monotonic()
    while len(list(folder.glob("seen-*"))) < len(readers):
        assert time.monotonic() - begun < 150, "readers see nothing new"  # a fresh clone compiles first
        rounds += 1
        rows = day_of(FIRST, 40 + rounds)
        rows.place[:] = rounds
        rows.subject[:] = rows.subject + 1_000 * rounds
        sealing.seal(folder, FIRST, rows, snapshot=f"{rounds}:{rounds}:")
        time.sleep(0.02)  # days are sealed minutes apart; without any pause a reader's file is gone before it opens
    (folder / "over").touch()
    for reader in readers:
        told, _ = reader.communicate(timeout=60)
        assert reader.returncode == 0
        states, last = map(int, told.split())
        assert states > 20
        assert last == rounds
