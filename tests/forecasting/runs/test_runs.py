"""A run of the register: made once, the same however often, interrupted or not; sealed, and a change is found."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from lachan.access.actors import Actor
from lachan.forecasting import checks, operations, queries, sealing
from lachan.forecasting.facts import BEDS, LEVELS, REGISTER, CannotSay, Published, Status
from lachan.forecasting.models import Forecast, Part, Run
from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.places.rules import COUNTRY_ID

from .conftest import AS_OF, Made, at

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("runs")]


def test_a_day_is_published_with_everything_it_says(made: Made, minister: Actor) -> None:
    assert made.run.status is Status.PUBLISHED, made.run
    assert len(made.run.seal) == 64
    nation = queries.latest(minister, COUNTRY_ID)
    assert isinstance(nation, Published)
    assert [entry.target_end for entry in nation.horizons] == [AS_OF + timedelta(days=7 * h) for h in (1, 2, 3, 4)]
    for entry in nation.horizons:
        assert len(entry.quantiles) == len(entry.baseline) == len(LEVELS)
        assert list(entry.quantiles) == sorted(entry.quantiles)
        assert entry.quantiles[0] >= 0
    assert nation.history[-1][0] == AS_OF
    assert abs(sum(nation.weights.values()) - 1) < 0.01
    last = nation.history[-1][1]
    assert last is not None
    assert last / 4 < nation.horizons[0].band.q50 < last * 4


def test_a_commune_has_its_share_of_the_province_or_an_honest_word(made: Made, minister: Actor) -> None:
    busy = queries.latest(minister, made.world.busy[0])
    province = queries.latest(minister, made.world.provinces[0])
    assert isinstance(busy, Published)
    assert isinstance(province, Published)
    assert busy.notes == ("share_of_province",)
    # nearly all cases of the province are of this commune
    assert busy.horizons[0].band.q50 == pytest.approx(province.horizons[0].band.q50, rel=0.25)
    assert queries.latest(minister, made.world.quiet[0]) == CannotSay("too_few")


def test_beds_are_worked_out_of_nation_and_provinces_with_what_they_rest_on(made: Made, minister: Actor) -> None:
    """This register knows no admissions: from cases, wide, and said so."""
    found = {name: queries.latest(minister, COUNTRY_ID, name) for name in ("cases", *BEDS)}
    cases, in_bed, icu, oxygen = found.values()
    assert isinstance(cases, Published)
    assert isinstance(in_bed, Published)
    assert isinstance(icu, Published)
    assert isinstance(oxygen, Published)
    assert in_bed.notes == ("beds_from_cases", "beds_not_recorded")
    assert [entry.target_end for entry in in_bed.horizons] == [entry.target_end for entry in cases.horizons]
    assert 0 < icu.horizons[1].band.q50 < in_bed.horizons[1].band.q50 < 2 * cases.horizons[1].band.q95
    assert oxygen.horizons[1].band.q50 > 0
    assert in_bed.assumed["from"] == "cases"
    assert all(row["source"] and row["said"] for row in in_bed.assumed["assumptions"])
    assert queries.latest(minister, made.world.busy[0], "beds") == CannotSay("by_province")
    assert queries.nowcast(minister, COUNTRY_ID, "beds") == CannotSay("worked_out")


def test_rt_and_nowcast_say_what_they_know(made: Made, minister: Actor) -> None:
    rt = queries.rt(minister, COUNTRY_ID)
    assert not isinstance(rt, CannotSay)
    assert rt.now is not None
    assert rt.now.low is not None
    assert rt.now.low < 3.0
    nowcast = queries.nowcast(minister, COUNTRY_ID)
    assert not isinstance(nowcast, CannotSay)
    reported = dict(nowcast.reported)
    last = nowcast.bands[-1]
    known = reported[last.day]
    assert known is not None
    assert last.q95 >= last.q50 >= known, "of the last day most reports are still to come"
    assert last.q50 > 1.3 * known
    assert queries.rt(minister, made.world.busy[0]) == CannotSay("by_province")


def test_the_same_run_is_answered_and_not_made_again(made: Made) -> None:
    parts = {part.part: part.done_at for part in Part.objects.filter(run_id=made.run.id)}
    assert operations.run(REGISTER, AS_OF, now=at(AS_OF + timedelta(days=1))) == made.run
    assert {part.part: part.done_at for part in Part.objects.filter(run_id=made.run.id)} == parts


def test_a_run_cut_in_the_middle_goes_on_and_makes_the_same_seal(undone: Made) -> None:
    Run.objects.filter(id=undone.run.id).update(status="running", seal="", card=None, made_at=None, published_at=None)
    Part.objects.filter(run_id=undone.run.id).exclude(part__in=["inputs", "rt", "nowcast:cases"]).delete()
    Forecast.objects.filter(run_id=undone.run.id).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM forecasting_raised")
    told: list[str] = []

    def stop(part: str, done: int, of: int) -> None:
        told.append(part)
        if part == "alarms" and len(told) < 6:
            raise KeyError("the power fails")

    with pytest.raises(KeyError):
        operations.run(REGISTER, AS_OF, now=at(AS_OF), say=stop)
    assert Run.objects.get(id=undone.run.id).status == "failed"
    assert operations.run(REGISTER, AS_OF, now=at(AS_OF)).seal == undone.run.seal


def test_a_run_thrown_away_makes_the_same_seal_again(undone: Made) -> None:
    Run.objects.filter(id=undone.run.id).update(status="blocked", inputs="of other data")
    again = operations.run(REGISTER, AS_OF, now=at(AS_OF + timedelta(days=3)))
    assert again.id == undone.run.id
    assert again.seal == undone.run.seal


def test_untouched_everything_is_as_sealed(made: Made) -> None:
    assert [finding for finding in checks.check_all() if not finding.good] == []


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE forecasting_forecast SET quantiles[12] = quantiles[12] + 0.001 WHERE horizon = 2 AND area_id = 1",
        "UPDATE forecasting_forecast SET baseline[1] = 0 WHERE horizon = 1 AND area_id = 1",
        "UPDATE forecasting_input SET values[3] = NULL WHERE area_id = 1",
        "UPDATE forecasting_nowcast SET reporter = 'silent' WHERE area_id = 1",
        "UPDATE forecasting_rt SET high[40] = 9 WHERE area_id = 1",
        "DELETE FROM forecasting_raised WHERE strength > 0",
        """UPDATE forecasting_run SET card = jsonb_set(card, '{lag_days}', '9')""",
        "UPDATE forecasting_run SET as_of = as_of - 1",
        "DELETE FROM forecasting_run",
    ],
)
def test_whatever_is_changed_afterwards_is_found(undone: Made, tampering: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(tampering)
        assert cursor.rowcount > 0
    assert any(not finding.good for finding in checks.check_all())


def test_a_seal_made_anew_does_not_match_the_journal(undone: Made) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE forecasting_forecast SET quantiles[23] = 1e6 WHERE area_id = 1")
    with hot_cursor() as cursor:
        Run.objects.update(seal=sealing.seal_of(cursor, undone.run.id))
    wrong = [finding.name for finding in checks.check_all() if not finding.good]
    assert wrong == ["published forecasts in the journal"]


def test_the_journal_says_what_was_published(made: Made) -> None:
    [entry] = journal.history(made.run.id)
    assert entry.verb == "forecast.published"
    assert entry.body["seal"] == made.run.seal


def test_the_card_says_what_went_in(made: Made, minister: Actor) -> None:
    card = queries.card(minister, made.run.id).data
    assert card["inputs"]["cases"]["last_week"] == AS_OF.isoformat()
    assert 0.5 < card["inputs"]["cases"]["revised"]["median"] < 1.0, "the last days of a week come late"
    assert card["delays"]["cases"]["shifted"] is False
    assert card["excluded"] == []
    assert card["blocked"] is None
    assert card["inputs_sha256"] == made.run.inputs
