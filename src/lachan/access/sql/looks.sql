-- name: log_looks
-- One row for each person looked at, in one statement; the shards split it by person.
INSERT INTO access_look (person_id, id, actor_id, purpose, what, at)
SELECT person_id, id, %s::uuid, %s::text, %s::text, %s::timestamptz
FROM unnest(%s::uuid[], %s::uuid[]) AS looked (person_id, id)
