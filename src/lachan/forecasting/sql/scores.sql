-- name: forecasts_due
-- Published forecasts of weeks that are over, of some runs.
SELECT f.area_id, f.run_id, f.disease, f.measure, f.horizon, f.target_end, f.quantiles, f.baseline
FROM forecasting_forecast f
WHERE f.run_id = ANY (%s) AND f.target_end BETWEEN %s AND %s
ORDER BY f.run_id, f.area_id

-- name: truth_of_run
-- The weekly series a run was made from: what is known now of the weeks before.
SELECT area_id, disease, measure, ends_on, values FROM forecasting_input WHERE run_id = %s

-- name: write_scores
-- Scores; one whose truth was corrected since is scored again.
INSERT INTO forecasting_score (area_id, run_id, disease, measure, horizon, target_end, truth, truth_as_of, wis,
    wis_base, covered50, covered90)
SELECT * FROM unnest(%s::int[], %s::uuid[], %s::text[], %s::text[], %s::smallint[], %s::date[], %s::float8[],
    %s::date[], %s::float8[], %s::float8[], %s::bool[], %s::bool[])
ON CONFLICT (area_id, run_id, disease, measure, horizon) DO UPDATE
SET truth = excluded.truth, truth_as_of = excluded.truth_as_of, wis = excluded.wis, wis_base = excluded.wis_base,
    covered50 = excluded.covered50, covered90 = excluded.covered90
WHERE forecasting_score.truth <> excluded.truth AND forecasting_score.truth_as_of <= excluded.truth_as_of

-- name: take_scores_back
-- Scores of weeks that are no truth any more, of some runs.
DELETE FROM forecasting_score s
USING unnest(%s::int[], %s::text[], %s::text[], %s::date[]) AS gone (area_id, disease, measure, target_end)
WHERE s.run_id = ANY (%s) AND s.truth_as_of <= %s AND s.area_id = gone.area_id AND s.disease = gone.disease
    AND s.measure = gone.measure AND s.target_end = gone.target_end

-- name: past_coverage
-- By measure and horizon, of the nation and its provinces: how forecasts of earlier runs did.
SELECT s.disease, s.measure, s.horizon, count(*), count(*) FILTER (WHERE s.covered50),
    count(*) FILTER (WHERE s.covered90), sum(s.wis), sum(s.wis_base)
FROM forecasting_score s
WHERE s.run_id = ANY (%s) AND s.area_id = ANY (%s) AND s.target_end <= %s
GROUP BY s.disease, s.measure, s.horizon
ORDER BY s.disease COLLATE "C", s.measure COLLATE "C", s.horizon
