"""The laboratory's verbs: what is asked, taken, put together, found, and found to be wrong."""

from __future__ import annotations

from typing import Final

from lachan.immunization.verbs.base import Verb
from lachan.surveillance.laboratory import bodies, corrections, results, samples

VERBS: Final[dict[str, Verb]] = {
    "order.place": Verb(120, bodies.OrderIn, samples.place_orders, False),
    "sample.take": Verb(122, bodies.SampleIn, samples.take_samples, True),
    "sample.pool": Verb(124, bodies.PoolIn, samples.pool_samples, True),
    "result.record": Verb(126, bodies.ResultIn, results.record_results, True),
    "result.correct": Verb(128, bodies.CorrectIn, corrections.correct_results, False),
    "result.withdraw": Verb(129, bodies.WithdrawIn, corrections.withdraw_results, False),
}
