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

-- name: insert_merge
-- Two records became one.
INSERT INTO people_merge
    (id, survivor_id, going_id, status, reason, evidence, actor_id, merged_at, survivor_area_id, going_area_id,
     undone_reason)
VALUES (%s, %s, %s, 'merged', %s, %s::jsonb, %s, %s, %s, %s, '')

-- name: insert_merged_rows
-- What each mover needs for the way back.
INSERT INTO people_mergedrow (merge_id, mover, kept)
SELECT %s::uuid, row.* FROM unnest(%s::text[], %s::jsonb[]) AS row

-- name: merged_rows
-- The same, read for the way back.
SELECT mover, kept FROM people_mergedrow WHERE merge_id = %s

-- name: merges_by_id
-- Merges, whatever became of them.
SELECT id, survivor_id, going_id, status, reason, evidence, actor_id, merged_at, survivor_area_id, going_area_id,
       undone_at, undone_by, undone_reason
FROM people_merge WHERE id = ANY(%s::uuid[])

-- name: merges_of_persons
-- Every merge in which one of these records stayed or went, latest first.
SELECT id, survivor_id, going_id, status, reason, evidence, actor_id, merged_at, survivor_area_id, going_area_id,
       undone_at, undone_by, undone_reason
FROM people_merge WHERE survivor_id = ANY(%s::uuid[]) OR going_id = ANY(%s::uuid[])
ORDER BY merged_at DESC, id DESC LIMIT 200

-- name: merges_in_areas
-- Merges of people who lived in these areas (null: the nation), latest first.
SELECT id, survivor_id, going_id, status, reason, evidence, actor_id, merged_at, survivor_area_id, going_area_id,
       undone_at, undone_by, undone_reason
FROM people_merge
WHERE (%(areas)s::int[] IS NULL OR survivor_area_id = ANY(%(areas)s::int[]) OR going_area_id = ANY(%(areas)s::int[]))
  AND (%(status)s::text = '' OR status = %(status)s::text)
  AND (merged_at, id) < (%(before)s::timestamptz, %(before_id)s::uuid)
ORDER BY merged_at DESC, id DESC LIMIT %(most)s

-- name: undo_merge
-- The two records are two again.
UPDATE people_merge SET status = 'undone', undone_at = %s, undone_by = %s, undone_reason = %s
WHERE id = %s AND status = 'merged'

-- name: trusted_numbers_of
-- Trusted numbers of both records, by system; no value is read.
SELECT person_id, system FROM people_identifier WHERE person_id = ANY(%s::uuid[]) AND trusted

-- name: became_part
-- Which of these records are merged into others; carried by person_merged, which holds nobody else.
SELECT id FROM people_person WHERE id = ANY(%s::uuid[]) AND merged_into IS NOT NULL

-- name: amend_person
-- A person as somebody corrected it.
UPDATE people_person SET name = %s, search_name = %s, sex = %s, birth_date = %s, birth_precision = %s,
    residence_id = %s, residence_since = %s, occupation = %s, priority_group = %s, nationality = %s, died_on = %s
WHERE id = %s

-- name: numbers_held
-- The numbers of persons, sealed.
SELECT person_id, blind, system, trusted, sealed, since FROM people_identifier WHERE person_id = ANY(%s::uuid[])

-- name: end_identifiers
-- Numbers that are not this person's any more.
DELETE FROM people_identifier WHERE person_id = %s AND blind = ANY(%s::bytea[])

-- name: keep_ended_identifiers
-- What those numbers were, for the record's history.
INSERT INTO people_endedidentifier (ended_at, ended_by, person_id, id, system, trusted, sealed, since)
SELECT %s::timestamptz, %s::uuid, row.*
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::bool[], %s::bytea[], %s::timestamptz[]) AS row

-- name: claim_identifiers
-- Numbers that a record merged into this one still holds become this one's own.
UPDATE people_identifier SET person_id = %s WHERE person_id = ANY(%s::uuid[]) AND blind = ANY(%s::bytea[])

-- name: persons_to_amend
-- What a correction may change of records.
SELECT id, name, search_name, sex, birth_date, birth_precision, residence_id, residence_since, occupation,
       priority_group, nationality, died_on
FROM people_person WHERE id = ANY(%s::uuid[])

-- name: aliases_of
-- Ids of devices, and records merged before, that stand for this record.
SELECT id FROM people_person WHERE merged_into = %s

-- name: kept_by_mover
-- What one mover kept of a merge.
SELECT kept FROM people_mergedrow WHERE merge_id = %s AND mover = %s

-- name: page_of_merged
-- Records that became part of others, in order of id behind the given one.
SELECT id FROM people_person WHERE merged_into IS NOT NULL AND id > %s ORDER BY id LIMIT %s

-- name: page_of_standing_merges
-- Records that went in merges that stand, in order of id behind the given one.
SELECT DISTINCT going_id FROM people_merge WHERE status = 'merged' AND going_id > %s ORDER BY going_id LIMIT %s
