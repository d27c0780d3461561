"""Who may have infected whom: candidates with weights, somebody unknown among them; the most likely tree.

Sources compete (Wallinga and Teunis 2004): each contact with its evidence times how many times likelier the days are
between infector and infectee than between two who merely met; beside them somebody nobody knows of, with a constant.
Divided by their sum they are the weights. Decision 36.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from lachan.tracing.chains import tree
from lachan.tracing.chains.intervals import fits, likeness, reach
from lachan.tracing.chains.shapes import UNKNOWN, Cases, Contacts, Days, Flags, Links, Longs, Timing, Weights

UNKNOWN_SOURCE: Final = 0.25  # of somebody nobody knows of, beside 1 for a sure contact on days as likely by chance
HALF_MINUTES: Final = 60.0  # evidence is 1 - exp(-minutes / this)
SAME_GROUP: Final = 0.2  # of two cases of one cluster nobody has seen together
LARGEST_GROUP: Final = 200  # a larger one says nothing about who met whom
LEAST: Final = 1e-4  # candidates below are left out
DELAY: Final = (4.0, 3.0)  # onset to confirmation, mean and sd, where fewer than five cases tell
FEWEST_DELAYS: Final = 5
_NEVER: Final = 1e-12  # weight of an unknown source beside a link that somebody established


class Candidates(NamedTuple):
    """A row a candidate, by infectee, the heaviest first; each infectee's weights sum to 1.

    ``infector``: position, UNKNOWN or ELSEWHERE; ``interval``: days from infector to infectee, NaN where one is not
    known; ``contact``: the row of contacts with most evidence, -1 for none; ``known``: somebody established it;
    ``chosen``: it is in the most likely tree.
    """

    infectee: Longs
    infector: Longs
    weight: Weights
    interval: Days
    contact: Longs
    known: Flags
    chosen: Flags


class Dated(NamedTuple):
    """The day each case fell ill, measured or estimated, and the variance of the estimate."""

    day: Days
    variance: Weights
    of_onset: Flags


def dated(cases: Cases, timing: Timing) -> Dated:
    """Onset where known; else confirmation less the usual delay; else exposure and an incubation; else NaN."""
    both = (cases.confirmed - cases.onset)[~np.isnan(cases.confirmed - cases.onset)]
    delay, sd = (float(np.median(both)), float(both.std())) if len(both) >= FEWEST_DELAYS else DELAY
    by_onset, by_test = ~np.isnan(cases.onset), ~np.isnan(cases.confirmed)
    day = np.where(by_onset, cases.onset, np.where(by_test, cases.confirmed - delay, cases.exposed + timing.incubation))
    variance = np.where(by_onset, 0.0, np.where(by_test, sd**2, timing.incubation_sd**2))
    return Dated(day, variance, by_onset)


def weigh(
    cases: Cases, links: Links, contacts: Contacts, timing: Timing, *, unknown: float = UNKNOWN_SOURCE
) -> Candidates:  # fmt: skip
    """Candidates of every case. Infectors somebody established are the only candidates of their case."""
    size = len(cases.onset)
    when = dated(cases, timing)
    pairs = _pairs(cases, contacts, when, timing)
    settled = np.zeros(size, dtype=bool)
    settled[links.infectee] = True
    pairs = _only(pairs, ~settled[pairs.right])
    strength = pairs.evidence * pairs.ratio
    keep = strength >= LEAST
    opened = np.flatnonzero(~settled)
    number = len(links.infectee)
    parts = (
        (links.infector, links.infectee, _of_links(links, when, timing), np.full(number, -1)),
        (pairs.left[keep], pairs.right[keep], strength[keep], pairs.row[keep]),
        (np.full(len(opened), UNKNOWN), opened, np.full(len(opened), unknown), np.full(len(opened), -1)),
    )
    infector, infectee, weight, contact = (np.concatenate(column) for column in zip(*parts, strict=True))
    weight = weight / np.bincount(infectee, weight, minlength=size)[infectee]
    order = np.lexsort((infector, -weight, infectee))
    infectee, infector, weight, contact = infectee[order], infector[order], weight[order], contact[order]
    known = order < number
    interval = np.full(len(weight), np.nan)
    here = infector >= 0
    interval[here] = _interval(cases, infector[here], infectee[here])
    chosen = _chosen(size, infectee, infector, weight, known)
    return Candidates(infectee, infector, weight, interval, contact, known, chosen)


def parents(size: int, candidates: Candidates) -> Longs:
    """The infector of each case in the most likely tree: a position, UNKNOWN or ELSEWHERE."""
    found = np.full(size, UNKNOWN, dtype=np.int64)
    found[candidates.infectee[candidates.chosen]] = candidates.infector[candidates.chosen]
    return found


def doubt(size: int, candidates: Candidates) -> Weights:
    """How open the question is for each case, in bits: 0 sure, 1 as open as between two."""
    terms = candidates.weight * np.log2(np.maximum(candidates.weight, 1e-300))
    found: Weights = np.maximum(-np.bincount(candidates.infectee, terms, minlength=size), 0.0)
    return found


def _of_links(links: Links, when: Dated, timing: Timing) -> Weights:
    """Weights among the infectors named for one case; a link is never doubted away, however odd its days."""
    here = links.infector >= 0
    found = np.ones(len(links.infector))
    one, other = links.infector[here], links.infectee[here]
    days = when.day[other] - when.day[one]
    alike = likeness(np.nan_to_num(days), when.variance[one] + when.variance[other], timing)
    found[here] = np.where(np.isnan(days), 1.0, np.maximum(alike, 0.01))
    return found


def _interval(cases: Cases, infector: Longs, infectee: Longs) -> Days:
    """Days between onsets, else between confirmations; of two days of different kinds the difference is none."""
    onset = cases.onset[infectee] - cases.onset[infector]
    return np.where(np.isnan(onset), cases.confirmed[infectee] - cases.confirmed[infector], onset)


class _Pairs(NamedTuple):
    """One row a pair and direction: infector, infectee, evidence that they met (0 to 1), likelihood ratio of their
    days, row of contacts with most evidence."""

    left: Longs
    right: Longs
    evidence: Weights
    ratio: Weights
    row: Longs


def _only(pairs: _Pairs, rows: Flags) -> _Pairs:
    left, right, evidence, ratio, row = pairs
    return _Pairs(left[rows], right[rows], evidence[rows], ratio[rows], row[rows])


def _pairs(cases: Cases, contacts: Contacts, when: Dated, timing: Timing) -> _Pairs:
    """Contacts in both directions where either may have infected the other, and pairs within groups."""
    size = len(when.day)
    back = np.flatnonzero(~contacts.directed)
    row = np.concatenate([np.arange(len(contacts.left)), back])
    left = np.concatenate([contacts.left, contacts.right[back]])
    right = np.concatenate([contacts.right, contacts.left[back]])
    variance = when.variance[left] + when.variance[right]
    fit = np.nan_to_num(
        fits(when.day[left], when.day[right], contacts.first[row], contacts.last[row], variance, timing)
    )
    minutes = np.where(np.isnan(contacts.minutes), np.inf, np.maximum(contacts.minutes, 0.0))[row]
    grouped_left, grouped_right = _within_groups(cases.group, when.day, timing)
    evidence = np.concatenate([1 - np.exp(-minutes / HALF_MINUTES), np.full(len(grouped_left), SAME_GROUP)])
    fit = np.concatenate([fit, np.ones(len(grouped_left))])
    left, right = np.concatenate([left, grouped_left]), np.concatenate([right, grouped_right])
    row = np.concatenate([row, np.full(len(grouped_left), -1)])
    kept = (left != right) & (evidence > 0)
    key, evidence, fit, row = (left * size + right)[kept], evidence[kept], fit[kept], row[kept]
    order = np.lexsort((-evidence, key))
    key, evidence, fit, row = key[order], evidence[order], fit[order], row[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    if not len(first):
        return _Pairs(key, key, evidence, fit, row)
    left, right = key[first] // size, key[first] % size
    # pieces of one pair add up as their minutes do, and each piece's time counts by its evidence
    together = -np.expm1(np.add.reduceat(np.log1p(-np.minimum(evidence, 1 - 1e-12)), first))
    fit = np.add.reduceat(evidence * fit, first) / np.add.reduceat(evidence, first)
    days = when.day[right] - when.day[left]
    alike = likeness(np.nan_to_num(days), when.variance[left] + when.variance[right], timing)
    return _Pairs(left, right, together, np.where(np.isnan(days), 0.0, alike * fit), row[first])


def _within_groups(group: Longs, day: Days, timing: Timing) -> tuple[Longs, Longs]:
    """Pairs within groups small enough to mean something, as far apart as serial intervals reach."""
    members = np.flatnonzero((group >= 0) & ~np.isnan(day))
    members = members[np.lexsort((day[members], group[members]))]
    lefts, rights = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    starts = np.flatnonzero(np.diff(group[members], prepend=-1))
    for start, stop in zip(starts, np.append(starts, len(members))[1:], strict=True):
        if not 2 <= stop - start <= LARGEST_GROUP:
            continue
        own = members[start:stop]
        apart = day[own][None, :] - day[own][:, None]
        one, other = np.nonzero((apart > -timing.shift) & (apart < reach(timing)))
        lefts.append(own[one])
        rights.append(own[other])
    return np.concatenate(lefts), np.concatenate(rights)


def _chosen(size: int, infectee: Longs, infector: Longs, weight: Weights, known: Flags) -> Flags:
    """Which candidates make the most likely tree. Established links in a circle lose one link to nobody known."""
    here = known & (infector >= 0)
    source = np.concatenate([np.where(infector < 0, size, infector), np.full(int(here.sum()), size)])
    target = np.concatenate([infectee, infectee[here]])
    value = np.concatenate([np.maximum(weight, _NEVER), np.full(int(here.sum()), _NEVER)])
    taken = tree.most_likely(size, source, target, value)
    found = np.zeros(len(weight), dtype=bool)
    found[taken[taken < len(weight)]] = True
    return found
