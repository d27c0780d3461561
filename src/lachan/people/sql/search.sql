-- name: search_by_birth
-- By a known day or month of birth, and what is known of the name; carried by person_birth.
SELECT id, name, sex, birth_date, birth_precision, residence_id, died_on, status, merged_into, rank, search_name
FROM (
    SELECT p.*, CASE WHEN p.search_name = %(whole)s THEN 0 WHEN p.search_name LIKE %(ending)s THEN 1
                     WHEN (' ' || p.search_name || ' ') LIKE ALL (%(words)s::text[]) THEN 2 ELSE 3 END AS rank
    FROM people_person p
    WHERE p.birth_date = ANY(%(days)s::date[])
      AND (p.birth_precision <> 'D' OR p.birth_date BETWEEN %(born_from)s::date AND %(born_to)s::date)
      AND (' ' || p.search_name) LIKE ALL (%(starts)s::text[])
      AND (%(areas)s::int[] IS NULL OR p.residence_id = ANY(%(areas)s::int[]))
      AND p.merged_into IS NULL
) found
WHERE (rank, search_name, coalesce(birth_date, 'infinity'), id)
    > (%(after_rank)s::int, %(after_name)s::text, %(after_born)s::date, %(after_id)s::uuid)
ORDER BY rank, search_name, coalesce(birth_date, 'infinity'), id
LIMIT %(most)s

-- name: search_by_residence
-- By name within areas, words in any order; carried by person_residence. A range of '' to the highest character means
-- the whole area is read, which the caller allows for small scopes only.
SELECT id, name, sex, birth_date, birth_precision, residence_id, died_on, status, merged_into, rank, search_name
FROM (
    SELECT p.*, CASE WHEN p.search_name = %(whole)s THEN 0 WHEN p.search_name LIKE %(ending)s THEN 1
                     WHEN (' ' || p.search_name || ' ') LIKE ALL (%(words)s::text[]) THEN 2 ELSE 3 END AS rank
    FROM people_person p
    WHERE p.residence_id = ANY(%(areas)s::int[])
      AND p.search_name >= %(from_name)s::text AND p.search_name < %(to_name)s::text
      AND (' ' || p.search_name) LIKE ALL (%(starts)s::text[])
      AND (%(born_from)s::date IS NULL OR p.birth_date BETWEEN %(born_from)s::date AND %(born_to)s::date)
      AND p.merged_into IS NULL
) found
WHERE (rank, search_name, coalesce(birth_date, 'infinity'), id)
    > (%(after_rank)s::int, %(after_name)s::text, %(after_born)s::date, %(after_id)s::uuid)
ORDER BY rank, search_name, coalesce(birth_date, 'infinity'), id
LIMIT %(most)s

-- name: search_by_name
-- By the beginning of the name over the whole nation, in the order of person_name, so that a page stops early.
SELECT id, name, sex, birth_date, birth_precision, residence_id, died_on, status, merged_into, 0 AS rank, search_name
FROM people_person
WHERE search_name >= %(from_name)s::text AND search_name < %(to_name)s::text
  AND (%(born_from)s::date IS NULL OR birth_date BETWEEN %(born_from)s::date AND %(born_to)s::date)
  AND (search_name, coalesce(birth_date, 'infinity'), id)
    > (%(after_name)s::text, %(after_born)s::date, %(after_id)s::uuid)
  AND merged_into IS NULL
ORDER BY search_name, birth_date, id
LIMIT %(most)s

-- name: near_persons
-- Who may be the person being registered: the same name within a year, or the same given name on one of these days.
SELECT id, name, sex, birth_date, birth_precision, residence_id, died_on, status, merged_into
FROM people_person
WHERE search_name = %(whole)s AND birth_date BETWEEN %(years_from)s::date AND %(years_to)s::date AND merged_into IS NULL
UNION
SELECT id, name, sex, birth_date, birth_precision, residence_id, died_on, status, merged_into
FROM people_person
WHERE birth_date = ANY(%(days)s::date[]) AND search_name LIKE %(given)s AND merged_into IS NULL
LIMIT %(most)s

-- name: holders_of_numbers
-- Everyone who holds one of these numbers; the old number may have two holders.
SELECT DISTINCT person_id FROM people_identifier WHERE blind = ANY(%s::bytea[])

-- name: profile
-- One record whole, as its page shows it.
SELECT id, name, sex, birth_date, birth_precision, residence_id, died_on, status, merged_into, residence_since,
       occupation, priority_group, nationality, created_at
FROM people_person WHERE id = %s

-- name: guardians_of
-- Who answers for a child.
SELECT id, guardian_id, name, relation, sealed_phone FROM people_guardian WHERE person_id = %s ORDER BY id
