-- name: insert_sheet_rows
-- Rows of a sheet as staged; a row that stands already stays as it is.
INSERT INTO exchange_sheetrow (sheet_id, number, id, person_id, state, reason, hash, seen, sealed)
SELECT %s::uuid, row.*
FROM unnest(%s::int[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::bytea[], %s::bytea[], %s::bytea[]) AS row
ON CONFLICT (sheet_id, number) DO NOTHING

-- name: update_sheet_rows
-- What became of rows.
UPDATE exchange_sheetrow AS r
SET state = new.state, reason = new.reason, seen = new.seen, person_id = new.person_id, hash = new.hash,
    sealed = new.sealed
FROM unnest(%s::int[], %s::text[], %s::text[], %s::bytea[], %s::uuid[], %s::bytea[], %s::bytea[])
    AS new (number, state, reason, seen, person_id, hash, sealed)
WHERE r.sheet_id = %s AND r.number = new.number

-- name: done_hashes
-- Which of these rows were carried out before, by any sheet.
SELECT DISTINCT hash FROM exchange_sheetrow WHERE hash = ANY(%s::bytea[]) AND state = 'done'

-- name: empty_sheet_rows
-- What rows said goes; that they were there, of whom, and what became of them stays.
UPDATE exchange_sheetrow SET sealed = NULL WHERE sheet_id = %s AND sealed IS NOT NULL

