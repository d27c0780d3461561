-- name: residents
-- Published to planning: who lives in these areas, by id, priority group and age on a day; no names.
SELECT id, priority_group,
       CASE WHEN birth_date IS NULL THEN NULL ELSE extract(year FROM age(%(on)s::date, birth_date))::int END
FROM people_person
WHERE residence_id = ANY(%(areas)s::int[]) AND merged_into IS NULL AND died_on IS NULL

-- name: confirmed_persons
-- Published to the debt meter: those of these people who stand in one of these states with the population register.
SELECT person_id FROM people_verification WHERE person_id = ANY(%s::uuid[]) AND state = ANY(%s::text[])
