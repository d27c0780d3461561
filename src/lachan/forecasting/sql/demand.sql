-- name: demand_products
-- Products that were ever given, are in stock, or promised.
SELECT product_id FROM analytics_productgiven UNION SELECT product_id FROM immunization_usablestock
UNION SELECT product_id FROM immunization_granteddose

-- name: demand_first
-- Residents of these areas in line for a first dose: by residence, the ages they have reached, the week they fell due in
-- (-1: before the weeks looked at), the product they came for (0: not yet) and the week of that. Doses after the weeks
-- and until the day ``seen`` take people out of the line.
WITH window_of AS (
    SELECT %(since)s::date AS since, %(as_of)s::date AS as_of, %(ahead)s::date AS ahead
), rule AS MATERIALIZED (
    SELECT DISTINCT r.valid_from, coalesce(r.valid_to, 'infinity'::date) AS valid_to, r.min_age
    FROM immunization_agerule r
    WHERE NOT EXISTS (
        SELECT FROM immunization_agerule wider
        WHERE wider.valid_from <= r.valid_from AND wider.min_age <= r.min_age
          AND coalesce(wider.valid_to, 'infinity') >= coalesce(r.valid_to, 'infinity')
          AND (wider.valid_from, coalesce(wider.valid_to, 'infinity'), wider.min_age)
              <> (r.valid_from, coalesce(r.valid_to, 'infinity'), r.min_age))
), line AS (
    SELECT r.residence_id, r.birth_date, f.product_id, f.given_on,
           CASE WHEN f.given_on IS NULL THEN due.day ELSE least(due.day, f.given_on, w.as_of) END AS day
    FROM people_resident r
    CROSS JOIN window_of w
    LEFT JOIN LATERAL (
        SELECT d.given_on, d.product_id FROM immunization_coursedose d
        WHERE d.person_id = r.person_id AND d.given_on <= %(seen)s ORDER BY d.dose_number LIMIT 1) f ON true
    CROSS JOIN LATERAL (
        SELECT min(greatest(rule.valid_from, born.day)) AS day
        FROM rule, LATERAL (
            SELECT (coalesce(r.birth_date, '1900-01-01') + make_interval(years => rule.min_age))::date AS day) born
        WHERE greatest(rule.valid_from, born.day) < rule.valid_to) due
    WHERE r.residence_id = ANY (%(areas)s::int[])
      AND (f.given_on >= w.since OR (f.given_on IS NULL AND due.day <= w.ahead AND NOT EXISTS (
          SELECT FROM immunization_putoff o WHERE o.person_id = r.person_id
            AND (o.reason = 'contraindicated' OR o.day > w.as_of - %(rest)s::int))))
)
SELECT line.residence_id, 0, CASE WHEN line.birth_date IS NULL THEN cardinality(%(ages)s::int[])
           ELSE width_bucket(extract(year FROM age(w.ahead, line.birth_date))::int, %(ages)s::int[]) END,
       1, CASE WHEN line.day < w.since THEN -1 ELSE (line.day - w.since) / 7 END, coalesce(line.product_id, 0),
       CASE WHEN line.given_on IS NULL THEN -1 ELSE (least(line.given_on, w.as_of) - w.since) / 7 END, count(*)::int
FROM line CROSS JOIN window_of w
GROUP BY 1, 2, 3, 4, 5, 6, 7

-- name: demand_next
-- The same for the dose after each dose that asks for one: by residence, where the dose was given (0: not here), its
-- product, the number of the next one (0: a booster), week due, product come for, week of that.
WITH window_of AS (
    SELECT %(since)s::date AS since, %(as_of)s::date AS as_of, %(ahead)s::date AS ahead
), line AS (
    SELECT r.residence_id, coalesce(d.facility_id, 0) AS facility_id, d.product_id AS before,
           CASE WHEN d.completes THEN 0 ELSE d.dose_number + 1 END AS number, n.product_id, n.given_on,
           CASE WHEN n.given_on IS NULL THEN d.next_due_on
                ELSE least(d.next_due_on, n.given_on, w.as_of) END AS day
    FROM people_resident r
    CROSS JOIN window_of w
    JOIN immunization_coursedose d ON d.person_id = r.person_id AND d.next_due_on IS NOT NULL
    LEFT JOIN LATERAL (
        SELECT later.given_on, later.product_id FROM immunization_coursedose later
        WHERE later.person_id = r.person_id AND later.dose_number > d.dose_number AND later.given_on <= %(seen)s
        ORDER BY later.dose_number LIMIT 1) n ON true
    WHERE r.residence_id = ANY (%(areas)s::int[]) AND d.given_on <= %(seen)s
      AND (n.given_on >= w.since OR (n.given_on IS NULL AND d.next_due_on <= w.ahead
          AND (NOT d.completes OR r.birth_date IS NULL
               OR r.birth_date + make_interval(years => %(booster_age)s::int) <= d.next_due_on)
          AND NOT EXISTS (
              SELECT FROM immunization_putoff o WHERE o.person_id = r.person_id
                AND (o.reason = 'contraindicated' OR o.day > w.as_of - %(rest)s::int))))
)
SELECT line.residence_id, line.facility_id, line.before, line.number, CASE WHEN line.day < w.since THEN -1 ELSE (line.day - w.since) / 7 END,
       coalesce(line.product_id, 0),
       CASE WHEN line.given_on IS NULL THEN -1 ELSE (least(line.given_on, w.as_of) - w.since) / 7 END, count(*)::int
FROM line CROSS JOIN window_of w
GROUP BY 1, 2, 3, 4, 5, 6, 7

-- name: demand_catchments
-- Where the people of each residence were given their doses since a day.
SELECT residence_id, facility_id, sum(doses)::int FROM analytics_dosesgiven
WHERE day BETWEEN %s AND %s AND residence_id > 0 GROUP BY 1, 2

-- name: demand_given
-- Doses given by facility, product and week.
SELECT facility_id, product_id, (day - %(since)s::date) / 7, sum(doses)::int FROM analytics_dosesgiven
WHERE day BETWEEN %(since)s::date AND %(as_of)s::date GROUP BY 1, 2, 3

-- name: demand_stock
-- Stock that may be used, lot by lot.
SELECT facility_id, lot_id, product_id, balance, last_day FROM immunization_usablestock

-- name: demand_marks
-- Where lots are set apart now.
SELECT lot_id, area_id, facility_id FROM immunization_openmark WHERE since <= %s

-- name: demand_on_the_way
-- Goods sent since a moment and neither received nor called back.
SELECT facility_id, product_id, sum(doses)::int FROM immunization_shipment
WHERE open AND sent_at >= %s GROUP BY 1, 2

-- name: demand_granted
-- Doses that decided plans due since a day have granted.
SELECT number, product_id, due_on, area_id, facility_id, sum(doses)::int FROM immunization_granteddose
WHERE due_on >= %s GROUP BY 1, 2, 3, 4, 5

-- name: demand_sent
-- What was sent or delivered with these plans' numbers on its documents.
SELECT document, product_id, facility_id, sum(doses)::int FROM (
    SELECT document, product_id, facility_id, doses FROM immunization_shipment WHERE document = ANY (%(numbers)s::text[])
    UNION ALL
    SELECT document, product_id, facility_id, doses FROM immunization_outsidedelivery
    WHERE document = ANY (%(numbers)s::text[])) gone
GROUP BY 1, 2, 3

-- name: demand_sessions
-- Sessions held since a day and planned until another, by facility.
SELECT facility_id, count(*) FILTER (WHERE date <= %(as_of)s AND status IN ('open', 'closed'))::int,
       count(*) FILTER (WHERE date > %(as_of)s AND status IN ('planned', 'open'))::int
FROM immunization_sessionday WHERE date BETWEEN %(since)s AND %(until)s GROUP BY 1

-- name: demand_unfinished
-- The run of a day and version that was begun and can go on.
SELECT id FROM forecasting_demandrun
WHERE as_of = %s AND engine = %s AND status <> 'made' AND begun_at > %s ORDER BY begun_at DESC LIMIT 1

-- name: demand_begin
-- A run begins.
INSERT INTO forecasting_demandrun (id, as_of, of_map, status, reason, begun_at, engine, found)
VALUES (%s, %s, %s, 'running', '', %s, %s, '{}')

-- name: demand_resume
-- A run that was cut goes on.
UPDATE forecasting_demandrun SET status = 'running', reason = '' WHERE id = %s

-- name: demand_close
-- A run is made, or failed.
UPDATE forecasting_demandrun SET status = %s, reason = %s, made_at = %s, found = %s::jsonb WHERE id = %s

-- name: demand_blocks
-- Provinces of a run that are done, with their paths.
SELECT province_id, paths FROM forecasting_demandblock WHERE run_id = %s

-- name: demand_keep_block
-- A province is done; in the transaction of its rows.
INSERT INTO forecasting_demandblock (run_id, province_id, done_at, paths) VALUES (%s, %s, %s, %s)

-- name: demand_copy
-- What a run says of places.
COPY forecasting_demandplace (area_id, run_id, product_id, level, given, wanted, through, stock, coming, out, ever, unmet,
    expired, opened, target, ordered, vial, waiting, note, places, likely) FROM STDIN

-- name: demand_sums
-- Sums of a run's communes by province and product, without those of paths.
SELECT product_id, area_id, given, stock, coming, unmet, expired, opened, target, ordered, vial, waiting, ever
FROM forecasting_demandplace WHERE run_id = %s AND level = 3

-- name: demand_clear_sums
-- Sums of a run that is summed again.
DELETE FROM forecasting_demandplace WHERE run_id = %s AND level < 3

-- name: demand_old
-- Runs that a newer one has long taken over, and those that were cut and given up.
SELECT id FROM (
    SELECT id, status, begun_at, row_number() OVER (PARTITION BY status = 'made' ORDER BY begun_at DESC) AS age
    FROM forecasting_demandrun) run
WHERE age > CASE WHEN status = 'made' THEN %(kept)s ELSE 1 END

-- name: demand_forget_places
-- What they said.
DELETE FROM forecasting_demandplace WHERE run_id = ANY (%s)

-- name: demand_forget_blocks
-- Their blocks.
DELETE FROM forecasting_demandblock WHERE run_id = ANY (%s)

-- name: demand_forget_runs
-- And they themselves.
DELETE FROM forecasting_demandrun WHERE id = ANY (%s)

-- name: demand_shown
-- The run that is shown: the last one made.
SELECT id, as_of, of_map, status, reason, begun_at, made_at, engine, found::text FROM forecasting_demandrun
WHERE status = 'made' ORDER BY made_at DESC LIMIT 1

-- name: demand_last
-- The last one begun.
SELECT id, as_of, of_map, status, reason, begun_at, made_at, engine, found::text FROM forecasting_demandrun
ORDER BY begun_at DESC LIMIT 1

-- name: demand_of_areas
-- What a run says of places, a product's or all; the chance of a stock-out first.
SELECT area_id, product_id, level, given, wanted, through, stock, coming, out, ever, unmet, expired, opened, target,
       ordered, vial, waiting, note, places, likely
FROM forecasting_demandplace
WHERE run_id = %(run)s AND area_id = ANY (%(areas)s::int[])
  AND (%(product)s::int IS NULL OR product_id = %(product)s)
ORDER BY ever DESC NULLS LAST, likely DESC, ordered DESC, area_id, product_id LIMIT %(most)s

-- name: demand_highest
-- Communes of the nation where somebody is most likely turned away.
SELECT area_id, product_id, level, given, wanted, through, stock, coming, out, ever, unmet, expired, opened, target,
       ordered, vial, waiting, note, places, likely
FROM forecasting_demandplace
WHERE run_id = %(run)s AND level = 3 AND ever >= %(least)s
  AND (%(product)s::int IS NULL OR product_id = %(product)s)
ORDER BY ever DESC, ordered DESC, area_id, product_id LIMIT %(most)s
