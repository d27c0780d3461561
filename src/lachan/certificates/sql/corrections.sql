-- name: correction_owner_row
-- Whose request this is: the person of its row. One row, whatever shard it lies on.
SELECT person_id FROM certificates_correctionrequest WHERE id = %s

-- name: lock_correction
-- A request, under its row lock. Asked under the lock of the person.
SELECT person_id, id, actor_id, asked_at, at_desk, language, kind, dose_id, said, owner_facility_id, owner_area_id,
       served_facility_id, state, version, since, due_at, answer_due_at, handler_id, proposer_id, command_id, proposal, approver_id, changed_at,
       card_at, closed_at, reason
FROM certificates_correctionrequest WHERE person_id = %s AND id = %s FOR UPDATE

-- name: corrections_asked
-- (kind, dose, state, time) of a person's requests that are open or were made since a moment, and this one's id if known.
SELECT id, kind, dose_id, state, asked_at FROM certificates_correctionrequest
WHERE person_id = %s AND (closed_at IS NULL OR asked_at >= %s OR id = %s)

-- name: insert_correction
-- A request as asked.
INSERT INTO certificates_correctionrequest
    (person_id, id, actor_id, asked_at, at_desk, language, kind, dose_id, said, owner_facility_id, owner_area_id,
     served_facility_id, state, version, since, due_at, answer_due_at, reason)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '')

-- name: save_correction
-- Where a request stands after a step.
UPDATE certificates_correctionrequest
SET owner_facility_id = %s, owner_area_id = %s, state = %s, version = %s, since = %s, due_at = %s, answer_due_at = %s,
    handler_id = %s, proposer_id = %s, command_id = %s, proposal = %s, approver_id = %s, changed_at = %s, card_at = %s,
    closed_at = %s, reason = %s
WHERE person_id = %s AND id = %s

-- name: insert_correction_step
-- One step of a request.
INSERT INTO certificates_correctionstep
    (id, person_id, request_id, version, step, state, actor_id, at, waited_for, reason, words)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)

-- name: insert_correction_photo
-- A picture as we drew it anew.
INSERT INTO certificates_correctionphoto (id, person_id, request_id, added_at, width, height, content)
VALUES (%s, %s, %s, %s, %s, %s, %s)

-- name: count_correction_photos
-- How many pictures a request has.
SELECT count(*) FROM certificates_correctionphoto WHERE person_id = %s AND request_id = %s

-- name: corrections_open
-- Open requests of my places, oldest first. ``mine``: handled by this person; ``late``: a step is over its time;
-- ``decide``: proposed by somebody else.
SELECT person_id, id, actor_id, asked_at, at_desk, language, kind, dose_id, said, owner_facility_id, owner_area_id,
       served_facility_id, state, version, since, due_at, answer_due_at, handler_id, proposer_id, command_id, proposal, approver_id, changed_at,
       card_at, closed_at, reason
FROM certificates_correctionrequest
WHERE state IN ('asked', 'taken', 'proposed', 'approved', 'needs_more')
  AND (%(facilities)s::int[] IS NULL OR owner_facility_id = ANY(%(facilities)s::int[])
       OR owner_area_id = ANY(%(areas)s::int[]) OR served_facility_id = ANY(%(facilities)s::int[]))
  AND (NOT %(mine)s OR handler_id = %(actor)s)
  AND (NOT %(late)s OR (due_at < %(now)s AND state <> 'needs_more'))
  AND (NOT %(decide)s OR (state = 'proposed' AND proposer_id <> %(actor)s))
  AND (NOT %(here)s OR owner_facility_id = ANY(%(own)s::int[]) OR served_facility_id = ANY(%(own)s::int[]))
  AND (%(facility)s::int IS NULL OR owner_facility_id = %(facility)s)
ORDER BY asked_at, id OFFSET %(skip)s LIMIT %(limit)s

-- name: corrections_closed
-- Requests of my places that were answered since a moment, latest first.
SELECT person_id, id, actor_id, asked_at, at_desk, language, kind, dose_id, said, owner_facility_id, owner_area_id,
       served_facility_id, state, version, since, due_at, answer_due_at, handler_id, proposer_id, command_id, proposal, approver_id, changed_at,
       card_at, closed_at, reason
FROM certificates_correctionrequest
WHERE closed_at >= %(since)s
  AND (%(facilities)s::int[] IS NULL OR owner_facility_id = ANY(%(facilities)s::int[])
       OR owner_area_id = ANY(%(areas)s::int[]) OR served_facility_id = ANY(%(facilities)s::int[]))
ORDER BY closed_at DESC, id OFFSET %(skip)s LIMIT %(limit)s

-- name: correction_counts
-- (open, over their time, mine, waiting for my approval, at my own facilities) of my places.
SELECT count(*), count(*) FILTER (WHERE due_at < %(now)s AND state <> 'needs_more'),
       count(*) FILTER (WHERE handler_id = %(actor)s),
       count(*) FILTER (WHERE state = 'proposed' AND proposer_id <> %(actor)s),
       count(*) FILTER (WHERE owner_facility_id = ANY(%(own)s::int[]) OR served_facility_id = ANY(%(own)s::int[]))
FROM certificates_correctionrequest
WHERE state IN ('asked', 'taken', 'proposed', 'approved', 'needs_more')
  AND (%(facilities)s::int[] IS NULL OR owner_facility_id = ANY(%(facilities)s::int[])
       OR owner_area_id = ANY(%(areas)s::int[]) OR served_facility_id = ANY(%(facilities)s::int[]))

-- name: corrections_late_by_owner
-- (facility, area, open, over their time, oldest) of each owner of my places that has one over its time.
SELECT owner_facility_id, owner_area_id, count(*), count(*) FILTER (WHERE due_at < %(now)s AND state <> 'needs_more'),
       min(asked_at)
FROM certificates_correctionrequest
WHERE state IN ('asked', 'taken', 'proposed', 'approved', 'needs_more')
  AND (%(facilities)s::int[] IS NULL OR owner_facility_id = ANY(%(facilities)s::int[])
       OR owner_area_id = ANY(%(areas)s::int[]) OR served_facility_id = ANY(%(facilities)s::int[]))
GROUP BY owner_facility_id, owner_area_id
HAVING count(*) FILTER (WHERE due_at < %(now)s AND state <> 'needs_more') > 0
ORDER BY 4 DESC, 5 LIMIT %(limit)s

-- name: correction_by_id
-- One request, by its id alone.
SELECT person_id, id, actor_id, asked_at, at_desk, language, kind, dose_id, said, owner_facility_id, owner_area_id,
       served_facility_id, state, version, since, due_at, answer_due_at, handler_id, proposer_id, command_id, proposal, approver_id, changed_at,
       card_at, closed_at, reason
FROM certificates_correctionrequest WHERE id = %s

-- name: corrections_of_persons
-- Requests of persons, latest first.
SELECT person_id, id, actor_id, asked_at, at_desk, language, kind, dose_id, said, owner_facility_id, owner_area_id,
       served_facility_id, state, version, since, due_at, answer_due_at, handler_id, proposer_id, command_id, proposal, approver_id, changed_at,
       card_at, closed_at, reason
FROM certificates_correctionrequest WHERE person_id = ANY(%s::uuid[]) ORDER BY asked_at DESC, id DESC LIMIT %s

-- name: correction_steps
-- The way of one request, in order.
SELECT version, step, state, actor_id, at, waited_for, reason, words
FROM certificates_correctionstep WHERE person_id = %s AND request_id = %s ORDER BY version

-- name: correction_photos
-- The pictures of one request, without their content.
SELECT id, width, height, added_at FROM certificates_correctionphoto
WHERE person_id = %s AND request_id = %s ORDER BY added_at, id

-- name: correction_photo
-- One picture.
SELECT content FROM certificates_correctionphoto WHERE person_id = %s AND request_id = %s AND id = %s

-- name: corrections_waiting_for_cards
-- Requests whose change stands, the first card issued because of it, and whether the person has one or may get a first.
SELECT request.id, request.changed_at,
       (SELECT min(card.issued_at) FROM certificates_card card
        WHERE card.person_id = request.person_id AND card.cause_at >= request.changed_at),
       request.kind = 'dose_missing'
           OR EXISTS (SELECT 1 FROM certificates_card card WHERE card.person_id = request.person_id)
FROM certificates_correctionrequest request
WHERE request.state = 'approved' ORDER BY request.changed_at LIMIT %s

-- name: corrections_unanswered
-- Requests whose person was asked something before a moment and has not answered.
SELECT id FROM certificates_correctionrequest WHERE state = 'needs_more' AND since < %s ORDER BY since LIMIT %s

-- name: delete_correction_photos
-- Pictures of requests that were closed before a moment.
DELETE FROM certificates_correctionphoto photo
USING certificates_correctionrequest request
WHERE request.person_id = photo.person_id AND request.id = photo.request_id AND request.closed_at < %s

-- name: corrections_unlike_their_steps
-- Requests whose row is not what their latest step left: a page after an id.
SELECT request.id,
       request.version <> coalesce(step.version, 0) OR request.state <> coalesce(step.state, ''),
       request.state IN ('approved', 'done') AND request.changed_at IS NOT NULL
           AND (request.approver_id IS NULL OR request.approver_id = request.proposer_id)
FROM certificates_correctionrequest request
LEFT JOIN LATERAL (
    SELECT version, state FROM certificates_correctionstep step
    WHERE step.person_id = request.person_id AND step.request_id = request.id ORDER BY version DESC LIMIT 1
) step ON true
WHERE request.id > %s ORDER BY request.id LIMIT %s

-- name: corrections_stuck
-- Requests whose change stands and whose card has not come since before a moment.
SELECT count(*) FROM certificates_correctionrequest WHERE state = 'approved' AND changed_at < %s

-- name: correction_photos_kept_too_long
-- Pictures that should be gone.
SELECT count(*) FROM certificates_correctionphoto photo
JOIN certificates_correctionrequest request ON request.person_id = photo.person_id AND request.id = photo.request_id
WHERE request.closed_at < %s
