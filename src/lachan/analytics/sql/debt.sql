-- name: one_debt_writer
-- Runs of the meter one after another: each holds this lock to the end of its transaction ("debt" in bytes).
SELECT pg_advisory_xact_lock(x'64656274'::bigint)

-- name: debt_of_days
-- The meter of facilities and days.
SELECT kept.facility_id, kept.day, given, recorded, matched, missing, explained, surplus, untallied, held, refused,
       untraced, signed
FROM unnest(%s::int[], %s::date[]) AS cell (facility_id, day)
JOIN analytics_debtday kept ON kept.facility_id = cell.facility_id AND kept.day = cell.day

-- name: keep_debt_days
-- Facilities and days as counted, in the order of the key.
INSERT INTO analytics_debtday
    (facility_id, day, given, recorded, matched, missing, explained, surplus, untallied, held, refused, untraced,
     signed)
SELECT * FROM unnest(%s::int[], %s::date[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[],
                     %s::int[], %s::int[], %s::int[], %s::int[])
ON CONFLICT (facility_id, day) DO UPDATE SET
    given = EXCLUDED.given, recorded = EXCLUDED.recorded, matched = EXCLUDED.matched, missing = EXCLUDED.missing,
    explained = EXCLUDED.explained, surplus = EXCLUDED.surplus, untallied = EXCLUDED.untallied, held = EXCLUDED.held,
    refused = EXCLUDED.refused, untraced = EXCLUDED.untraced, signed = EXCLUDED.signed

-- name: add_debt_provinces
-- The same change in the sums of the province.
INSERT INTO analytics_debtprovince AS p
    (day, province_id, given, recorded, matched, missing, explained, surplus, untallied, held, refused, untraced,
     signed)
SELECT * FROM unnest(%s::date[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[],
                     %s::int[], %s::int[], %s::int[], %s::int[])
ON CONFLICT (day, province_id) DO UPDATE SET
    given = p.given + EXCLUDED.given, recorded = p.recorded + EXCLUDED.recorded, matched = p.matched + EXCLUDED.matched,
    missing = p.missing + EXCLUDED.missing, explained = p.explained + EXCLUDED.explained,
    surplus = p.surplus + EXCLUDED.surplus, untallied = p.untallied + EXCLUDED.untallied, held = p.held + EXCLUDED.held,
    refused = p.refused + EXCLUDED.refused, untraced = p.untraced + EXCLUDED.untraced,
    signed = p.signed + EXCLUDED.signed

-- name: clear_debt
-- Before the meter is counted again from the tables.
TRUNCATE analytics_debtday, analytics_debtprovince

-- name: debt_state
-- Up to when the meter is complete.
SELECT as_of FROM analytics_debtstate WHERE id = 1

-- name: keep_debt_state
-- The same, after a run.
INSERT INTO analytics_debtstate (id, as_of) VALUES (1, %s) ON CONFLICT (id) DO UPDATE SET as_of = EXCLUDED.as_of

-- name: touch_people
-- People whose doses' days are to be counted again.
INSERT INTO analytics_debttouch (person_id) SELECT * FROM unnest(%s::uuid[])

-- name: take_touched_people
-- A portion of them, taken off.
DELETE FROM analytics_debttouch WHERE id IN (SELECT id FROM analytics_debttouch ORDER BY id LIMIT %s)
RETURNING person_id

-- name: debt_days_with_items
-- Days of which the meter says that doses are held or refused.
SELECT facility_id, day, held, refused FROM analytics_debtday WHERE held <> 0 OR refused <> 0

-- name: debt_by_province
-- Sums by province and age of the days; first four parameters are the ends of the age buckets.
SELECT province_id, CASE WHEN day >= %(fresh)s THEN 0 WHEN day >= %(week)s THEN 1 WHEN day >= %(month)s THEN 2 ELSE 3 END,
       sum(given)::bigint, sum(recorded)::bigint, sum(matched)::bigint, sum(missing)::bigint, sum(explained)::bigint,
       sum(surplus)::bigint, sum(untallied)::bigint, sum(held)::bigint, sum(refused)::bigint, sum(untraced)::bigint,
       sum(signed)::bigint,
       min(day) FILTER (WHERE missing > 0), min(day) FILTER (WHERE recorded > matched),
       min(day) FILTER (WHERE recorded > signed), min(day) FILTER (WHERE held > 0), min(day) FILTER (WHERE refused > 0)
FROM analytics_debtprovince WHERE day BETWEEN %(first)s AND %(last)s
GROUP BY 1, 2

-- name: debt_by_facility
-- The same by facility.
SELECT facility_id, CASE WHEN day >= %(fresh)s THEN 0 WHEN day >= %(week)s THEN 1 WHEN day >= %(month)s THEN 2 ELSE 3 END,
       sum(given)::bigint, sum(recorded)::bigint, sum(matched)::bigint, sum(missing)::bigint, sum(explained)::bigint,
       sum(surplus)::bigint, sum(untallied)::bigint, sum(held)::bigint, sum(refused)::bigint, sum(untraced)::bigint,
       sum(signed)::bigint,
       min(day) FILTER (WHERE missing > 0), min(day) FILTER (WHERE recorded > matched),
       min(day) FILTER (WHERE recorded > signed), min(day) FILTER (WHERE held > 0), min(day) FILTER (WHERE refused > 0)
FROM analytics_debtday WHERE facility_id = ANY(%(facilities)s::int[]) AND day BETWEEN %(first)s AND %(last)s
GROUP BY 1, 2

-- name: debt_days_of_facility
-- Days of a facility, the latest first; with gaps only, or all.
SELECT day, given, recorded, matched, missing, explained, surplus, untallied, held, refused, untraced, signed FROM analytics_debtday
WHERE facility_id = %(facility)s AND day BETWEEN %(first)s AND %(last)s
  AND (NOT %(owing)s OR missing > 0 OR untallied > 0 OR held > 0 OR refused > 0 OR surplus > 0)
ORDER BY day DESC LIMIT %(most)s

-- name: stored_debt_days
-- The meter as kept, in the order of its key; a day that is all zero is no difference.
SELECT facility_id, day, given, recorded, matched, missing, explained, surplus, untallied, held, refused,
       untraced, signed
FROM analytics_debtday
WHERE (given, recorded, matched, missing, explained, surplus, untallied, held, refused) <> (0, 0, 0, 0, 0, 0, 0, 0, 0)
ORDER BY facility_id, day

-- name: stored_debt_provinces
-- Its sums by province as kept.
SELECT day, province_id, given, recorded, matched, missing, explained, surplus, untallied, held, refused,
       untraced, signed
FROM analytics_debtprovince
WHERE (given, recorded, matched, missing, explained, surplus, untallied, held, refused) <> (0, 0, 0, 0, 0, 0, 0, 0, 0)
ORDER BY day, province_id

-- name: touched_people
-- People whose days wait to be counted again.
SELECT DISTINCT person_id FROM analytics_debttouch
