-- name: stock_in_sessions
-- What open sessions of facilities hold of each lot: given out and not brought back, less what was thrown away there.
SELECT session.facility_id, session.id, session.date, session.part, movement.lot_id,
       (sum(CASE movement.kind WHEN 'issue' THEN movement.amount WHEN 'session_return' THEN -movement.amount
            ELSE movement.quantity END))::int
FROM immunization_session session
JOIN immunization_stockmovement movement
    ON movement.session_id = session.id AND movement.kind IN ('issue', 'session_return', 'waste')
WHERE session.facility_id = ANY(%(facilities)s::int[]) AND session.status = 'open' AND session.vials
GROUP BY 1, 2, 3, 4, 5

-- name: doses_in_sessions
-- Doses given in the open sessions of facilities, by lot.
SELECT dose.session_id, dose.lot_id, count(*)::int
FROM immunization_dose dose
WHERE dose.facility_id = ANY(%(facilities)s::int[]) AND dose.given_on = ANY(%(days)s::date[])
  AND dose.session_id = ANY(%(sessions)s::uuid[]) AND dose.status = 'active' AND dose.lot_id IS NOT NULL
GROUP BY 1, 2

-- name: vials_open
-- Vials of facilities (and of one session, where it is named) with doses left that somebody has to account for, the
-- oldest first.
SELECT vial.id, vial.facility_id, vial.session_id, vial.lot_id, vial.doses, vial.drawn, vial.wasted, vial.opened_at,
       vial.limit_at, vial.closed_at, vial.automatic, lot.number, lot.product_id
FROM immunization_vial vial JOIN immunization_lot lot ON lot.id = vial.lot_id
WHERE vial.facility_id = ANY(%(facilities)s::int[])
  AND (%(session)s::uuid IS NULL OR vial.session_id = %(session)s::uuid)
  AND vial.doses > vial.drawn + vial.wasted
ORDER BY vial.opened_at, vial.id LIMIT 500

-- name: discrepancies_open
-- What facilities cannot account for yet, the oldest first.
SELECT item.id, item.facility_id, item.lot_id, item.kind, item.quantity, item.transfer_id, item.happened_at, lot.number,
       lot.product_id, coalesce(stock.balance, 0)
FROM immunization_discrepancy item
JOIN immunization_lot lot ON lot.id = item.lot_id
LEFT JOIN immunization_stock stock ON stock.facility_id = item.facility_id AND stock.lot_id = item.lot_id
WHERE item.facility_id = ANY(%(facilities)s::int[]) AND item.closed_at IS NULL
ORDER BY item.happened_at, item.id LIMIT 500

-- name: discrepancies_counted
-- How many of them there are.
SELECT count(*) FROM immunization_discrepancy
WHERE closed_at IS NULL AND (%(facilities)s::int[] IS NULL OR facility_id = ANY(%(facilities)s::int[]))

-- name: transfers_of
-- Deliveries from or to a facility, those on the way first, then the newest.
SELECT transfer.id, transfer.from_facility_id, transfer.to_facility_id, transfer.document, transfer.note,
       transfer.sent_at, transfer.received_at, transfer.cancelled_at
FROM immunization_transfer transfer
WHERE transfer.from_facility_id = %(facility)s OR transfer.to_facility_id = %(facility)s
ORDER BY (transfer.received_at IS NULL AND transfer.cancelled_at IS NULL) DESC, transfer.sent_at DESC, transfer.id
LIMIT 100

-- name: transfer_one
-- One delivery.
SELECT id, from_facility_id, to_facility_id, document, note, sent_at, received_at, cancelled_at
FROM immunization_transfer WHERE id = %s

-- name: transfer_lots
-- Lots of deliveries.
SELECT line.transfer_id, line.lot_id, lot.product_id, lot.number, lot.expires_on, line.sent, line.received
FROM immunization_transferline line JOIN immunization_lot lot ON lot.id = line.lot_id
WHERE line.transfer_id = ANY(%s::uuid[]) ORDER BY lot.product_id, lot.number

-- name: book_entries
-- Entries of a lot's book at a facility since a day.
SELECT id, happened_at, kind, quantity, amount, session_id, vial_id, transfer_id, document, reason, note, actor_id
FROM immunization_stockmovement
WHERE facility_id = %(facility)s AND lot_id = %(lot)s AND happened_at >= %(since)s
ORDER BY happened_at, recorded_at, id LIMIT 2000

-- name: book_doses
-- Doses of the lot given there since that day, one line a day and session.
SELECT given_on, session_id, count(*)::int, max(happened_at)
FROM immunization_dose
WHERE facility_id = %(facility)s AND lot_id = %(lot)s AND status = 'active' AND happened_at >= %(since)s
GROUP BY 1, 2 ORDER BY 1, 4 LIMIT 2000

-- name: lot_one
-- A lot with its product.
SELECT lot.id, lot.number, lot.expires_on, lot.product_id, product.key, product.short_name
FROM immunization_lot lot JOIN immunization_product product ON product.id = lot.product_id WHERE lot.id = %s

-- name: stock_sums
-- Doses by facility and product within reach; below zero counted apart, so that it does not hide in a sum.
SELECT stock.facility_id, lot.product_id, (sum(greatest(stock.balance, 0)))::int,
       (count(*) FILTER (WHERE stock.balance < 0))::int,
       (coalesce(sum(stock.balance) FILTER (WHERE least(lot.expires_on, stock.use_by) < %(soon)s AND stock.balance > 0), 0))::int
FROM immunization_stock stock JOIN immunization_lot lot ON lot.id = stock.lot_id
WHERE (%(facilities)s::int[] IS NULL OR stock.facility_id = ANY(%(facilities)s::int[])) AND stock.balance <> 0
GROUP BY 1, 2 ORDER BY 1, 2 LIMIT %(most)s

-- name: trade_items
-- What codes on boxes mean.
SELECT gtin, product_id, doses, vial_doses FROM immunization_tradeitem WHERE gtin = ANY(%s::text[])

-- name: boxes_received
-- Whether boxes were received at a facility before.
SELECT gtin, serial, received_at FROM immunization_box
WHERE facility_id = %s AND gtin = %s AND serial = %s

-- name: api_stock
-- Lots at facilities (the key's scope), behind a key; for other systems.
SELECT stock.facility_id, lot.id, product.key, lot.number, lot.expires_on, stock.use_by, stock.received, stock.used,
       stock.adjusted, stock.balance
FROM immunization_stock stock
JOIN immunization_lot lot ON lot.id = stock.lot_id
JOIN immunization_product product ON product.id = lot.product_id
WHERE stock.facility_id = ANY(%(facilities)s::int[])
  AND (%(after_facility)s::int IS NULL
       OR (stock.facility_id, stock.lot_id) > (%(after_facility)s::int, %(after_lot)s::int))
ORDER BY stock.facility_id, stock.lot_id LIMIT %(most)s

-- name: balance_before
-- What a facility held of a lot before a moment.
SELECT coalesce((SELECT sum(quantity) FROM immunization_stockmovement
                 WHERE facility_id = %(facility)s AND lot_id = %(lot)s AND happened_at < %(since)s), 0)::int
     - (SELECT count(*) FROM immunization_dose
        WHERE facility_id = %(facility)s AND lot_id = %(lot)s AND status = 'active' AND happened_at < %(since)s)::int
