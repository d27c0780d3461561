-- name: effectiveness_patience
-- These statements read the whole register, at night.
SET LOCAL statement_timeout = '1h'

-- name: effectiveness_memory
-- And sort it in memory where it can be had.
SET LOCAL work_mem = '256MB'

-- name: effectiveness_tests
-- Test-negative design: people tested by week, age band, place and vaccination state on the day of the sample. Of each
-- person the first infection ever, and of each thirteen weeks one negative test, drawn by the test's id: the earliest
-- would be taken oftener before a dose than after it. Negative tests of the three weeks before the infection belong to
-- it. kind: positive, negative, before (infected earlier than 90 days ago), unlinked (nobody knows who it is).
WITH told AS (
    SELECT e.person_id, e.fact_id, e.measure, e.day, e.area_id, e.age_band,
           bool_or(e.measure = 'positives') OVER (PARTITION BY e.person_id, e.fact_id) AS positive,
           min(e.day) FILTER (WHERE e.measure IN ('positives', 'cases', 'probable')) OVER person AS ill_on,
           min(e.day) FILTER (WHERE e.measure = 'positives') OVER person AS positive_on,
           array_agg(e.day) FILTER (WHERE e.measure IN ('severe', 'deaths')) OVER person AS grave_on
    FROM analytics_knownentry e
    WHERE e.disease = %(disease)s AND e.since < %(known)s AND (e.until IS NULL OR e.until >= %(known)s)
      AND (e.measure IN ('severe', 'deaths')
           OR (e.measure IN ('positives', 'cases', 'probable') AND e.day <= %(until)s::date)
           OR (e.measure = 'tests' AND e.day BETWEEN %(since)s::date AND %(until)s::date))
    WINDOW person AS (PARTITION BY e.person_id)
), test AS (
    SELECT t.person_id, t.fact_id, t.day, t.area_id, t.age_band,
           CASE WHEN p.sure IS NOT TRUE THEN 'unlinked'
                WHEN t.positive AND t.day = t.positive_on AND t.ill_on >= t.day - 14 THEN 'positive'
                WHEN NOT t.positive AND (t.ill_on IS NULL OR t.day < t.ill_on - 21) THEN 'negative'
                WHEN t.day > t.ill_on + 90 THEN 'before' END AS kind,
           EXISTS (SELECT FROM unnest(t.grave_on) AS g (day) WHERE g.day BETWEEN t.ill_on - 7 AND t.ill_on + 60) AS grave
    FROM told t LEFT JOIN people_followedperson p USING (person_id)
    WHERE t.measure = 'tests'
), counted AS (
    SELECT DISTINCT ON (person_id, kind, (day - %(since)s::date) / 91) *
    FROM test WHERE kind IS NOT NULL
    ORDER BY person_id, kind, (day - %(since)s::date) / 91, md5(fact_id::text)
), course AS (
    SELECT c.person_id, c.fact_id, c.kind, c.day, c.area_id, c.age_band, c.grave, min(d.given_on) AS first_on,
           max(d.given_on) AS latest_on, max(d.dose_number) AS latest,
           min(d.dose_number) FILTER (WHERE d.completes) AS completed
    FROM counted c
    LEFT JOIN immunization_knowndose d ON d.person_id = c.person_id AND d.given_on <= c.day
        AND d.since < %(known)s AND (d.until IS NULL OR d.until >= %(known)s)
    GROUP BY 1, 2, 3, 4, 5, 6, 7
), vaccinated AS (
    SELECT c.*, CASE WHEN latest IS NULL THEN 0 WHEN completed IS NULL THEN 1 WHEN latest > completed THEN 3 ELSE 2
                END AS step,
           day - CASE WHEN completed IS NULL THEN first_on ELSE latest_on END AS ago
    FROM course c
)
SELECT v.kind, (v.day - %(since)s::date) / 7 AS week, width_bucket(v.age_band, %(ages)s::int[]) AS age, place.col,
       state.at, count(*), count(*) FILTER (WHERE v.grave)
FROM vaccinated v
LEFT JOIN places_areaprovince a ON a.area_id = v.area_id
JOIN unnest(%(stored)s::int[], %(cols)s::int[]) AS place (province_id, col)
    ON place.province_id = coalesce(a.province_id, 0)
JOIN unnest(%(steps)s::int[], %(froms)s::int[], %(tos)s::int[], %(ats)s::int[]) AS state (step, since, until, at)
    ON state.step = v.step AND (v.step = 0 OR (v.ago >= state.since AND (state.until IS NULL OR v.ago < state.until)))
GROUP BY 1, 2, 3, 4, 5

-- name: effectiveness_cohort
-- Cohort: everybody the register knew before, each day in the state, age band and place of that day, until infection,
-- death or the end. Written as what changes on a day, so that a person is a few rows, however long the time: people
-- who come into the cell less those who leave it, cases, severe ones, those who begin, those infected before.
WITH ill AS (
    SELECT e.person_id, min(e.day) FILTER (WHERE e.measure IN ('positives', 'cases', 'probable')) AS ill_on,
           array_agg(e.day) FILTER (WHERE e.measure IN ('severe', 'deaths')) AS grave_on
    FROM analytics_knownentry e
    WHERE e.disease = %(disease)s AND e.since < %(known)s AND (e.until IS NULL OR e.until >= %(known)s)
      AND (e.measure IN ('severe', 'deaths')
           OR (e.measure IN ('positives', 'cases', 'probable') AND e.day <= %(until)s::date))
    GROUP BY 1
), met AS (
    -- from the day after the register knew them: who was entered because of a test would begin as a case
    SELECT p.person_id, p.birth_date, p.died_on, place.col, i.ill_on, i.grave_on,
           greatest(%(since)s::date, p.known_on + 1, p.residence_since, p.birth_date) AS begins
    FROM people_followedperson p
    LEFT JOIN places_areaprovince a ON a.area_id = p.residence_id
    JOIN unnest(%(stored)s::int[], %(cols)s::int[]) AS place (province_id, col)
        ON place.province_id = coalesce(a.province_id, 0)
    LEFT JOIN ill i USING (person_id)
    WHERE p.sure
), followed AS MATERIALIZED (  -- what follows would work its columns out again for every spell
    SELECT m.*, coalesce(m.ill_on < m.begins, false) AS before,
           CASE WHEN m.ill_on < m.begins THEN m.begins + 1
                ELSE least(%(until)s::date + 1, m.died_on + 1, m.ill_on + 1) END AS ends
    FROM met m
    WHERE m.begins <= least(%(until)s::date, m.died_on)
), aged AS MATERIALIZED (
    SELECT f.*, span.age, span.opens, span.closes
    FROM followed f
    CROSS JOIN LATERAL (
        SELECT CASE WHEN f.birth_date IS NULL THEN 0
                    ELSE width_bucket(extract(year FROM age(f.begins, f.birth_date))::int, %(ages)s::int[]) END AS age
    ) AS band
    -- born on 29 February one turns older on 1 March of a common year
    CROSS JOIN LATERAL (
        SELECT f.birth_date + make_interval(years => (%(ages)s::int[])[band.age + 1]) AS birthday
    ) AS next
    CROSS JOIN LATERAL (
        SELECT next.birthday::date + (extract(day FROM next.birthday) <> extract(day FROM f.birth_date))::int AS day
    ) AS turn
    CROSS JOIN LATERAL (VALUES (band.age, f.begins, least(f.ends, turn.day)), (band.age + 1, turn.day, f.ends)
    ) AS span (age, opens, closes)
    WHERE span.opens < span.closes
), dose AS (
    SELECT d.person_id, d.given_on, lead(d.given_on) OVER course AS next_on,
           min(d.given_on) OVER course AS first_on, max(d.dose_number) OVER course AS latest,
           min(d.dose_number) FILTER (WHERE d.completes) OVER course AS completed, row_number() OVER course AS nth
    FROM immunization_knowndose d
    WHERE d.given_on <= %(until)s::date AND d.since < %(known)s AND (d.until IS NULL OR d.until >= %(known)s)
    WINDOW course AS (PARTITION BY d.person_id ORDER BY d.given_on, d.dose_number)
), step AS (
    SELECT person_id, given_on, next_on,
           CASE WHEN completed IS NULL THEN 1 WHEN latest > completed THEN 3 ELSE 2 END AS step,
           CASE WHEN completed IS NULL THEN first_on ELSE given_on END AS counted_from
    FROM dose
), spell AS (
    SELECT person_id, 0 AS at, NULL::date AS opens, first_on AS closes FROM dose WHERE nth = 1
    UNION ALL
    SELECT s.person_id, state.at, greatest(s.given_on, s.counted_from + state.since),
           least(s.next_on, s.counted_from + state.until)
    FROM step s
    JOIN unnest(%(steps)s::int[], %(froms)s::int[], %(tos)s::int[], %(ats)s::int[]) AS state (step, since, until, at)
        ON state.step = s.step
        AND greatest(s.given_on, s.counted_from + state.since)
            < coalesce(least(s.next_on, s.counted_from + state.until), 'infinity')
), piece AS MATERIALIZED (
    SELECT a.col, a.age, coalesce(s.at, 0) AS at, a.begins, a.ill_on, a.before,
           EXISTS (SELECT FROM unnest(a.grave_on) AS g (day) WHERE g.day BETWEEN a.ill_on - 7 AND a.ill_on + 60) AS grave,
           greatest(a.opens, s.opens) AS opens, least(a.closes, s.closes) AS closes
    FROM aged a LEFT JOIN spell s USING (person_id)
)
SELECT x.day - %(since)s::date, p.age, p.col, p.at, sum(x.people), sum(x.cases), sum(x.grave), sum(x.began),
       sum(x.before)
FROM piece p
CROSS JOIN LATERAL (VALUES
    (p.opens, (NOT p.before)::int, 0, 0, (NOT p.before AND p.opens = p.begins)::int,
     (p.before AND p.opens = p.begins)::int),
    (p.closes, -(NOT p.before)::int, 0, 0, 0, 0),
    (CASE WHEN NOT p.before AND p.closes = p.ill_on + 1 THEN p.ill_on END, 0, 1, p.grave::int, 0, 0)
) AS x (day, people, cases, grave, began, before)
WHERE p.opens < p.closes AND x.day IS NOT NULL
GROUP BY 1, 2, 3, 4

-- name: keep_effectiveness
-- Estimates of places; made again they replace themselves.
INSERT INTO forecasting_effectiveness (area_id, disease, design, outcome, as_of, since, until, made_at, engine, inputs,
    states, events, trials, estimates, lows, highs, ways, unsaid, biases, dispersion, waning)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s)
ON CONFLICT (area_id, disease, design, outcome, as_of) DO UPDATE SET
    since = excluded.since, until = excluded.until, made_at = excluded.made_at, engine = excluded.engine,
    inputs = excluded.inputs, states = excluded.states, events = excluded.events, trials = excluded.trials,
    estimates = excluded.estimates, lows = excluded.lows, highs = excluded.highs, ways = excluded.ways,
    unsaid = excluded.unsaid, biases = excluded.biases, dispersion = excluded.dispersion, waning = excluded.waning

-- name: effectiveness_of
-- The latest estimates of places up to a day, all of one day of knowledge.
SELECT area_id, design, as_of, since, until, made_at, engine, inputs, states, events, trials, estimates, lows, highs,
       ways, unsaid, biases::text, dispersion, waning
FROM forecasting_effectiveness
WHERE area_id = ANY (%(areas)s) AND disease = %(disease)s AND outcome = %(outcome)s AND as_of = (
    SELECT max(as_of) FROM forecasting_effectiveness
    WHERE area_id = ANY (%(areas)s) AND disease = %(disease)s AND (%(until)s::date IS NULL OR as_of <= %(until)s::date))
ORDER BY area_id, design DESC

-- name: effectiveness_days
-- The days on which estimates of a place were made, the latest first.
SELECT DISTINCT as_of FROM forecasting_effectiveness WHERE area_id = %s AND disease = %s ORDER BY as_of DESC LIMIT %s

-- name: effectiveness_made
-- Whether there are estimates of a place, made of what was known on a day.
SELECT EXISTS (SELECT FROM forecasting_effectiveness WHERE area_id = %s AND disease = %s AND as_of = %s)
