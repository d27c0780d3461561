-- name: one_epidemic_writer
-- Runs one after another: each holds this lock to the end of its transaction ("epid" in bytes).
SELECT pg_advisory_xact_lock(x'65706964'::bigint)

-- name: epidemic_desk_people
-- Where a run lays the people it counts again, with the moment of the latest fact about each.
CREATE TEMP TABLE IF NOT EXISTS stage_epidemic_touched (person_id uuid PRIMARY KEY, at timestamptz NOT NULL)
ON COMMIT DELETE ROWS

-- name: epidemic_desk_facts
-- And everything that counts of them, by the time it was known in.
CREATE TEMP TABLE IF NOT EXISTS stage_epidemic_new (
    person_id uuid, fact_id uuid, measure text, weight smallint, disease text, day date, area_id int, age_band smallint,
    sex char(1), vaccinated smallint, since timestamptz, until timestamptz) ON COMMIT DELETE ROWS

-- name: epidemic_clear_people
-- Before the next portion.
DELETE FROM stage_epidemic_touched

-- name: epidemic_clear_facts
-- The same.
DELETE FROM stage_epidemic_new

-- name: epidemic_touch
-- The people of this portion.
INSERT INTO stage_epidemic_touched SELECT * FROM unnest(%s::uuid[], %s::timestamptz[])

-- name: epidemic_know_people
-- The planner learns how many: of a temporary table nobody else tells it.
ANALYZE stage_epidemic_touched

-- name: epidemic_know_facts
-- The same of what was counted.
ANALYZE stage_epidemic_new

-- name: epidemic_people_with_cases
-- Those of them whose cases are to be folded.
SELECT DISTINCT person_id FROM stage_epidemic_touched JOIN surveillance_casearea USING (person_id) ORDER BY 1

-- name: epidemic_count
-- Everything that counts of them: tests and watches from the tables, cases as folded from their histories; a positive
-- test counts twice, under one heading. Parameters: the cases (a column each), the age bands. A move that came after the
-- day leaves the fact where it was.
WITH fact AS (
    SELECT t.person_id, v.fact_id, CASE WHEN v.positive THEN '{tests,positives}'::text[] ELSE '{tests}' END AS measures,
           1::smallint AS weight, v.disease, v.day, NULL::int AS own, v.area_id AS other, v.since, v.until
    FROM stage_epidemic_touched t JOIN surveillance_countedtest v USING (person_id)
    UNION ALL
    SELECT t.person_id, w.fact_id, '{contacts}', 1::smallint, w.disease, w.day, w.area_id, NULL, w.since, w.until
    FROM stage_epidemic_touched t JOIN tracing_countedwatch w USING (person_id)
    UNION ALL
    SELECT person_id, fact_id, ARRAY[measure], weight, disease, day, area_id, NULL, since, until
    FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::smallint[], %s::text[], %s::date[], %s::int[],
                %s::timestamptz[], %s::timestamptz[])
         AS told (person_id, fact_id, measure, weight, disease, day, area_id, since, until)
)
INSERT INTO stage_epidemic_new
SELECT f.person_id, f.fact_id, m.measure, f.weight, f.disease, f.day,
       coalesce(f.own, kept.area_id, p.residence_id, f.other, 0),
       CASE WHEN p.birth_date IS NULL OR p.birth_date > f.day THEN -1
            ELSE (bands.lower)[width_bucket(extract(year FROM age(f.day, p.birth_date))::int, bands.lower)] END,
       coalesce(p.sex, 'U'),
       CASE WHEN d.doses = 0 THEN 0 WHEN d.completed IS NULL THEN 1 WHEN d.latest > d.completed THEN 3 ELSE 2 END,
       f.since, f.until
FROM fact f
CROSS JOIN (SELECT %s::int[] AS lower) AS bands
LEFT JOIN people_countedperson p ON p.person_id = f.person_id
CROSS JOIN LATERAL (
    SELECT count(*) AS doses, min(dose_number) FILTER (WHERE completes) AS completed, max(dose_number) AS latest
    FROM immunization_counteddose d WHERE d.person_id = f.person_id AND d.given_on <= f.day - 14) AS d
CROSS JOIN LATERAL unnest(f.measures) AS m (measure)
LEFT JOIN LATERAL (
    SELECT e.area_id FROM analytics_epidemicentry e
    WHERE e.person_id = f.person_id AND e.fact_id = f.fact_id AND e.measure = m.measure AND e.weight = f.weight
      AND p.residence_since > f.day
    ORDER BY e.since DESC LIMIT 1) AS kept ON true
WHERE f.until IS NULL OR f.until > f.since

-- name: epidemic_apply
-- What is no longer so is closed, what is new is opened, and both become changes. A past that was counted stays: an
-- entry closes at the moment the facts give, else (where somebody lives, who somebody is) at that of the latest fact.
-- Ids are hashes of the statement and the row: random ones ask the kernel each, which at a million costs half a minute.
-- Changes are written in the order of their index, so that each of its pages is touched once.
WITH old AS (
    SELECT e.* FROM stage_epidemic_touched t JOIN analytics_epidemicentry e USING (person_id)
), standing AS (
    SELECT person_id, fact_id, measure, weight, max(coalesce(until, since)) AS fixed,
           max(since) FILTER (WHERE until IS NULL) AS open_since
    FROM old GROUP BY 1, 2, 3, 4
), final AS (
    SELECT DISTINCT ON (person_id, fact_id, measure, weight) * FROM stage_epidemic_new
    ORDER BY person_id, fact_id, measure, weight, since DESC
), moment AS (
    SELECT person_id, fact_id, measure, weight, since AS at FROM stage_epidemic_new
    UNION ALL
    SELECT person_id, fact_id, measure, weight, until FROM stage_epidemic_new WHERE until IS NOT NULL
), bound AS (
    SELECT e.person_id, e.id, min(m.at) AS at
    FROM old e JOIN moment m USING (person_id, fact_id, measure, weight)
    WHERE e.until IS NULL AND m.at > e.since GROUP BY 1, 2
), closing AS (
    SELECT e.person_id, e.id, e.fact_id, e.measure, e.weight, coalesce(b.at, greatest(t.at, e.since)) AS until
    FROM old e
    JOIN stage_epidemic_touched t USING (person_id)
    LEFT JOIN bound b ON b.person_id = e.person_id AND b.id = e.id
    LEFT JOIN final f ON f.person_id = e.person_id AND f.fact_id = e.fact_id AND f.measure = e.measure
        AND f.weight = e.weight
    WHERE e.until IS NULL AND (b.at IS NOT NULL OR f.fact_id IS NULL OR f.until IS NOT NULL
        OR (f.day, f.area_id, f.age_band, f.sex, f.vaccinated) <> (e.day, e.area_id, e.age_band, e.sex, e.vaccinated))
), opening AS (
    SELECT n.* FROM stage_epidemic_new n LEFT JOIN standing s USING (person_id, fact_id, measure, weight)
    WHERE s.fixed IS NULL OR (s.open_since IS NOT NULL AND n.since > s.open_since)
       OR (s.open_since IS NULL AND n.since >= s.fixed)
    UNION ALL
    SELECT f.person_id, f.fact_id, f.measure, f.weight, f.disease, f.day, f.area_id, f.age_band, f.sex, f.vaccinated,
           greatest(t.at, s.fixed), NULL
    FROM final f
    JOIN standing s USING (person_id, fact_id, measure, weight)
    JOIN stage_epidemic_touched t USING (person_id)
    LEFT JOIN closing c USING (person_id, fact_id, measure, weight)
    WHERE f.until IS NULL AND CASE WHEN s.open_since IS NULL THEN f.since < s.fixed
                                   ELSE f.since <= s.open_since AND c.id IS NOT NULL END
), closed AS (
    UPDATE analytics_epidemicentry e SET until = c.until FROM closing c
    WHERE e.person_id = c.person_id AND e.id = c.id
    RETURNING e.*
), opened AS (
    INSERT INTO analytics_epidemicentry (person_id, id, fact_id, measure, weight, disease, day, area_id, age_band, sex,
                                         vaccinated, since, until)
    SELECT person_id,
           md5(concat_ws('|', pg_current_xact_id(), statement_timestamp(), row_number() OVER ()))::uuid,
           fact_id, measure, weight, disease, day, area_id, age_band, sex, vaccinated, since, until
    FROM opening
    RETURNING *
), delta AS (
    SELECT (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS recorded_on, day, area_id, disease, measure, age_band, sex,
           vaccinated, sum(weight)::int AS delta
    FROM (
        SELECT since AS at, day, area_id, disease, measure, age_band, sex, vaccinated, weight FROM opened
        UNION ALL
        SELECT until, day, area_id, disease, measure, age_band, sex, vaccinated, -weight FROM opened
        WHERE until IS NOT NULL
        UNION ALL
        SELECT until, day, area_id, disease, measure, age_band, sex, vaccinated, -weight FROM closed) AS moves
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING sum(weight) <> 0
)
INSERT INTO analytics_epidemicchange (recorded_on, day, area_id, disease, measure, age_band, sex, vaccinated, delta)
SELECT * FROM delta ORDER BY disease, measure, area_id, day

-- name: epidemic_sum
-- The changes after an id, added to their sums. One statement; the tables are local.
WITH added AS (
    SELECT c.*, coalesce(a.province_id, 0) AS province_id
    FROM analytics_epidemicchange c LEFT JOIN places_areaprovince a USING (area_id)
    WHERE c.id > %s
), days AS (
    INSERT INTO analytics_epidemicday AS s (disease, measure, area_id, day, value)
    SELECT disease, measure, area_id, day, sum(delta) FROM added GROUP BY 1, 2, 3, 4
    ON CONFLICT (disease, measure, area_id, day) DO UPDATE SET value = s.value + EXCLUDED.value
), vintages AS (
    INSERT INTO analytics_epidemicprovincechange AS s (disease, measure, province_id, day, recorded_on, delta)
    SELECT disease, measure, province_id, day, recorded_on, sum(delta) FROM added GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT (disease, measure, province_id, day, recorded_on) DO UPDATE SET delta = s.delta + EXCLUDED.delta
), provinces AS (
    INSERT INTO analytics_epidemicprovinceday AS s (disease, measure, province_id, day, value)
    SELECT disease, measure, province_id, day, sum(delta) FROM added GROUP BY 1, 2, 3, 4
    ON CONFLICT (disease, measure, province_id, day) DO UPDATE SET value = s.value + EXCLUDED.value
), stocks AS (  -- who is in hospital (definitions.STOCKS), by the month a change was both known and there
    INSERT INTO analytics_epidemicstock AS s (disease, measure, wide, place_id, month, value)
    SELECT disease, measure, wide, CASE WHEN wide THEN province_id ELSE area_id END,
           date_trunc('month', greatest(day, recorded_on))::date, sum(delta)
    FROM added CROSS JOIN (VALUES (false), (true)) AS both_kinds (wide)
    WHERE measure = 'in_hospital' GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT (disease, measure, wide, place_id, month) DO UPDATE SET value = s.value + EXCLUDED.value
), reports AS (  -- where it grows: after sixty days nobody calls it news (reported.py)
    INSERT INTO analytics_epidemicreport AS s (disease, measure, recorded_on, area_id, value)
    SELECT disease, measure, recorded_on, area_id, sum(delta) FROM added
    WHERE measure IN ('cases', 'deaths') AND recorded_on - day <= 60 GROUP BY 1, 2, 3, 4
    ON CONFLICT (disease, measure, recorded_on, area_id) DO UPDATE SET value = s.value + EXCLUDED.value
)
INSERT INTO analytics_epidemicage AS s (disease, measure, province_id, day, age_band, sex, vaccinated, value)
SELECT disease, measure, province_id, day, age_band, sex, vaccinated, sum(delta) FROM added
GROUP BY 1, 2, 3, 4, 5, 6, 7
ON CONFLICT (disease, measure, province_id, day, age_band, sex, vaccinated) DO UPDATE SET value = s.value + EXCLUDED.value

-- name: epidemic_last_change
-- The id of the latest change.
SELECT coalesce(max(id), 0) FROM analytics_epidemicchange

-- name: epidemic_people
-- The next people of whom something counts.
SELECT person_id FROM (
    SELECT person_id FROM surveillance_countedtest WHERE person_id > %(after)s
    UNION SELECT person_id FROM surveillance_casearea WHERE person_id > %(after)s
    UNION SELECT person_id FROM tracing_countedwatch WHERE person_id > %(after)s
    UNION SELECT person_id FROM analytics_epidemicentry WHERE person_id > %(after)s) AS found
ORDER BY person_id LIMIT %(most)s

-- name: epidemic_clear
-- Before the changes are written again from the entries.
TRUNCATE analytics_epidemicchange, analytics_epidemicday, analytics_epidemicprovincechange,
         analytics_epidemicprovinceday, analytics_epidemicage, analytics_epidemicreport, analytics_epidemicstock

-- name: epidemic_forget
-- And the entries themselves: what registers have overwritten is lost with them.
TRUNCATE analytics_epidemicentry

-- name: epidemic_replay
-- Every change from the entries.
INSERT INTO analytics_epidemicchange (recorded_on, day, area_id, disease, measure, age_band, sex, vaccinated, delta)
SELECT (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, day, area_id, disease, measure, age_band, sex, vaccinated, sum(weight)
FROM (
    SELECT since AS at, day, area_id, disease, measure, age_band, sex, vaccinated, weight FROM analytics_epidemicentry
    UNION ALL
    SELECT until, day, area_id, disease, measure, age_band, sex, vaccinated, -weight FROM analytics_epidemicentry
    WHERE until IS NOT NULL) AS moves
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING sum(weight) <> 0

-- name: epidemic_state
-- Up to when the figures are complete.
SELECT as_of FROM analytics_epidemicstate WHERE id = 1

-- name: keep_epidemic_state
-- The same, after a run.
INSERT INTO analytics_epidemicstate (id, as_of) VALUES (1, %s) ON CONFLICT (id) DO UPDATE SET as_of = EXCLUDED.as_of

-- name: epidemic_series
-- Columns of places, communes or (wide) provinces: each day and its count packed (int4 days since the first, int8), one
-- row a measure and column. Of a stock everything before the first day lies on the day before it: whole months from
-- their sums, then change by change (the index on those knows in_hospital alone). Which tables are asked are constants of
-- the view's branches: the planner keeps one.
SELECT found.col, found.measure, string_agg(int4send(found.day) || int8send(found.value), ''::bytea)
FROM (
    SELECT col, measure, day, sum(value) AS value FROM (
        SELECT place.col, s.measure, s.day - %(since)s::date AS day, s.value
        FROM unnest(%(stored)s::int[], %(cols)s::int[]) AS place (place_id, col)
        JOIN analytics_epidemicknown s USING (place_id)
        WHERE s.wide = %(wide)s AND s.dated = %(dated)s AND s.recorded_on <= %(known)s::date
          AND s.disease = %(disease)s AND s.measure = ANY(%(counts)s::text[])
          AND s.day BETWEEN %(since)s::date AND %(until)s::date
        UNION ALL
        SELECT place.col, s.measure, -1, s.value
        FROM unnest(%(stored)s::int[], %(cols)s::int[]) AS place (place_id, col)
        JOIN analytics_epidemicstock s USING (place_id)
        WHERE s.wide = %(wide)s AND s.disease = %(disease)s AND s.measure = ANY(%(stocks)s::text[])
          AND s.month < date_trunc('month', least(%(since)s::date, %(known)s::date))::date
        UNION ALL
        SELECT place.col, s.measure, greatest(s.day - %(since)s::date, -1), s.value
        FROM unnest(%(stored)s::int[], %(cols)s::int[]) AS place (place_id, col)
        JOIN analytics_epidemicknown s USING (place_id)
        WHERE 'in_hospital' = ANY(%(stocks)s::text[]) AND s.wide = %(wide)s AND s.dated AND s.disease = %(disease)s
          AND s.measure = 'in_hospital'
          AND greatest(s.day, s.recorded_on) >= date_trunc('month', least(%(since)s::date, %(known)s::date))::date
          AND s.recorded_on <= %(known)s::date AND s.day <= %(until)s::date) AS part
    GROUP BY 1, 2, 3) AS found
GROUP BY 1, 2

-- name: epidemic_triangle
-- What became known of each day after how many days, by column, packed (int4 day, int4 delay, int8 count).
SELECT found.col, string_agg(int4send(found.day) || int4send(found.delay) || int8send(found.value), ''::bytea)
FROM (
    SELECT place.col, s.day - %(since)s::date AS day, greatest(s.recorded_on - s.day, 0) AS delay, sum(s.value) AS value
    FROM unnest(%(stored)s::int[], %(cols)s::int[]) AS place (place_id, col)
    JOIN analytics_epidemicknown s USING (place_id)
    WHERE s.wide = %(wide)s AND s.dated AND s.disease = %(disease)s AND s.measure = %(measure)s
      AND s.recorded_on <= %(known)s::date AND s.day BETWEEN %(since)s::date AND %(known)s::date
      AND s.recorded_on - s.day <= %(longest)s
    GROUP BY 1, 2, 3) AS found
GROUP BY 1

-- name: epidemic_ages_of_provinces
-- By age band, sex and vaccination, of provinces.
SELECT age_band, sex, vaccinated, sum(value)::bigint FROM analytics_epidemicage
WHERE province_id = ANY(%(stored)s::int[]) AND disease = %(disease)s AND measure = %(measure)s
  AND day BETWEEN %(since)s::date AND %(until)s::date
GROUP BY 1, 2, 3 HAVING sum(value) <> 0 ORDER BY 1, 2, 3

-- name: epidemic_ages_of_areas
-- The same of districts and communes, from the changes.
SELECT age_band, sex, vaccinated, sum(delta)::bigint FROM analytics_epidemicchange
WHERE area_id = ANY(%(stored)s::int[]) AND disease = %(disease)s AND measure = %(measure)s
  AND day BETWEEN %(since)s::date AND %(until)s::date
GROUP BY 1, 2, 3 HAVING sum(delta) <> 0 ORDER BY 1, 2, 3

-- name: epidemic_delays
-- Hours from the result to each step of the one line, for lists made in a time; of cases of some areas (null: all).
SELECT count(*),
       count(list_at), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM list_at - result_at) / 3600),
       count(reached_at), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM reached_at - result_at) / 3600),
       count(quarantined_at), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM quarantined_at - result_at) / 3600),
       count(tested_at), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM tested_at - result_at) / 3600)
FROM tracing_clockedlist l
WHERE l.disease = %(disease)s AND l.list_at >= %(since)s::timestamptz AND l.list_at < %(until)s::timestamptz
  AND l.result_at IS NOT NULL
  AND (%(areas)s::int[] IS NULL OR l.case_id IN (
      SELECT case_id FROM surveillance_casearea a WHERE a.area_id = ANY(%(areas)s::int[])))

-- name: epidemic_latest_day
-- The last day with tests or cases.
SELECT max(day) FROM analytics_epidemicprovinceday WHERE disease = %s AND measure IN ('tests', 'cases') AND value > 0

-- name: unequal_epidemic_people
-- Of the people on the desk: how many stand in the entries otherwise than they count now, and one of them.
WITH counted AS (
    SELECT person_id, fact_id, measure, weight, disease, day, area_id, age_band, sex, vaccinated FROM stage_epidemic_new
    WHERE until IS NULL
), kept AS (
    SELECT e.person_id, fact_id, measure, weight, disease, day, area_id, age_band, sex::char(1), vaccinated
    FROM analytics_epidemicentry e JOIN stage_epidemic_touched USING (person_id) WHERE until IS NULL
), differing AS (
    (SELECT * FROM counted EXCEPT ALL SELECT * FROM kept) UNION ALL (SELECT * FROM kept EXCEPT ALL SELECT * FROM counted)
)
SELECT count(DISTINCT person_id), min(person_id::text) FROM differing

-- name: unequal_epidemic_changes
-- Changes that are not what the entries make.
WITH moves AS (
    SELECT (since AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS recorded_on, day, area_id, disease, measure, age_band, sex,
           vaccinated, weight::int AS delta
    FROM analytics_epidemicentry
    UNION ALL
    SELECT (until AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, day, area_id, disease, measure, age_band, sex, vaccinated,
           -weight::int
    FROM analytics_epidemicentry WHERE until IS NOT NULL
    UNION ALL
    SELECT recorded_on, day, area_id, disease, measure, age_band, sex, vaccinated, -delta FROM analytics_epidemicchange
)
SELECT count(*) FROM (SELECT FROM moves GROUP BY recorded_on, day, area_id, disease, measure, age_band, sex, vaccinated
                      HAVING sum(delta) <> 0) AS unequal

-- name: unequal_epidemic_days
-- Sums by area that are not what the changes make.
SELECT count(*) FROM (
    SELECT FROM (
        SELECT disease, measure, area_id, day, delta FROM analytics_epidemicchange
        UNION ALL SELECT disease, measure, area_id, day, -value FROM analytics_epidemicday) AS both_sides
    GROUP BY disease, measure, area_id, day HAVING sum(delta) <> 0) AS unequal

-- name: unequal_epidemic_stocks
-- Stocks by month that are not what the changes make, of communes and provinces.
SELECT count(*) FROM (
    SELECT FROM (
        SELECT disease, measure, wide, CASE WHEN wide THEN coalesce(a.province_id, 0) ELSE area_id END AS place_id,
               date_trunc('month', greatest(day, recorded_on))::date AS month, delta
        FROM analytics_epidemicchange LEFT JOIN places_areaprovince a USING (area_id)
        CROSS JOIN (VALUES (false), (true)) AS both_kinds (wide)
        WHERE measure = 'in_hospital'
        UNION ALL SELECT disease, measure, wide, place_id, month, -value FROM analytics_epidemicstock) AS both_sides
    GROUP BY disease, measure, wide, place_id, month HAVING sum(delta) <> 0) AS unequal

-- name: unequal_epidemic_vintages
-- The same of the vintages by province.
SELECT count(*) FROM (
    SELECT FROM (
        SELECT disease, measure, coalesce(a.province_id, 0) AS province_id, day, recorded_on, delta
        FROM analytics_epidemicchange c LEFT JOIN places_areaprovince a USING (area_id)
        UNION ALL
        SELECT disease, measure, province_id, day, recorded_on, -delta FROM analytics_epidemicprovincechange
    ) AS both_sides
    GROUP BY disease, measure, province_id, day, recorded_on HAVING sum(delta) <> 0) AS unequal

-- name: unequal_epidemic_provinces
-- The same of the provinces.
SELECT count(*) FROM (
    SELECT FROM (
        SELECT disease, measure, coalesce(a.province_id, 0) AS province_id, day, delta
        FROM analytics_epidemicchange c LEFT JOIN places_areaprovince a USING (area_id)
        UNION ALL SELECT disease, measure, province_id, day, -value FROM analytics_epidemicprovinceday) AS both_sides
    GROUP BY disease, measure, province_id, day HAVING sum(delta) <> 0) AS unequal

-- name: unequal_epidemic_ages
-- The same of ages, sexes and vaccination.
SELECT count(*) FROM (
    SELECT FROM (
        SELECT disease, measure, coalesce(a.province_id, 0) AS province_id, day, age_band, sex, vaccinated, delta
        FROM analytics_epidemicchange c LEFT JOIN places_areaprovince a USING (area_id)
        UNION ALL
        SELECT disease, measure, province_id, day, age_band, sex, vaccinated, -value FROM analytics_epidemicage
    ) AS both_sides
    GROUP BY disease, measure, province_id, day, age_band, sex, vaccinated HAVING sum(delta) <> 0) AS unequal
