"""Published outbreaks: figures that can be checked against those of the literature; ours for the rest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lachan.tracing.chains import candidates, estimates, intervals
from lachan.tracing.chains.shapes import Timing
from tests.tracing.chains import real


def summary_of(outbreak):
    here = outbreak.links.infector >= 0
    onset = outbreak.cases.onset
    days = onset[outbreak.links.infectee[here]] - onset[outbreak.links.infector[here]]
    timing = intervals.timing_from(days, Timing())
    found = candidates.weigh(outbreak.cases, outbreak.links, outbreak.contacts, timing)
    return found, estimates.summarise(outbreak.cases, found, timing, seed=1)


def said(name, found):
    offspring, serial, confirmed = found.offspring, found.serial, found.confirmed
    print(
        f"{name}: {found.cases} cases, {found.known_links} links, {found.tree_links} in the tree, R {offspring.r}, "
        f"k {offspring.k}, largest {offspring.largest}; onset {serial}; confirmation {confirmed}; {found.flags}"
    )


def test_mers_in_korea(shared: Path):
    """162 cases, 98 pairs: R 0.60, k 0.020 [0.010 to 0.039], largest 38; serial interval 14.5, sd 5.2, median 14."""
    _, found = summary_of(real.mers(shared))
    said("MERS", found)
    assert (found.cases, found.known_links, found.offspring.largest) == (162, 98, 38)
    assert found.offspring.r.value == pytest.approx(98 / 162)
    assert found.offspring.k.value == pytest.approx(0.020, abs=0.001)
    assert found.offspring.k.low == pytest.approx(0.010, abs=0.001)
    assert found.offspring.k.high == pytest.approx(0.039, abs=0.001)
    assert found.serial.mean.value == pytest.approx(14.5, abs=0.05)
    assert found.serial.sd.value == pytest.approx(5.2, abs=0.05)
    assert found.serial.median.value == 14
    assert found.serial.mean.low < 14.5 < found.serial.mean.high


@pytest.mark.slow
def test_korea_in_2020(shared: Path):
    """The whole country's pairs by confirmation: 881, mean 3.66, sd 6.56; the part at hand must be near."""
    found, summary = summary_of(real.korea(shared))
    said("Korea", summary)
    assert summary.cases == 3360
    assert summary.known_links == 690
    assert summary.confirmed.mean.low < 3.66 < summary.confirmed.mean.high
    assert summary.confirmed.sd.low < 6.56 < summary.confirmed.sd.high
    assert summary.serial.mean.low < 3.74 < summary.serial.mean.high  # onsets: 82 pairs, mean 3.74, in the whole
    assert "r_and_k_lower_bound_most_sources_unknown" in summary.flags
    assert np.bincount(found.infectee, found.weight) == pytest.approx(np.ones(3360))


@pytest.mark.slow
def test_singapore_in_2020(shared: Path):
    """Related cases are no infectors: the tree comes from days and clusters, and says how much is in doubt."""
    outbreak = real.singapore(shared)
    found, summary = summary_of(outbreak)
    said("Singapore", summary)
    assert summary.cases == 93
    assert "serial_interval_from_tree" in summary.flags
    assert summary.bits > 0.5
    assert 2 < summary.serial.mean.value < 6
    imported = outbreak.links.infectee
    assert not (found.infector[np.isin(found.infectee, imported)] >= 0).any()


@pytest.mark.slow
def test_tianjin_in_2020(shared: Path):
    """135 cases; the source of 48 names one case. Infector before infectee in three of four."""
    _, summary = summary_of(real.tianjin(shared))
    said("Tianjin", summary)
    assert summary.cases == 135
    assert summary.known_links >= 45
    assert summary.serial.pairs >= 40
    assert summary.serial.mean.low < 4.5 < summary.serial.mean.high
    assert 0.4 < summary.offspring.r.value < 0.9
