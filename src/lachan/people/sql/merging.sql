-- name: join_person
-- A record becomes part of another one, or (null) stands by itself again.
UPDATE people_person SET merged_into = %s::uuid WHERE id = %s::uuid

-- name: known_by_merge
-- A provisional survivor is known once it took in a known record.
UPDATE people_person SET status = 'known' WHERE id = %s::uuid AND status = 'provisional'
  AND EXISTS (SELECT 1 FROM people_person going WHERE going.id = %s::uuid AND going.status = 'known')
RETURNING id

-- name: provisional_again
-- The survivor as it was before it took in a known record.
UPDATE people_person SET status = 'provisional' WHERE id = %s::uuid

-- name: move_identifiers
-- Numbers of the record that goes, unless the survivor has the same one, or another trusted one of the same kind.
UPDATE people_identifier moving SET person_id = %s::uuid
WHERE moving.person_id = %s::uuid AND NOT EXISTS (
    SELECT 1 FROM people_identifier own WHERE own.person_id = %s::uuid
      AND (own.blind = moving.blind OR (own.trusted AND moving.trusted AND own.system = moving.system)))
RETURNING moving.blind

-- name: identifiers_back
-- The same numbers again under the record they came from.
UPDATE people_identifier moved SET person_id = %s::uuid
WHERE moved.person_id = %s::uuid AND moved.blind = ANY(%s::bytea[]) AND NOT EXISTS (
    SELECT 1 FROM people_identifier own WHERE own.person_id = %s::uuid AND own.blind = moved.blind)
