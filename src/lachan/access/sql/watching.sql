-- name: looks_of_day
-- The looks between two moments of those who looked at enough persons, or at a known one, to be worth a question.
WITH day AS (
    SELECT actor_id, person_id, at, what FROM access_look WHERE at >= %s::timestamptz AND at < %s::timestamptz
), worth AS (
    SELECT actor_id FROM day GROUP BY actor_id
    HAVING count(DISTINCT person_id) >= %s::int OR bool_or(person_id = ANY (%s::uuid[]))
)
SELECT actor_id, person_id, at, what FROM day WHERE actor_id IN (SELECT actor_id FROM worth) ORDER BY actor_id, at

-- name: persons_looked_at
-- How many persons each of these looked at on each local day between two moments.
SELECT actor_id, (at AT TIME ZONE %s)::date AS day, count(DISTINCT person_id)
FROM access_look WHERE actor_id = ANY (%s::uuid[]) AND at >= %s::timestamptz AND at < %s::timestamptz
GROUP BY 1, 2

-- name: find_looks
-- Looks newest first, narrowed by whoever asks; nulls do not narrow.
SELECT id, person_id, actor_id, purpose, what, at FROM access_look
WHERE (%s::uuid[] IS NULL OR actor_id = ANY (%s::uuid[]))
  AND (%s::uuid IS NULL OR person_id = %s::uuid)
  AND at >= %s::timestamptz AND at < %s::timestamptz
  AND (%s::text = '' OR purpose = %s::text)
  AND (%s::uuid IS NULL OR id < %s::uuid)
ORDER BY id DESC LIMIT %s::int
