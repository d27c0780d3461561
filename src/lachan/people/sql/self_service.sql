-- name: count_tries
-- One more of each; an old window begins anew. Keys come sorted, so that two requests cannot wait for each other.
INSERT INTO people_signincount AS counted (key, count, ends_at)
SELECT row.key, 1, row.ends_at FROM unnest(%s::uuid[], %s::timestamptz[]) AS row (key, ends_at)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN counted.ends_at <= %s THEN 1 ELSE counted.count + 1 END,
    ends_at = CASE WHEN counted.ends_at <= %s THEN excluded.ends_at ELSE counted.ends_at END
RETURNING key, count, ends_at

-- name: counts_of
-- How often these were tried in the window that is open.
SELECT key, count, ends_at FROM people_signincount WHERE key = ANY(%s::uuid[]) AND ends_at > %s

-- name: forget_counts
-- Windows that are over.
DELETE FROM people_signincount WHERE ends_at <= %s

-- name: has_contact
-- Whether this contact stands in that person's record.
SELECT EXISTS (SELECT 1 FROM people_contact WHERE person_id = %s AND blind = %s)

-- name: insert_code
-- A code for somebody, or for nobody.
INSERT INTO people_signincode (digest, person_id, mac, sealed, wrong_key, tries, asked_at, ends_at)
VALUES (%s, %s, %s, %s, %s, 0, %s, %s)

-- name: code_to_send
-- A code that was not sent yet, kept from a second sender until this transaction ends.
SELECT person_id, sealed FROM people_signincode
WHERE digest = %s AND sealed IS NOT NULL AND used_at IS NULL AND ends_at > %s
FOR UPDATE SKIP LOCKED

-- name: codes_unsent
-- Codes whose sender died: asked for a while ago and still sealed.
SELECT digest FROM people_signincode WHERE sealed IS NOT NULL AND used_at IS NULL AND ends_at > %s AND asked_at < %s
ORDER BY asked_at LIMIT 100

-- name: code_sent
-- What was sent is no longer kept.
UPDATE people_signincode SET sealed = NULL WHERE digest = %s

-- name: try_code
-- One try more of a code that still takes tries.
UPDATE people_signincode SET tries = tries + 1
WHERE digest = %s AND used_at IS NULL AND ends_at > %s AND tries < %s
RETURNING person_id, mac, tries

-- name: code_of
-- What a code still is.
SELECT wrong_key, tries, ends_at FROM people_signincode WHERE digest = %s AND used_at IS NULL AND ends_at > %s

-- name: use_code
-- The code has been used.
UPDATE people_signincode SET used_at = %s, sealed = NULL WHERE digest = %s AND used_at IS NULL

-- name: forget_codes
-- Codes that are over for a day.
DELETE FROM people_signincode WHERE ends_at <= %s

-- name: open_person_session
-- A person is signed in.
INSERT INTO people_personsession (digest, person_id, shared, device, begun_at, seen_at, ends_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)

-- name: person_session
-- The session of this browser.
SELECT person_id, shared, showing, begun_at, seen_at, ends_at FROM people_personsession WHERE digest = %s

-- name: note_person_session
-- Seen again.
UPDATE people_personsession SET seen_at = %s WHERE digest = %s

-- name: show_in_session
-- Whose record is looked at from now on.
UPDATE people_personsession SET showing = %s WHERE digest = %s

-- name: end_person_session
-- Signed out here.
DELETE FROM people_personsession WHERE digest = %s RETURNING person_id

-- name: end_person_sessions
-- Signed out everywhere.
DELETE FROM people_personsession WHERE person_id = %s

-- name: end_person_codes
-- Codes of a person work no longer.
DELETE FROM people_signincode WHERE person_id = %s

-- name: person_sessions
-- Where this person is signed in, the latest first.
SELECT digest, shared, device, begun_at, seen_at, ends_at FROM people_personsession WHERE person_id = %s
ORDER BY seen_at DESC LIMIT 20

-- name: forget_person_sessions
-- Sessions that are over.
DELETE FROM people_personsession WHERE ends_at <= %s

-- name: wards_of
-- Of whom this person is the guardian.
SELECT DISTINCT person_id FROM people_guardian WHERE guardian_id = %s LIMIT 20

-- name: contacts_listed
-- Sealed contacts of a person, the preferred one first.
SELECT id, kind, sealed, preferred FROM people_contact WHERE person_id = %s ORDER BY preferred DESC, since, id

-- name: prefer_contact
-- The one contact where this person wishes to be told.
UPDATE people_contact SET preferred = (id = %s) WHERE person_id = %s

-- name: contacts_to_tell
-- The sealed contacts of persons as they were given, and which they prefer.
SELECT person_id, kind, sealed, preferred FROM people_contact WHERE person_id = ANY(%s::uuid[])
ORDER BY person_id, since, id

-- name: add_contact
-- One more contact of a person; nothing comes back for one they have.
INSERT INTO people_contact (since, person_id, id, kind, blind, sealed) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (person_id, blind) DO NOTHING
RETURNING id

-- name: have_contact
-- Which of these contacts stand in the record they are asked of.
SELECT contact.person_id, contact.blind FROM people_contact contact
JOIN unnest(%s::uuid[], %s::bytea[]) AS asked (person_id, blind)
  ON contact.person_id = asked.person_id AND contact.blind = asked.blind
