-- name: report_doses
-- Doses that count, given at these facilities on these days, by everything the report of a day asks for.
SELECT product_id, dose_number, age_band, sex, lot_number, count(*)::int FROM immunization_dose
WHERE facility_id = ANY(%(facilities)s::int[]) AND given_on BETWEEN %(first)s AND %(last)s AND status = 'active'
GROUP BY 1, 2, 3, 4, 5

-- name: report_sessions
-- The sessions of these facilities and days.
SELECT id, facility_id, date, part, status, staff, opened_at, closed_at FROM immunization_session
WHERE facility_id = ANY(%(facilities)s::int[]) AND date BETWEEN %(first)s AND %(last)s AND status IN ('open', 'closed')
ORDER BY date, part = 'afternoon', facility_id, id

-- name: report_encounters
-- People who came to these sessions, by the class their screening gave.
SELECT screening_outcome, count(*)::int FROM immunization_encounter WHERE session_id = ANY(%s::uuid[]) GROUP BY 1

-- name: report_not_given
-- Not vaccinated at these facilities on these days, by reason; whoever was vaccinated there after all that day is none.
SELECT refusal.reason, count(DISTINCT refusal.person_id)::int FROM immunization_notgiven refusal
WHERE refusal.facility_id = ANY(%(facilities)s::int[])
  AND refusal.happened_at >= %(from)s::timestamptz AND refusal.happened_at < %(until)s::timestamptz
  AND NOT EXISTS (
      SELECT 1 FROM immunization_dose dose
      WHERE dose.person_id = refusal.person_id AND dose.status = 'active' AND dose.facility_id = refusal.facility_id
        AND dose.given_on = (refusal.happened_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
GROUP BY 1

-- name: report_reactions
-- Doses of these facilities and days that were followed by a reaction, by the gravest noted.
SELECT gravest, count(*)::int FROM (
    SELECT max(CASE reaction.severity WHEN 'severe' THEN 3 WHEN 'moderate' THEN 2 ELSE 1 END) AS gravest
    FROM immunization_dose dose
    JOIN immunization_reaction reaction ON reaction.person_id = dose.person_id AND reaction.dose_id = dose.id
    WHERE dose.facility_id = ANY(%(facilities)s::int[]) AND dose.given_on BETWEEN %(first)s AND %(last)s
      AND dose.status = 'active'
    GROUP BY dose.person_id, dose.id
) found GROUP BY 1

-- name: report_stock
-- The stock book by lot: what was there before the first day, what came, was given, was lost, and what moved otherwise.
SELECT lot.product_id, lot.number, lot.expires_on, sum(before)::int, sum(received)::int, sum(used)::int, sum(wasted)::int,
       sum(other)::int
FROM (
    SELECT lot_id, CASE WHEN happened_at < %(from)s::timestamptz THEN quantity ELSE 0 END AS before,
           CASE WHEN happened_at >= %(from)s::timestamptz AND kind IN ('receive', 'transfer_in') THEN quantity ELSE 0 END
               AS received,
           0 AS used, CASE WHEN happened_at >= %(from)s::timestamptz AND kind = 'waste' THEN -quantity ELSE 0 END AS wasted,
           CASE WHEN happened_at >= %(from)s::timestamptz AND kind NOT IN ('receive', 'transfer_in', 'waste')
                THEN quantity ELSE 0 END AS other
    FROM immunization_stockmovement
    WHERE facility_id = ANY(%(facilities)s::int[]) AND happened_at < %(until)s::timestamptz
    UNION ALL
    SELECT lot_id, CASE WHEN given_on < %(first)s::date THEN -1 ELSE 0 END, 0,
           CASE WHEN given_on >= %(first)s::date THEN 1 ELSE 0 END, 0, 0
    FROM immunization_dose
    WHERE facility_id = ANY(%(facilities)s::int[]) AND given_on <= %(last)s::date AND status = 'active'
      AND lot_id IS NOT NULL
) moved
JOIN immunization_lot lot ON lot.id = moved.lot_id
GROUP BY lot.id, lot.product_id, lot.number, lot.expires_on
HAVING sum(before) <> 0 OR sum(received) <> 0 OR sum(used) <> 0 OR sum(wasted) <> 0 OR sum(other) <> 0
ORDER BY lot.product_id, lot.expires_on NULLS LAST, lot.number

-- name: report_tallies
-- The current paper counts of these facilities and days.
SELECT session_id, lines FROM immunization_tally
WHERE facility_id = ANY(%(facilities)s::int[]) AND day BETWEEN %(first)s AND %(last)s AND current
