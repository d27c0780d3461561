-- name: worklist_open
-- Open items of these facilities, and those without a facility of these areas (null: the nation); newest first.
SELECT id, command_id, kind, verb, reason, params, actor_id, facility_id, area_id, person_id, happened_at, created_at,
       resolved_at, resolved_by, resolution, note
FROM kernel_worklistitem
WHERE resolved_at IS NULL
  AND (%(facilities)s::int[] IS NULL OR facility_id = ANY(%(facilities)s::int[])
       OR (facility_id IS NULL AND (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[]))))
  AND (%(kind)s::text = '' OR kind = %(kind)s::text) AND (%(reason)s::text = '' OR reason = %(reason)s::text)
  AND (%(person_id)s::uuid IS NULL OR person_id = %(person_id)s::uuid)
  AND created_at >= %(since)s::timestamptz AND created_at < %(until)s::timestamptz
  AND (created_at, id) < (%(before)s::timestamptz, %(before_id)s::uuid)
ORDER BY created_at DESC, id DESC
LIMIT %(most)s

-- name: worklist_resolved
-- The same of what was dealt with, latest resolution first.
SELECT id, command_id, kind, verb, reason, params, actor_id, facility_id, area_id, person_id, happened_at, created_at,
       resolved_at, resolved_by, resolution, note
FROM kernel_worklistitem
WHERE resolved_at IS NOT NULL AND resolution <> 'attempt'
  AND (%(facilities)s::int[] IS NULL OR facility_id = ANY(%(facilities)s::int[])
       OR (facility_id IS NULL AND (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[]))))
  AND (%(kind)s::text = '' OR kind = %(kind)s::text) AND (%(reason)s::text = '' OR reason = %(reason)s::text)
  AND (%(person_id)s::uuid IS NULL OR person_id = %(person_id)s::uuid)
  AND created_at >= %(since)s::timestamptz AND created_at < %(until)s::timestamptz
  AND (resolved_at, id) < (%(before)s::timestamptz, %(before_id)s::uuid)
ORDER BY resolved_at DESC, id DESC
LIMIT %(most)s

-- name: worklist_counts
-- How many open items there are of each kind and reason.
SELECT kind, reason, count(*)
FROM kernel_worklistitem
WHERE resolved_at IS NULL
  AND (%(facilities)s::int[] IS NULL OR facility_id = ANY(%(facilities)s::int[])
       OR (facility_id IS NULL AND (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[]))))
GROUP BY kind, reason
ORDER BY count(*) DESC, kind, reason

-- name: worklist_items
-- Items by id with what was sent, as far as these facilities and areas own them.
SELECT id, command_id, kind, verb, reason, params, actor_id, facility_id, area_id, person_id, happened_at, created_at,
       resolved_at, resolved_by, resolution, note, content
FROM kernel_worklistitem
WHERE id = ANY(%(ids)s::uuid[])
  AND (%(facilities)s::int[] IS NULL OR facility_id = ANY(%(facilities)s::int[])
       OR (facility_id IS NULL AND (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[]))))

-- name: worklist_of_commands
-- Open items that these commands left behind.
SELECT id, command_id FROM kernel_worklistitem WHERE command_id = ANY(%s::uuid[]) AND resolved_at IS NULL

-- name: resolve_worklist
-- Items dealt with; one that somebody else dealt with first is not answered.
UPDATE kernel_worklistitem AS item
SET resolved_at = %s::timestamptz, resolved_by = %s::uuid, resolution = row.resolution, note = row.note
FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS row (id, resolution, note)
WHERE item.id = row.id AND item.resolved_at IS NULL
RETURNING item.id, item.command_id, item.verb, item.reason
