-- name: lot_by_id
-- One lot with its product.
SELECT lot.id, lot.number, lot.expires_on, product.id, product.key, product.short_name
FROM immunization_lot lot JOIN immunization_product product ON product.id = lot.product_id WHERE lot.id = %s

-- name: lots_like
-- Lots by the beginning of their number.
SELECT lot.id, lot.number, lot.expires_on, product.id, product.key, product.short_name
FROM immunization_lot lot JOIN immunization_product product ON product.id = lot.product_id
WHERE lot.number LIKE %s ORDER BY lot.number LIMIT %s

-- name: lot_history
-- Every quarantine and recall of a lot, the latest first.
SELECT mark.id, mark.lot_id, mark.area_id, mark.facility_id, mark.status, mark.since, mark.until, mark.reason,
       mark.document, mark.actor_id, mark.recorded_at, mark.ended_by, mark.ended_reason, mark.ended_document, lot.number,
       product.key, product.short_name, mark.queued_at
FROM immunization_lotstatus mark
JOIN immunization_lot lot ON lot.id = mark.lot_id
JOIN immunization_product product ON product.id = lot.product_id
WHERE mark.lot_id = %s ORDER BY mark.since DESC, mark.recorded_at DESC LIMIT 200

-- name: lot_mark
-- One of them.
SELECT mark.id, mark.lot_id, mark.area_id, mark.facility_id, mark.status, mark.since, mark.until, mark.reason,
       mark.document, mark.actor_id, mark.recorded_at, mark.ended_by, mark.ended_reason, mark.ended_document, lot.number,
       product.key, product.short_name, mark.queued_at
FROM immunization_lotstatus mark
JOIN immunization_lot lot ON lot.id = mark.lot_id
JOIN immunization_product product ON product.id = lot.product_id
WHERE mark.id = %s

-- name: lot_marks_standing
-- All that have not been ended, of every lot, the latest first.
SELECT mark.id, mark.lot_id, mark.area_id, mark.facility_id, mark.status, mark.since, mark.until, mark.reason,
       mark.document, mark.actor_id, mark.recorded_at, mark.ended_by, mark.ended_reason, mark.ended_document, lot.number,
       product.key, product.short_name, mark.queued_at
FROM immunization_lotstatus mark
JOIN immunization_lot lot ON lot.id = mark.lot_id
JOIN immunization_product product ON product.id = lot.product_id
WHERE mark.until IS NULL ORDER BY mark.since DESC, mark.id LIMIT 500

-- name: lot_used
-- Doses that count of a lot, by facility.
SELECT facility_id, count(*)::int, count(DISTINCT person_id)::int, min(given_on), max(given_on) FROM immunization_dose
WHERE lot_id = %(lot)s AND status = 'active'
  AND (%(facilities)s::int[] IS NULL OR facility_id = ANY(%(facilities)s::int[]))
GROUP BY facility_id ORDER BY 2 DESC, 1

-- name: lot_used_by_day
-- The same by day.
SELECT given_on, count(*)::int FROM immunization_dose
WHERE lot_id = %(lot)s AND status = 'active'
  AND (%(facilities)s::int[] IS NULL OR facility_id = ANY(%(facilities)s::int[]))
GROUP BY given_on ORDER BY given_on

-- name: lot_people
-- How many people had a lot.
SELECT count(DISTINCT person_id)::int FROM immunization_dose
WHERE lot_id = %(lot)s AND status = 'active'
  AND (%(facilities)s::int[] IS NULL OR facility_id = ANY(%(facilities)s::int[]))

-- name: lot_balances
-- Where doses of a lot lie.
SELECT facility_id, balance FROM immunization_stock
WHERE lot_id = %(lot)s AND balance > 0
  AND (%(facilities)s::int[] IS NULL OR facility_id = ANY(%(facilities)s::int[]))

-- name: lot_in_open_vials
-- Of these, what is in vials that have been opened.
SELECT facility_id, sum(doses - drawn - wasted)::int FROM immunization_vial
WHERE lot_id = %(lot)s AND closed_at IS NULL AND doses > drawn + wasted
  AND (%(facilities)s::int[] IS NULL OR facility_id = ANY(%(facilities)s::int[]))
GROUP BY facility_id

-- name: lot_on_the_way
-- What was sent and has neither arrived nor been called back, by where it goes.
SELECT transfer.to_facility_id, sum(line.sent)::int
FROM immunization_transferline line
JOIN immunization_transfer transfer ON transfer.id = line.transfer_id
WHERE line.lot_id = %(lot)s AND transfer.received_at IS NULL AND transfer.cancelled_at IS NULL
  AND (%(facilities)s::int[] IS NULL OR transfer.to_facility_id = ANY(%(facilities)s::int[]))
GROUP BY transfer.to_facility_id

-- name: sessions_using_lot
-- Open sessions of a day that have a lot as their lot of today.
SELECT id, facility_id FROM immunization_session
WHERE status = 'open' AND date = %(day)s AND lots ->> %(product)s = %(lot)s
  AND (%(facilities)s::int[] IS NULL OR facility_id = ANY(%(facilities)s::int[]))
ORDER BY facility_id LIMIT 500

-- name: message_progress
-- Messages of a cause by what became of them, of everybody or of an actor's people.
SELECT count(*)::int, (count(*) FILTER (WHERE state = 'queued'))::int, (count(*) FILTER (WHERE state = 'sent'))::int,
       (count(*) FILTER (WHERE state = 'failed'))::int, (count(*) FILTER (WHERE state = 'withdrawn'))::int,
       (count(*) FILTER (WHERE state <> 'withdrawn' AND outcome = 'reached'))::int
FROM immunization_message
WHERE cause_id = %(cause)s
  AND (%(everybody)s OR residence_id = ANY(%(areas)s::int[]) OR facility_id = ANY(%(facilities)s::int[]))

-- name: message_progress_by_facility
-- People to be told and people reached, by where the dose was given.
SELECT facility_id, (count(*) FILTER (WHERE state <> 'withdrawn'))::int,
       (count(*) FILTER (WHERE state <> 'withdrawn' AND outcome = 'reached'))::int
FROM immunization_message WHERE cause_id = %s GROUP BY facility_id

-- name: messages_unreached
-- Who has not been reached: those whose message failed or will not be read are on the same list, each with its state.
SELECT person_id, state, reason, outcome, outcome_at, facility_id, given_on, sent_at FROM immunization_message
WHERE cause_id = %(cause)s AND state <> 'withdrawn' AND outcome <> 'reached' AND person_id > %(after)s
  AND (%(everybody)s OR residence_id = ANY(%(areas)s::int[]) OR facility_id = ANY(%(facilities)s::int[]))
ORDER BY person_id LIMIT %(most)s
