-- name: board_session
-- A session within the actor's facilities with the facility's stock, one row a lot (one row without lot when there is
-- none). Both parts are materialized: they are kept on different nodes of a cluster.
WITH session AS MATERIALIZED (
    SELECT id, facility_id, date, part, status, capacity, lots, staff, opened_at, closed_at, halt_reason,
           vials
    FROM immunization_session
    WHERE id = %s AND (%s::int[] IS NULL OR facility_id = ANY(%s::int[]))
), stock AS MATERIALIZED (
    SELECT stock.lot_id, stock.received, stock.used, stock.adjusted, stock.balance, stock.use_by
    FROM immunization_stock stock WHERE stock.facility_id IN (SELECT facility_id FROM session)
)
SELECT session.*, product.key, product.id, product.short_name, lot.id, lot.number, lot.expires_on,
       (SELECT jsonb_agg(jsonb_build_array(m.status, m.since, m.until, m.area_id, m.facility_id))
        FROM immunization_lotstatus m WHERE m.lot_id = lot.id AND m.until IS NULL) AS marks, lot.component,
       stock.received, stock.used, stock.adjusted, stock.balance, stock.use_by, lot.vial_doses
FROM session
LEFT JOIN (
    stock
    JOIN immunization_lot lot ON lot.id = stock.lot_id
    JOIN immunization_product product ON product.id = lot.product_id
) ON true
ORDER BY product.id, least(lot.expires_on, stock.use_by) NULLS LAST, lot.number

-- name: board_encounters
-- Everyone in a session, within the actor's facilities, by arrival; earlier doses only of those who wait for the needle.
SELECT encounter.id, encounter.person_id, encounter.happened_at, encounter.expected_dose_number, encounter.screened_at,
       encounter.screening_outcome, encounter.screening_reasons, encounter.consent_at, encounter.dose_id,
       encounter.product_id, encounter.lot_number, encounter.dosed_at, encounter.not_given_at,
       encounter.not_given_reason, encounter.observe_until, encounter.reaction_severity, encounter.released_at,
       history.doses
FROM immunization_encounter encounter
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(dose.given_on, dose.product_id, dose.dose_number, dose.id)) AS doses
    FROM immunization_dose dose
    WHERE dose.person_id = encounter.person_id AND dose.status = 'active'
) history ON encounter.consent_at IS NOT NULL AND encounter.dosed_at IS NULL AND encounter.not_given_at IS NULL
WHERE encounter.session_id = %s AND (%s::int[] IS NULL OR encounter.facility_id = ANY(%s::int[]))
ORDER BY encounter.happened_at, encounter.id

-- name: board_encounter
-- One person's way through a session, within the actor's facilities, with all doses that count.
SELECT encounter.id, encounter.person_id, encounter.happened_at, encounter.expected_dose_number, encounter.screened_at,
       encounter.screening_outcome, encounter.screening_reasons, encounter.consent_at, encounter.dose_id,
       encounter.product_id, encounter.lot_number, encounter.dosed_at, encounter.not_given_at,
       encounter.not_given_reason, encounter.observe_until, encounter.reaction_severity, encounter.released_at,
       history.doses
FROM immunization_encounter encounter
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(dose.given_on, dose.product_id, dose.dose_number, dose.id)
                    ORDER BY dose.given_on, dose.dose_number) AS doses
    FROM immunization_dose dose
    WHERE dose.person_id = encounter.person_id AND dose.status = 'active'
) history ON true
WHERE encounter.session_id = %s AND encounter.person_id = %s
  AND (%s::int[] IS NULL OR encounter.facility_id = ANY(%s::int[]))

-- name: sessions_of_facilities
-- Sessions within the actor's facilities since a day, the latest first; limited for officers of large areas.
SELECT id, facility_id, date, part, status, capacity, lots, staff, opened_at, closed_at
FROM immunization_session
WHERE date >= %s AND (%s::int[] IS NULL OR facility_id = ANY(%s::int[]))
ORDER BY date DESC, status <> 'open', opened_at DESC NULLS LAST
LIMIT %s

-- name: stock_of_facility
-- Lots at a facility with their balances, the first to expire first.
SELECT product.key, product.id, product.short_name, lot.id, lot.number, lot.expires_on,
       (SELECT jsonb_agg(jsonb_build_array(m.status, m.since, m.until, m.area_id, m.facility_id))
        FROM immunization_lotstatus m WHERE m.lot_id = lot.id AND m.until IS NULL) AS marks, lot.component,
       stock.received, stock.used, stock.adjusted, stock.balance, stock.use_by, lot.vial_doses
FROM immunization_stock stock
JOIN immunization_lot lot ON lot.id = stock.lot_id
JOIN immunization_product product ON product.id = lot.product_id
WHERE stock.facility_id = %s
ORDER BY product.id, least(lot.expires_on, stock.use_by) NULLS LAST, lot.number

-- name: doses_of_session
-- Doses of a session by product, dose number and lot, for the report of the day.
SELECT dose.product_id, dose.dose_number, dose.lot_number, count(*)
FROM immunization_encounter encounter
JOIN immunization_dose dose ON dose.person_id = encounter.person_id AND dose.id = encounter.dose_id
WHERE encounter.session_id = %s AND (%s::int[] IS NULL OR encounter.facility_id = ANY(%s::int[]))
  AND dose.status = 'active'
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
