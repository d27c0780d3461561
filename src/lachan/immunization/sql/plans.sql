-- name: plan_by_id
-- A plan with the sums of its lines, which lie elsewhere on a cluster.
SELECT plan.id, plan.number, plan.giver_id, plan.parent_id, plan.product_id, product.key, product.short_name, plan.title,
       plan.available, plan.due_on, plan.state, plan.note, plan.actor_id, plan.created_at, plan.decided_by,
       plan.decided_at, plan.over_reason, coalesce(line.asked, 0)::int, coalesce(line.given, 0)::int
FROM immunization_allocationplan plan
JOIN immunization_product product ON product.id = plan.product_id
LEFT JOIN (
    SELECT plan_id, sum(asked) AS asked, sum(given) AS given FROM immunization_allocationline GROUP BY plan_id
) line ON line.plan_id = plan.id
WHERE plan.id = %s

-- name: plans_since
-- Plans made since a day, the latest first.
SELECT plan.id, plan.number, plan.giver_id, plan.parent_id, plan.product_id, product.key, product.short_name, plan.title,
       plan.available, plan.due_on, plan.state, plan.note, plan.actor_id, plan.created_at, plan.decided_by,
       plan.decided_at, plan.over_reason, coalesce(line.asked, 0)::int, coalesce(line.given, 0)::int
FROM immunization_allocationplan plan
JOIN immunization_product product ON product.id = plan.product_id
LEFT JOIN (
    SELECT plan_id, sum(asked) AS asked, sum(given) AS given FROM immunization_allocationline GROUP BY plan_id
) line ON line.plan_id = plan.id
WHERE plan.created_at >= %s ORDER BY plan.created_at DESC LIMIT 500

-- name: plan_lines
-- What places asked for and were given in a plan.
SELECT place, area_id, facility_id, asked, asked_by, asked_at, asked_note, given, given_by, given_at
FROM immunization_allocationline WHERE plan_id = %s ORDER BY place LIMIT 5000

-- name: plan_stock
-- Doses of a product at facilities.
SELECT stock.facility_id, sum(stock.balance)::int
FROM immunization_stock stock JOIN immunization_lot lot ON lot.id = stock.lot_id
WHERE stock.facility_id = ANY(%(facilities)s::int[]) AND lot.product_id = %(product)s
GROUP BY stock.facility_id

-- name: plan_pace
-- Doses of a product that facilities gave since a day.
SELECT facility_id, count(*)::int FROM immunization_dose
WHERE facility_id = ANY(%(facilities)s::int[]) AND given_on > %(since)s AND product_id = %(product)s
  AND status = 'active'
GROUP BY facility_id

-- name: plan_places_to_come
-- Places in sessions to come, today's with them.
SELECT facility_id, sum(capacity)::int FROM immunization_session
WHERE facility_id = ANY(%(facilities)s::int[]) AND date BETWEEN %(today)s AND %(until)s AND status IN ('planned', 'open')
GROUP BY facility_id

-- name: plan_transfers
-- What was sent with a plan's number on it, by where it went, and what of that has arrived.
SELECT transfer.to_facility_id, sum(line.sent)::int, coalesce(sum(line.received), 0)::int
FROM immunization_transfer transfer
JOIN immunization_transferline line ON line.transfer_id = transfer.id
WHERE transfer.to_facility_id = ANY(%(facilities)s::int[]) AND transfer.sent_at >= %(made)s
  AND transfer.document = %(number)s AND transfer.cancelled_at IS NULL
GROUP BY transfer.to_facility_id

-- name: plan_deliveries
-- What was received with a plan's number on the note, from outside of the house.
SELECT facility_id, sum(quantity)::int FROM immunization_stockmovement
WHERE facility_id = ANY(%(facilities)s::int[]) AND kind = 'receive' AND document = %(number)s AND transfer_id IS NULL
GROUP BY facility_id
