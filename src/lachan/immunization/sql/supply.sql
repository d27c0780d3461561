-- name: insert_lot_status
-- A lot is not to be used at a place from now on.
INSERT INTO immunization_lotstatus
    (id, lot_id, area_id, facility_id, status, since, reason, document, excursion_id, actor_id, recorded_at,
     ended_reason, ended_document)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '', '')

-- name: standing_lot_status
-- What has not been ended, of these lots.
SELECT id, lot_id, area_id, facility_id, status, since FROM immunization_lotstatus
WHERE lot_id = ANY(%s::bigint[]) AND until IS NULL

-- name: end_lot_status
-- What was set is ended, with who, when and why.
UPDATE immunization_lotstatus
SET until = %s, ended_by = %s, ended_reason = %s, ended_document = %s, ended_recorded_at = %s
WHERE id = %s AND until IS NULL

-- name: derive_lot_status
-- What holds for the whole nation (area 1) now, on the lot itself.
UPDATE immunization_lot lot
SET status = coalesce(mark.status, 'ok'), status_since = (mark.since AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
FROM unnest(%s::bigint[]) AS asked (id)
LEFT JOIN immunization_lotstatus mark ON mark.lot_id = asked.id AND mark.area_id = 1 AND mark.until IS NULL
WHERE lot.id = asked.id

-- name: withdraw_messages
-- Messages of a cause that have not gone out are not sent any more.
UPDATE immunization_message SET state = 'withdrawn', reason = %s, claimed_until = NULL
WHERE cause_id = %s AND state = 'queued'

-- name: insert_messages
-- Messages to persons; one a person and cause, however often it is asked for.
INSERT INTO immunization_message
    (created_at, next_at, state, reason, attempts, outcome, outcome_how, person_id, cause_id, template, language, params,
     residence_id, facility_id, given_on)
SELECT %s::timestamptz, %s::timestamptz, 'queued', '', 0, '', '', row.*
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::jsonb[], %s::int[], %s::int[], %s::date[]) AS row
ON CONFLICT (person_id, cause_id) DO NOTHING

-- name: sent_messages
-- Of these messages those that went out.
SELECT message.person_id, message.cause_id FROM immunization_message message
JOIN unnest(%s::uuid[], %s::uuid[]) AS asked(person_id, cause_id)
  ON asked.person_id = message.person_id AND asked.cause_id = message.cause_id
WHERE message.person_id = ANY(%s::uuid[]) AND message.state = 'sent'

-- name: queue_recall
-- A message to everyone who had a dose of the lot at these facilities (null: anywhere), the latest dose of each; who is
-- in the queue for this recall already is left alone.
INSERT INTO immunization_message
    (person_id, cause_id, template, language, params, state, reason, attempts, next_at, created_at, residence_id,
     facility_id, given_on, outcome, outcome_how)
SELECT DISTINCT ON (dose.person_id) dose.person_id, %(cause)s::uuid, 'lot_recall', 'vi', %(params)s::jsonb, 'queued', '',
       0, %(now)s::timestamptz, %(now)s::timestamptz, dose.residence_id, dose.facility_id, dose.given_on, '', ''
FROM immunization_dose dose
WHERE dose.lot_id = %(lot)s AND dose.status = 'active'
  AND (%(facilities)s::int[] IS NULL OR dose.facility_id = ANY(%(facilities)s::int[]))
ORDER BY dose.person_id, dose.given_on DESC
ON CONFLICT (person_id, cause_id) DO NOTHING

-- name: recall_queued
-- When the people of a recall were last put into the queue.
UPDATE immunization_lotstatus SET queued_at = %s WHERE id = %s

-- name: recalls_to_queue
-- Recalls that stand, the one longest not looked at first; doses given before them may still come from the field.
SELECT id FROM immunization_lotstatus
WHERE status = 'recalled' AND until IS NULL AND (queued_at IS NULL OR queued_at < %s)
ORDER BY queued_at NULLS FIRST LIMIT %s

-- name: lot_status_by_id
-- One mark of a lot with its product.
SELECT mark.id, mark.lot_id, mark.area_id, mark.facility_id, mark.status, mark.since, mark.until, lot.number,
       product.short_name, product.key
FROM immunization_lotstatus mark
JOIN immunization_lot lot ON lot.id = mark.lot_id
JOIN immunization_product product ON product.id = lot.product_id
WHERE mark.id = %s

-- name: due_messages
-- What may be sent now and nobody is sending, the longest waiting first.
SELECT person_id, cause_id FROM immunization_message
WHERE state = 'queued' AND next_at <= %(now)s AND (claimed_until IS NULL OR claimed_until < %(now)s)
ORDER BY next_at LIMIT %(most)s

-- name: claim_messages
-- Taken by whoever comes first: the condition is asked again in the update itself.
UPDATE immunization_message AS message SET claimed_until = %s, attempts = attempts + 1
FROM unnest(%s::uuid[], %s::uuid[]) AS row (person_id, cause_id)
WHERE message.person_id = row.person_id AND message.cause_id = row.cause_id AND message.state = 'queued'
  AND (message.claimed_until IS NULL OR message.claimed_until < %s)
RETURNING message.person_id, message.cause_id, message.template, message.language, message.params, message.attempts,
          message.facility_id, message.given_on

-- name: finish_messages
-- What came of a try; a message withdrawn meanwhile stays withdrawn.
UPDATE immunization_message AS message
SET state = row.state, reason = row.reason, next_at = row.next_at, claimed_until = NULL,
    sent_at = CASE WHEN row.state = 'sent' THEN %s::timestamptz END
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::timestamptz[])
    AS row (person_id, cause_id, state, reason, next_at)
WHERE message.person_id = row.person_id AND message.cause_id = row.cause_id AND message.state = 'queued'

-- name: still_had_recalled
-- Of messages about recalls: the recall as it stands, and the lot.
SELECT id, lot_id, until FROM immunization_lotstatus WHERE id = ANY(%s::uuid[])

-- name: doses_of_lots
-- Which of these persons have a dose that counts of these lots.
SELECT DISTINCT person_id, lot_id FROM immunization_dose
WHERE person_id = ANY(%s::uuid[]) AND lot_id = ANY(%s::bigint[]) AND status = 'active'

-- name: messages_to_reach
-- Messages of persons by cause, for what is reported about them.
SELECT message.person_id, message.cause_id, message.residence_id, message.facility_id, message.outcome
FROM unnest(%s::uuid[], %s::uuid[]) AS row (person_id, cause_id)
JOIN immunization_message message ON message.person_id = row.person_id AND message.cause_id = row.cause_id

-- name: reach_messages
-- What came of calls and visits.
UPDATE immunization_message AS message
SET outcome = row.outcome, outcome_how = row.how, outcome_at = row.at, outcome_by = %s::uuid
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::timestamptz[])
    AS row (person_id, cause_id, outcome, how, at)
WHERE message.person_id = row.person_id AND message.cause_id = row.cause_id

-- name: plans_to_decide
-- Plans for a decision; the caller holds their locks, so two officers do not give the same doses.
SELECT id, giver_id, product_id, available, state, over_reason FROM immunization_allocationplan
WHERE id = ANY(%s::uuid[])

-- name: save_plan
-- A plan, new or as it is now said.
INSERT INTO immunization_allocationplan
    (id, number, giver_id, parent_id, product_id, title, available, due_on, note, actor_id, created_at, state, over_reason)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'open', '')
ON CONFLICT (id) DO UPDATE SET title = EXCLUDED.title, available = EXCLUDED.available, due_on = EXCLUDED.due_on,
    note = EXCLUDED.note, product_id = EXCLUDED.product_id, parent_id = EXCLUDED.parent_id

-- name: ask_doses
-- What places ask for.
INSERT INTO immunization_allocationline AS line
    (asked_by, plan_id, place, area_id, facility_id, asked, asked_at, asked_note)
SELECT %s::uuid, row.*
FROM unnest(%s::uuid[], %s::text[], %s::int[], %s::int[], %s::int[], %s::timestamptz[], %s::text[]) AS row
ON CONFLICT (plan_id, place) DO UPDATE SET asked = EXCLUDED.asked, asked_by = EXCLUDED.asked_by,
    asked_at = EXCLUDED.asked_at, asked_note = EXCLUDED.asked_note

-- name: plan_given
-- What has been given in a plan, by place.
SELECT place, given FROM immunization_allocationline WHERE plan_id = %s AND given IS NOT NULL

-- name: give_doses
-- What places get.
INSERT INTO immunization_allocationline AS line
    (given_by, plan_id, place, area_id, facility_id, given, given_at, asked_note)
SELECT %s::uuid, row.*, ''
FROM unnest(%s::uuid[], %s::text[], %s::int[], %s::int[], %s::int[], %s::timestamptz[]) AS row
ON CONFLICT (plan_id, place) DO UPDATE SET given = EXCLUDED.given, given_by = EXCLUDED.given_by,
    given_at = EXCLUDED.given_at

-- name: decide_plan
-- A plan is decided, or more was given than there is and somebody said why.
UPDATE immunization_allocationplan
SET state = %s, over_reason = %s, decided_by = CASE WHEN %s = 'decided' THEN %s::uuid ELSE decided_by END,
    decided_at = CASE WHEN %s = 'decided' THEN %s::timestamptz ELSE decided_at END
WHERE id = %s

-- name: save_device
-- A fridge, freezer or cold box of a facility.
INSERT INTO immunization_colddevice (facility_id, id, name, storage, registered_at, actor_id, retired_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (facility_id, id) DO UPDATE SET name = EXCLUDED.name, storage = EXCLUDED.storage,
    retired_at = EXCLUDED.retired_at

-- name: cold_device
-- The kind of storage of a device in use.
SELECT storage FROM immunization_colddevice WHERE facility_id = %s AND id = %s AND retired_at IS NULL

-- name: insert_excursion
-- A time outside the limits; the same one twice is left alone.
INSERT INTO immunization_excursion
    (id, facility_id, device_id, log_id, kind, began_at, ended_at, lowest, highest, minutes, limits, lots, note, actor_id,
     recorded_at, decision, comment)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '', '')
ON CONFLICT (facility_id, device_id, kind, began_at) DO NOTHING RETURNING id

-- name: decide_excursion
-- Acknowledged, once.
UPDATE immunization_excursion SET decision = %s, comment = %s, decided_by = %s, decided_at = %s
WHERE facility_id = %s AND id = %s AND decision = '' RETURNING id

-- name: insert_temperature_log
-- A logger's file; the same one twice is left alone.
INSERT INTO immunization_temperaturelog
    (id, facility_id, device_id, digest, points, first_at, latest_at, packed, actor_id, recorded_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (facility_id, device_id, digest) DO NOTHING RETURNING id

-- name: temperature_log_of
-- The file as it was taken in before.
SELECT id FROM immunization_temperaturelog WHERE facility_id = %s AND device_id = %s AND digest = %s

-- name: lots_at_facility_since
-- Lots a facility holds, or has moved or given since a moment.
SELECT lot_id FROM immunization_stock WHERE facility_id = %(facility)s AND balance > 0
UNION
SELECT lot_id FROM immunization_stockmovement WHERE facility_id = %(facility)s AND happened_at >= %(began)s
UNION
SELECT lot_id FROM immunization_dose
WHERE facility_id = %(facility)s AND given_on >= %(day)s AND lot_id IS NOT NULL

-- name: message_states
-- How many messages are in which state.
SELECT state, count(*)::int FROM immunization_message GROUP BY state ORDER BY state
