-- name: ensure_lots
-- Lots first seen on a delivery note. One that is known keeps what is known of it; what was not known is filled in.
INSERT INTO immunization_lot AS lot (product_id, number, expires_on, vial_doses, status, component)
SELECT row.*, 'ok', 0 FROM unnest(%s::int[], %s::text[], %s::date[], %s::smallint[]) AS row
ON CONFLICT (product_id, number) DO UPDATE SET
    expires_on = coalesce(lot.expires_on, EXCLUDED.expires_on),
    vial_doses = coalesce(lot.vial_doses, EXCLUDED.vial_doses)
WHERE (lot.expires_on IS NULL AND EXCLUDED.expires_on IS NOT NULL)
   OR (lot.vial_doses IS NULL AND EXCLUDED.vial_doses IS NOT NULL)

-- name: insert_movements
-- Entries of the stock book.
INSERT INTO immunization_stockmovement
    (actor_id, recorded_at, id, facility_id, lot_id, kind, quantity, amount, session_id, vial_id, transfer_id, document,
     reason, note, happened_at)
SELECT %s::uuid, %s::timestamptz, row.*
FROM unnest(%s::uuid[], %s::int[], %s::int[], %s::text[], %s::int[], %s::int[], %s::uuid[], %s::uuid[], %s::uuid[],
            %s::text[], %s::text[], %s::text[], %s::timestamptz[]) AS row

-- name: move_stock
-- The balance follows the entries (pairs sorted by the caller). Of thawed vials the earliest last day counts, until all
-- that was there is gone.
INSERT INTO immunization_stock AS stock (facility_id, lot_id, received, used, adjusted, use_by)
SELECT facility_id, lot_id, received, 0, adjusted, use_by
FROM unnest(%s::int[], %s::int[], %s::int[], %s::int[], %s::date[]) AS row (facility_id, lot_id, received, adjusted, use_by)
ON CONFLICT (facility_id, lot_id) DO UPDATE SET
    received = stock.received + EXCLUDED.received, adjusted = stock.adjusted + EXCLUDED.adjusted,
    use_by = CASE WHEN stock.received - stock.used + stock.adjusted <= 0 THEN EXCLUDED.use_by
                  ELSE least(stock.use_by, EXCLUDED.use_by) END

-- name: use_stock
-- Doses used of a lot at a facility, one row a pair (pairs sorted by the caller, so two slices cannot deadlock). What
-- falls below zero is put on the list of discrepancies, once a lot.
WITH used AS (
    INSERT INTO immunization_stock AS stock (facility_id, lot_id, received, used, adjusted)
    SELECT facility_id, lot_id, 0, used, 0
    FROM unnest(%s::int[], %s::int[], %s::int[]) AS row (facility_id, lot_id, used)
    ON CONFLICT (facility_id, lot_id) DO UPDATE SET used = stock.used + EXCLUDED.used
    RETURNING facility_id, lot_id, balance
)
INSERT INTO immunization_discrepancy
    (id, facility_id, lot_id, kind, quantity, actor_id, happened_at, reason, note)
SELECT gen_random_uuid(), facility_id, lot_id, 'below_zero', 0, %s::uuid, %s::timestamptz, '', ''
FROM used WHERE balance < 0
ON CONFLICT (facility_id, lot_id) WHERE kind = 'below_zero' AND closed_at IS NULL DO NOTHING

-- name: use_stock_and_vials
-- The same, and the vials they were drawn from as they stand now: rows of this slice's own, or locked by it.
WITH drawn AS (
    INSERT INTO immunization_vial AS vial
        (actor_id, recorded_at, facility_id, id, session_id, lot_id, doses, drawn, wasted, opened_at, limit_at,
         automatic)
    SELECT %s::uuid, %s::timestamptz, row.*
    FROM unnest(%s::int[], %s::uuid[], %s::uuid[], %s::int[], %s::smallint[], %s::smallint[], %s::smallint[],
                %s::timestamptz[], %s::timestamptz[], %s::bool[]) AS row
    ON CONFLICT (facility_id, id) DO UPDATE SET
        doses = EXCLUDED.doses, drawn = EXCLUDED.drawn, wasted = EXCLUDED.wasted
), used AS (
    INSERT INTO immunization_stock AS stock (facility_id, lot_id, received, used, adjusted)
    SELECT facility_id, lot_id, 0, used, 0
    FROM unnest(%s::int[], %s::int[], %s::int[]) AS row (facility_id, lot_id, used)
    ON CONFLICT (facility_id, lot_id) DO UPDATE SET used = stock.used + EXCLUDED.used
    RETURNING facility_id, lot_id, balance
)
INSERT INTO immunization_discrepancy
    (id, facility_id, lot_id, kind, quantity, actor_id, happened_at, reason, note)
SELECT gen_random_uuid(), facility_id, lot_id, 'below_zero', 0, %s::uuid, %s::timestamptz, '', ''
FROM used WHERE balance < 0
ON CONFLICT (facility_id, lot_id) WHERE kind = 'below_zero' AND closed_at IS NULL DO NOTHING

-- name: settle_closed
-- Lots no longer below zero leave the list by themselves.
UPDATE immunization_discrepancy AS item SET closed_at = %s::timestamptz, closed_by = %s::uuid, reason = 'settled'
FROM unnest(%s::int[], %s::int[]) AS row (facility_id, lot_id)
JOIN immunization_stock stock ON stock.facility_id = row.facility_id AND stock.lot_id = row.lot_id
WHERE item.facility_id = row.facility_id AND item.lot_id = row.lot_id AND item.kind = 'below_zero'
  AND item.closed_at IS NULL AND stock.balance >= 0
RETURNING item.id, item.facility_id, item.lot_id

-- name: settle_opened
-- Lots that an entry of the book has brought below zero.
INSERT INTO immunization_discrepancy
    (id, facility_id, lot_id, kind, quantity, actor_id, happened_at, reason, note)
SELECT gen_random_uuid(), stock.facility_id, stock.lot_id, 'below_zero', 0, %s::uuid, %s::timestamptz, '', ''
FROM unnest(%s::int[], %s::int[]) AS row (facility_id, lot_id)
JOIN immunization_stock stock ON stock.facility_id = row.facility_id AND stock.lot_id = row.lot_id
WHERE stock.balance < 0
ON CONFLICT (facility_id, lot_id) WHERE kind = 'below_zero' AND closed_at IS NULL DO NOTHING
RETURNING id, facility_id, lot_id

-- name: insert_discrepancies
-- What a count or an arrival brought to light, explained at once or not yet.
INSERT INTO immunization_discrepancy
    (actor_id, id, facility_id, lot_id, kind, quantity, transfer_id, happened_at, closed_at, closed_by, reason, note)
SELECT %s::uuid, row.*
FROM unnest(%s::uuid[], %s::int[], %s::int[], %s::text[], %s::int[], %s::uuid[], %s::timestamptz[], %s::timestamptz[],
            %s::uuid[], %s::text[], %s::text[]) AS row

-- name: discrepancy_to_explain
-- An open item of a facility.
SELECT id, lot_id, kind, closed_at FROM immunization_discrepancy WHERE facility_id = %s AND id = %s FOR UPDATE

-- name: explain_discrepancy
-- Somebody has said why.
UPDATE immunization_discrepancy SET closed_at = %s, closed_by = %s, reason = %s, note = %s
WHERE facility_id = %s AND id = %s

-- name: stock_now
-- What facilities hold of lots (received - used + adjusted), and the last day of what is thawed.
SELECT stock.facility_id, stock.lot_id, stock.balance, stock.use_by
FROM unnest(%s::int[], %s::int[]) AS row (facility_id, lot_id)
JOIN immunization_stock stock ON stock.facility_id = row.facility_id AND stock.lot_id = row.lot_id

-- name: balance_at
-- What a facility held of a lot at a moment, by the book and the doses as they are known now.
SELECT coalesce((SELECT sum(quantity) FROM immunization_stockmovement
                 WHERE facility_id = %(facility)s AND lot_id = %(lot)s AND happened_at <= %(at)s), 0)::int
     - (SELECT count(*) FROM immunization_dose
        WHERE facility_id = %(facility)s AND lot_id = %(lot)s AND status = 'active' AND happened_at <= %(at)s)::int

-- name: boxes_known
-- Boxes a facility has received before.
SELECT box.facility_id, box.gtin, box.serial, box.received_at
FROM unnest(%s::int[], %s::text[], %s::text[]) AS row (facility_id, gtin, serial)
JOIN immunization_box box
    ON box.facility_id = row.facility_id AND box.gtin = row.gtin AND box.serial = row.serial

-- name: insert_boxes
-- Boxes received; one that came again, which somebody has confirmed, keeps its first entry.
INSERT INTO immunization_box (facility_id, gtin, serial, lot_id, movement_id, received_at)
SELECT row.* FROM unnest(%s::int[], %s::text[], %s::text[], %s::int[], %s::uuid[], %s::timestamptz[]) AS row
ON CONFLICT (facility_id, gtin, serial) DO NOTHING

-- name: teach_gtins
-- What a code on a box means; whoever states it last is right.
INSERT INTO immunization_tradeitem (actor_id, recorded_at, gtin, product_id, doses, vial_doses)
SELECT %s::uuid, %s::timestamptz, row.*
FROM unnest(%s::text[], %s::smallint[], %s::int[], %s::smallint[]) AS row
ON CONFLICT (gtin) DO UPDATE SET actor_id = EXCLUDED.actor_id, recorded_at = EXCLUDED.recorded_at,
    product_id = EXCLUDED.product_id, doses = EXCLUDED.doses, vial_doses = EXCLUDED.vial_doses

-- name: vials_to_draw
-- Vials of the sessions of a slice, and those it names, locked in one order: what is drawn is counted under the lock.
SELECT id, facility_id, session_id, lot_id, doses, drawn, wasted, opened_at, limit_at, closed_at, automatic
FROM immunization_vial WHERE session_id = ANY(%s::uuid[]) OR id = ANY(%s::uuid[])
ORDER BY facility_id, id FOR UPDATE

-- name: recount_vials
-- Vials some doses name, by the doses that count now. One that yielded more than was thought held more.
WITH named AS MATERIALIZED (
    SELECT DISTINCT dose.vial_id FROM unnest(%s::uuid[], %s::uuid[]) AS row (person_id, id)
    JOIN immunization_dose dose ON dose.person_id = row.person_id AND dose.id = row.id
    WHERE dose.vial_id IS NOT NULL
), counted AS MATERIALIZED (
    SELECT dose.facility_id, dose.vial_id, (count(*) FILTER (WHERE dose.status = 'active'))::int AS drawn
    FROM immunization_dose dose WHERE dose.vial_id IN (SELECT vial_id FROM named) GROUP BY 1, 2
)
UPDATE immunization_vial AS vial
SET drawn = counted.drawn, doses = greatest(vial.doses, counted.drawn + vial.wasted)
FROM counted WHERE vial.facility_id = counted.facility_id AND vial.id = counted.vial_id

-- name: sessions_draw_from_vials
-- From now on doses of these sessions are drawn from vials.
UPDATE immunization_session SET vials = true WHERE id = ANY(%s::uuid[]) AND NOT vials

-- name: opened_vials
-- Vials said to be open. One a dose has opened by itself before gets the time and size somebody states now.
INSERT INTO immunization_vial AS vial
    (actor_id, recorded_at, drawn, wasted, automatic, facility_id, id, session_id, lot_id, doses, opened_at, limit_at)
SELECT %s::uuid, %s::timestamptz, 0, 0, false, row.*
FROM unnest(%s::int[], %s::uuid[], %s::uuid[], %s::int[], %s::smallint[], %s::timestamptz[], %s::timestamptz[]) AS row
ON CONFLICT (facility_id, id) DO UPDATE SET automatic = false, opened_at = least(vial.opened_at, EXCLUDED.opened_at),
    limit_at = CASE WHEN vial.drawn = 0 THEN EXCLUDED.limit_at ELSE vial.limit_at END,
    doses = greatest(EXCLUDED.doses, vial.drawn + vial.wasted)
WHERE vial.automatic

-- name: discard_vials
-- Vials thrown away with what is left in them; thrown away once, the first time stays.
UPDATE immunization_vial AS vial
SET wasted = vial.wasted + row.wasted, closed_at = coalesce(vial.closed_at, row.closed_at)
FROM unnest(%s::int[], %s::uuid[], %s::int[], %s::timestamptz[]) AS row (facility_id, id, wasted, closed_at)
WHERE vial.facility_id = row.facility_id AND vial.id = row.id

-- name: transfer_locked
-- A transfer and its lots, locked: it is received or called back once.
SELECT id, from_facility_id, to_facility_id, received_at, cancelled_at FROM immunization_transfer
WHERE id = %s FOR UPDATE

-- name: transfer_lines
-- Lots of a transfer.
SELECT line.lot_id, lot.product_id, lot.number, line.sent, line.received, line.use_by
FROM immunization_transferline line JOIN immunization_lot lot ON lot.id = line.lot_id
WHERE line.transfer_id = %s ORDER BY lot.product_id, lot.number

-- name: insert_transfer
-- Goods that left.
INSERT INTO immunization_transfer
    (id, from_facility_id, to_facility_id, document, note, sent_at, sent_by, recorded_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)

-- name: insert_transfer_lines
-- Its lots.
INSERT INTO immunization_transferline (transfer_id, lot_id, sent, use_by)
SELECT row.* FROM unnest(%s::uuid[], %s::int[], %s::int[], %s::date[]) AS row

-- name: receive_transfer
-- The goods are there.
UPDATE immunization_transfer SET received_at = %s, received_by = %s WHERE id = %s

-- name: receive_transfer_lines
-- What arrived of each lot.
UPDATE immunization_transferline AS line SET received = row.received
FROM unnest(%s::uuid[], %s::int[], %s::int[]) AS row (transfer_id, lot_id, received)
WHERE line.transfer_id = row.transfer_id AND line.lot_id = row.lot_id

-- name: cancel_transfer
-- The goods never left, or are back.
UPDATE immunization_transfer SET cancelled_at = %s, note = %s WHERE id = %s

-- name: check_book
-- Where the sums of the stock table differ from the entries of the book.
SELECT coalesce(stock.facility_id, book.facility_id), coalesce(stock.lot_id, book.lot_id),
       coalesce(stock.received, 0), coalesce(stock.adjusted, 0), coalesce(book.received, 0), coalesce(book.adjusted, 0)
FROM (SELECT facility_id, lot_id, received, adjusted FROM immunization_stock) stock
FULL JOIN (
    SELECT facility_id, lot_id,
           (coalesce(sum(quantity) FILTER (WHERE kind IN ('receive', 'transfer_in')), 0))::int AS received,
           (coalesce(sum(quantity) FILTER (WHERE kind NOT IN ('receive', 'transfer_in')), 0))::int AS adjusted
    FROM immunization_stockmovement GROUP BY 1, 2
) book ON book.facility_id = stock.facility_id AND book.lot_id = stock.lot_id
WHERE (coalesce(stock.received, 0), coalesce(stock.adjusted, 0))
    IS DISTINCT FROM (coalesce(book.received, 0), coalesce(book.adjusted, 0))
ORDER BY 1, 2

-- name: check_vials
-- Every vial as it is kept.
SELECT id, facility_id, session_id, lot_id, doses, drawn, wasted, opened_at, limit_at, closed_at, automatic
FROM immunization_vial ORDER BY id

-- name: check_vial_doses
-- Every dose that counts and names a vial.
SELECT vial_id, facility_id, session_id, lot_id, product_id, happened_at, id, override_codes
FROM immunization_dose WHERE vial_id IS NOT NULL AND status = 'active' ORDER BY vial_id

-- name: check_vial_waste
-- What the book says was thrown away with each vial.
SELECT vial_id, (-sum(quantity))::int FROM immunization_stockmovement
WHERE vial_id IS NOT NULL AND kind = 'waste' GROUP BY 1

-- name: check_lot_products
-- Which product each lot is of.
SELECT id, product_id FROM immunization_lot

-- name: check_transfers
-- Each lot of each transfer with what it says, whether it arrived and whether it was called back.
SELECT line.transfer_id, line.lot_id, line.sent, line.received, transfer.received_at IS NOT NULL,
       transfer.cancelled_at IS NOT NULL
FROM immunization_transferline line JOIN immunization_transfer transfer ON transfer.id = line.transfer_id
ORDER BY 1, 2

-- name: check_transfer_entries
-- The same as the book has it: left, arrived, called back.
SELECT transfer_id, lot_id, (-coalesce(sum(quantity) FILTER (WHERE kind = 'transfer_out'), 0))::int,
       (sum(quantity) FILTER (WHERE kind = 'transfer_in'))::int,
       (coalesce(sum(quantity) FILTER (WHERE kind = 'transfer_back'), 0))::int
FROM immunization_stockmovement WHERE transfer_id IS NOT NULL GROUP BY 1, 2

-- name: check_below_zero
-- Lots below zero that are not on the list, and lots on the list that are not below zero.
SELECT stock.facility_id, stock.lot_id, stock.balance FROM immunization_stock stock
WHERE (stock.balance < 0) <> EXISTS (
    SELECT FROM immunization_discrepancy item
    WHERE item.facility_id = stock.facility_id AND item.lot_id = stock.lot_id AND item.kind = 'below_zero'
      AND item.closed_at IS NULL)
ORDER BY 1, 2
