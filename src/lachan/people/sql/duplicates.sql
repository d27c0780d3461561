-- name: years_of_birth
-- How many open records each year of birth has; null for those without a date.
SELECT extract(year FROM birth_date)::int AS year, count(*)
FROM people_person WHERE merged_into IS NULL GROUP BY 1 ORDER BY 1

-- name: born_in
-- What is compared of the people born between two days (the second not included); carried by person_birth.
SELECT id, search_name, birth_date, residence_id FROM people_person
WHERE birth_date >= %s AND birth_date < %s AND merged_into IS NULL

-- name: born_unknown
-- The same of those without a birth date.
SELECT id, search_name, birth_date, residence_id FROM people_person WHERE birth_date IS NULL AND merged_into IS NULL

-- name: shared_telephones
-- People who share a telephone or address, in the order of it; contacts lie with their person.
SELECT c.blind, p.id, p.search_name, p.birth_date, p.residence_id
FROM (
    SELECT blind, person_id, count(*) OVER (PARTITION BY blind) AS holders
    FROM people_contact WHERE blind >= %s AND blind < %s
) c
JOIN people_person p ON p.id = c.person_id
WHERE c.holders > 1 AND p.merged_into IS NULL
ORDER BY c.blind, p.id

-- name: shared_numbers
-- Numbers that several people hold: an old number issued twice, or one person twice.
SELECT blind, person_id FROM people_identifier
WHERE blind IN (
    SELECT blind FROM people_identifier WHERE blind >= %s AND blind < %s GROUP BY blind HAVING count(*) > 1
)
ORDER BY blind, person_id

-- name: rows_to_compare
-- What is compared of these people.
SELECT id, search_name, birth_date, residence_id FROM people_person WHERE id = ANY(%s::uuid[]) AND merged_into IS NULL

-- name: keep_pairs
-- Pairs found; one settled before keeps how it was settled.
INSERT INTO people_personpair
    (found_at, scan_id, status, note, person_id, other_id, verdict, score, reasons, residence_id, other_residence_id)
SELECT %s::timestamptz, %s::uuid, 'open', '', row.*
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::smallint[], %s::jsonb[], %s::int[], %s::int[]) AS row
ON CONFLICT (person_id, other_id) DO UPDATE
SET verdict = excluded.verdict, score = excluded.score, reasons = excluded.reasons, scan_id = excluded.scan_id,
    residence_id = excluded.residence_id, other_residence_id = excluded.other_residence_id

-- name: drop_vanished_pairs
-- Open pairs that a finished scan did not find again: a record was corrected, or is gone.
DELETE FROM people_personpair WHERE status = 'open' AND scan_id <> %s

-- name: begin_slice
-- Take a slice; nothing is answered when it is done, and another scanner's unfinished one is waited for.
INSERT INTO people_pairslice (scan_id, name, done_at, persons, compared, pairs) VALUES (%s, %s, %s, 0, 0, 0)
ON CONFLICT DO NOTHING RETURNING name

-- name: end_slice
-- What a slice held.
UPDATE people_pairslice SET persons = %s, compared = %s, pairs = %s WHERE scan_id = %s AND name = %s

-- name: slices_done
-- What an unfinished scan has behind it.
SELECT name FROM people_pairslice WHERE scan_id = %s

-- name: open_pairs
-- Open pairs in which one of the two lives in these areas, the most alike first; names come with them.
SELECT pair.person_id, pair.other_id, pair.verdict, pair.score, pair.reasons, pair.found_at
FROM people_personpair pair
WHERE pair.status = 'open'
  AND (%(areas)s::int[] IS NULL OR pair.residence_id = ANY(%(areas)s::int[])
       OR pair.other_residence_id = ANY(%(areas)s::int[]))
  AND (%(verdict)s = '' OR pair.verdict = %(verdict)s)
  AND (pair.score, pair.person_id, pair.other_id) < (%(score)s, %(person_id)s, %(other_id)s)
ORDER BY pair.score DESC, pair.person_id DESC, pair.other_id DESC
LIMIT %(most)s

-- name: count_open_pairs
-- Open pairs of these areas by verdict.
SELECT verdict, count(*) FROM people_personpair
WHERE status = 'open'
  AND (%(areas)s::int[] IS NULL OR residence_id = ANY(%(areas)s::int[]) OR other_residence_id = ANY(%(areas)s::int[]))
GROUP BY verdict

-- name: settle_pairs
-- Someone says: two people. Only of open pairs; answers which.
UPDATE people_personpair pair
SET status = 'two_people', settled_at = %s, settled_by = %s, note = %s
FROM unnest(%s::uuid[], %s::uuid[]) AS said (person_id, other_id)
WHERE pair.person_id = said.person_id AND pair.other_id = said.other_id AND pair.status = 'open'
RETURNING pair.person_id, pair.other_id

-- name: pair_merged
-- The two records of a pair became one.
UPDATE people_personpair SET status = 'merged', settled_at = %s, settled_by = %s WHERE person_id = %s AND other_id = %s

-- name: pair_apart
-- They came apart again: two people.
UPDATE people_personpair SET status = 'two_people', settled_at = %s, settled_by = %s
WHERE person_id = %s AND other_id = %s

-- name: forget_pairs
-- Open pairs of a record that is no longer one by itself.
DELETE FROM people_personpair WHERE status = 'open' AND (person_id = %s OR other_id = %s)
