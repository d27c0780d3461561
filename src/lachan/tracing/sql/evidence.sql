-- name: insert_groups
-- New groups; one that is there stays as it was said first.
INSERT INTO tracing_group (id, kind, label, area_id, starts_at, ends_at, source, made_at, made_by)
SELECT id, kind, label, area_id, starts_at, ends_at, source, %s::timestamptz, %s::uuid
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::int[], %s::timestamptz[], %s::timestamptz[], %s::text[])
     AS new(id, kind, label, area_id, starts_at, ends_at, source)
ON CONFLICT (id) DO NOTHING

-- name: groups
-- These groups.
SELECT id, kind, label, area_id, starts_at, ends_at, source, made_by FROM tracing_group WHERE id = ANY(%s::uuid[])

-- name: insert_memberships
-- People who belong to groups; said again with another end or seat, that counts.
INSERT INTO tracing_membership (person_id, id, group_id, from_at, to_at, "row", seat, recorded_at, actor_id)
SELECT person_id, id, group_id, from_at, to_at, "row", seat, %s::timestamptz, %s::uuid
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::smallint[], %s::text[])
     AS new(person_id, id, group_id, from_at, to_at, "row", seat)
ON CONFLICT (person_id, group_id, from_at) DO UPDATE SET
    to_at = excluded.to_at, "row" = excluded."row", seat = excluded.seat, withdrawn_at = NULL

-- name: withdraw_memberships
-- Said by mistake.
UPDATE tracing_membership member SET withdrawn_at = %s::timestamptz
FROM unnest(%s::uuid[], %s::uuid[]) AS gone(person_id, group_id)
WHERE member.person_id = gone.person_id AND member.group_id = gone.group_id AND member.person_id = ANY(%s::uuid[])
  AND member.withdrawn_at IS NULL
RETURNING member.person_id, member.group_id

-- name: groups_of_person
-- Groups somebody belongs or belonged to.
SELECT held.id, held.kind, held.label, held.area_id, held.starts_at, held.ends_at, held.source, held.made_by, member.from_at,
       member.to_at, member."row", member.seat
FROM tracing_membership member JOIN tracing_group held ON held.id = member.group_id
WHERE member.person_id = %s::uuid AND member.withdrawn_at IS NULL ORDER BY held.kind, held.label

-- name: memberships_of
-- To what these people belonged in a span of time.
SELECT person_id, group_id, from_at, to_at, "row" FROM tracing_membership
WHERE person_id = ANY(%s::uuid[]) AND withdrawn_at IS NULL AND from_at < %s::timestamptz
  AND (to_at IS NULL OR to_at > %s::timestamptz)

-- name: members_of
-- Who belonged to these groups in a span of time.
SELECT person_id, group_id, from_at, to_at, "row" FROM tracing_membership
WHERE group_id = ANY(%s::uuid[]) AND withdrawn_at IS NULL AND from_at < %s::timestamptz
  AND (to_at IS NULL OR to_at > %s::timestamptz)
ORDER BY group_id, person_id LIMIT %s::int

-- name: named_with
-- Who was named as near this person, and as near whom this person was named, in a span of time.
SELECT CASE WHEN person_id = %s::uuid THEN case_person_id ELSE person_id END, relation, first_at, last_at, minutes
FROM tracing_named
WHERE (person_id = %s::uuid OR case_person_id = %s::uuid) AND disease = %s::text AND withdrawn_at IS NULL
  AND first_at < %s::timestamptz AND last_at >= %s::timestamptz
LIMIT %s::int

-- name: cases_in_groups
-- Standing lists of people who belong to these groups.
SELECT DISTINCT line.case_id, line.person_id, line.disease
FROM tracing_caselist line JOIN tracing_membership member ON member.person_id = line.person_id
WHERE member.group_id = ANY(%s::uuid[]) AND member.withdrawn_at IS NULL AND line.state = 'standing'
