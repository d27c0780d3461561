-- name: standing_cards
-- Cards of these persons that are not revoked and not past their end.
SELECT person_id, id, kind, dose_id, content_hash, state, valid_until, key_id, identifier
FROM certificates_card
WHERE person_id = ANY(%s::uuid[]) AND state <> 'revoked' AND valid_until > %s
ORDER BY person_id, issued_at, id

-- name: insert_cards
-- Cards as signed.
INSERT INTO certificates_card (person_id, id, kind, dose_id, identifier, sealed, content_hash, key_id, state, issued_at,
                               valid_until, cause, cause_at, replaces, ended_reason)
SELECT person_id, id, kind, dose_id, identifier, sealed, content_hash, key_id, 'current', issued_at, valid_until, cause,
       cause_at, replaces, ''
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::uuid[], %s::text[], %s::bytea[], %s::bytea[], %s::bytea[],
            %s::timestamptz[], %s::timestamptz[], %s::text[], %s::timestamptz[], %s::uuid[])
     AS new(person_id, id, kind, dose_id, identifier, sealed, content_hash, key_id, issued_at, valid_until, cause,
            cause_at, replaces)

-- name: end_cards
-- Superseded or revoked; one that was superseded may be revoked later.
UPDATE certificates_card card
SET state = new.state, ended_at = new.at, ended_reason = new.reason
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::timestamptz[]) AS new(person_id, id, state, reason, at)
WHERE card.person_id = new.person_id AND card.id = new.id AND card.person_id = ANY(%s::uuid[])

-- name: restore_cards
-- The latest again: what superseded them was taken back.
UPDATE certificates_card card SET state = 'current', ended_at = NULL, ended_reason = ''
FROM unnest(%s::uuid[], %s::uuid[]) AS new(person_id, id)
WHERE card.person_id = new.person_id AND card.id = new.id AND card.state = 'superseded'

-- name: touch_people
-- Whose cards are to be looked at again, and why.
INSERT INTO certificates_touch (person_id, cause, cause_at) SELECT *, %s, %s FROM unnest(%s::uuid[])

-- name: put_people_aside
-- The same for people of a rush, each with their own cause.
INSERT INTO certificates_touch (person_id, cause, cause_at)
SELECT * FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[])

-- name: take_touched_people
-- A portion of them, taken off.
DELETE FROM certificates_touch WHERE id IN (SELECT id FROM certificates_touch ORDER BY id LIMIT %s)
RETURNING person_id, cause, cause_at

-- name: cards_of
-- Every card of these persons, without what is signed.
SELECT person_id, id, kind, dose_id, identifier, key_id, state, issued_at, valid_until, cause, cause_at, replaces,
       ended_at, ended_reason
FROM certificates_card WHERE person_id = ANY(%s::uuid[])
ORDER BY person_id, issued_at DESC, id DESC

-- name: sealed_wires
-- What is signed, of these cards.
SELECT card.person_id, card.id, card.sealed FROM certificates_card card
JOIN unnest(%s::uuid[], %s::uuid[]) AS wanted(person_id, id)
  ON wanted.person_id = card.person_id AND wanted.id = card.id
WHERE card.person_id = ANY(%s::uuid[])

-- name: delays
-- From a correction recorded to the card ready, in seconds, of cards issued since then.
SELECT count(*)::int,
       coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM issued_at - cause_at)), 0)::float8,
       coalesce(percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM issued_at - cause_at)), 0)::float8
FROM certificates_card WHERE issued_at >= %s AND cause IN ('correction', 'person')

-- name: people_to_renew
-- Whose card to show ends soon.
SELECT DISTINCT person_id FROM certificates_card
WHERE state = 'current' AND valid_until BETWEEN %s AND %s LIMIT %s

-- name: people_signed_by
-- Whose cards a key signed, by id from the one given.
SELECT DISTINCT person_id FROM certificates_card WHERE key_id = %s AND state <> 'revoked' AND valid_until > %s
  AND person_id > %s ORDER BY person_id LIMIT %s

-- name: day_cards
-- The current cards about doses given at a facility on a day, of one kind.
SELECT card.person_id, card.id FROM certificates_card card
JOIN certificates_dosesignature signed ON signed.person_id = card.person_id AND signed.dose_id = card.dose_id
WHERE signed.facility_id = %s AND signed.given_on = %s AND signed.stands AND card.kind = %s AND card.state = 'current'
ORDER BY signed.signed_at, card.issued_at, card.id LIMIT %s

-- name: people_with_cards
-- Who has a card that is not revoked, by id from the one given.
SELECT DISTINCT person_id FROM certificates_card WHERE state <> 'revoked' AND person_id > %s
ORDER BY person_id LIMIT %s

-- name: revoked_cards
-- Cards taken back before their end, by id from the one given.
SELECT id, identifier FROM certificates_card WHERE state = 'revoked' AND valid_until > now() AND id > %s
ORDER BY id LIMIT %s
