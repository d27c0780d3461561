-- name: revoke
-- Add identifiers to the list; one that is there already stays as it is. Returns what is new.
INSERT INTO certificates_revocation (hash, kind, rid, key_id, reason, revoked_at, expires_at, version)
SELECT hash, kind, rid, key_id, reason, %s, expires_at, NULL
FROM unnest(%s::bytea[], %s::text[], %s::text[], %s::bytea[], %s::text[], %s::timestamptz[])
     AS new(hash, kind, rid, key_id, reason, expires_at)
ON CONFLICT (hash) DO NOTHING
RETURNING hash

-- name: revoked_among
-- Those of these hashes that are revoked, published or not.
SELECT hash, kind, reason, revoked_at, version FROM certificates_revocation WHERE hash = ANY(%s::bytea[])

-- name: lock_publication
-- One publication at a time, whoever starts it.
SELECT pg_advisory_xact_lock(hashtextextended('certificates.revocations.publish', 0))

-- name: revocations_waiting
-- Whether anything is not published yet.
SELECT EXISTS (SELECT FROM certificates_revocation WHERE version IS NULL)

-- name: longest_waiting
-- How many are not published yet, and since when the first of them.
SELECT count(*)::int, min(revoked_at) FROM certificates_revocation WHERE version IS NULL

-- name: number_revocations
-- What is new belongs to this version; returns how many of which kind and key that are.
WITH moved AS (UPDATE certificates_revocation SET version = %s WHERE version IS NULL RETURNING kind, key_id)
SELECT kind, key_id, count(*)::int FROM moved GROUP BY kind, key_id

-- name: drop_expired_revocations
-- Nobody needs to hear about a certificate that expired so long ago. Returns how many of which kind and key.
WITH gone AS (DELETE FROM certificates_revocation WHERE expires_at < %s AND version IS NOT NULL RETURNING kind, key_id)
SELECT kind, key_id, count(*)::int FROM gone GROUP BY kind, key_id

-- name: count_revocations
-- How many were first published after a version (0: all).
SELECT count(*)::int FROM certificates_revocation WHERE version > %s

-- name: published_hashes
-- All hashes published up to a version, one after the other; those of expired certificates left out.
SELECT coalesce(string_agg(hash, ''::bytea ORDER BY hash), ''::bytea) FROM certificates_revocation
WHERE version <= %s AND (expires_at IS NULL OR expires_at > %s)

-- name: hashes_between
-- Hashes first published after one version, up to and with another, one after the other.
SELECT coalesce(string_agg(hash, ''::bytea ORDER BY hash), ''::bytea) FROM certificates_revocation
WHERE version > %s AND version <= %s

-- name: hashes_of_prefix
-- One batch: hashes between two, as published by a version, and when the last of their certificates expires (null:
-- one never does).
SELECT coalesce(string_agg(hash, ''::bytea ORDER BY hash), ''::bytea), CASE WHEN bool_and(expires_at IS NOT NULL) THEN max(expires_at) END
FROM certificates_revocation
WHERE hash BETWEEN %s AND %s AND version <= %s

-- name: rids_of_key
-- What a list of SMART Health Cards holds.
SELECT rid FROM certificates_revocation WHERE kind = 'shc' AND key_id = %s AND version IS NOT NULL ORDER BY rid

-- name: all_published
-- Health certificates published as revoked, for the gateway: key, end of the certificate, hash.
SELECT key_id, expires_at, hash FROM certificates_revocation
WHERE version IS NOT NULL AND kind = 'hcert' ORDER BY key_id, expires_at, hash

-- name: reasons_counted
-- How many were revoked for which reason, those that wait apart.
SELECT kind, reason, version IS NOT NULL, count(*)::int FROM certificates_revocation GROUP BY 1, 2, 3 ORDER BY 1, 2, 3

-- name: latest_list
-- The version that is current, without its filter.
SELECT version, published_at, issued_at, index, signed, count, counters, filter_version, filter_count
FROM certificates_revocationlist ORDER BY version DESC LIMIT 1

-- name: list_times
-- When these versions were published, those before a moment left out.
SELECT version, published_at FROM certificates_revocationlist WHERE version = ANY(%s::int[]) AND published_at > %s

-- name: list_published_at
-- When this version was, and how many hashes it had.
SELECT published_at, count FROM certificates_revocationlist WHERE version = %s

-- name: filter_of_version
-- The file, where this version made one.
SELECT filter FROM certificates_revocationlist WHERE version = %s AND filter IS NOT NULL

-- name: insert_list
-- A version.
INSERT INTO certificates_revocationlist
    (version, published_at, issued_at, index, signed, count, counters, filter_version, filter_count, filter)
VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s)

-- name: reissue_index
-- Nothing new, said anew.
UPDATE certificates_revocationlist SET issued_at = %s, index = %s, signed = %s WHERE version = %s

-- name: thin_old_lists
-- Of versions that are no longer current their index goes at once, their filter after a while.
UPDATE certificates_revocationlist
SET index = '', signed = '', filter = CASE WHEN version < %s AND published_at < %s THEN NULL ELSE filter END
WHERE version < %s AND (index <> '' OR filter IS NOT NULL AND version < %s AND published_at < %s)

-- name: drop_old_lists
-- Versions nobody can build upon any more; the current one and its filter stay.
DELETE FROM certificates_revocationlist WHERE published_at < %s AND version < %s

-- name: count_checks
-- Add to counters, begun anew where their time is over; returns what they stand at.
INSERT INTO certificates_checkcount AS known (key, count, ends_at)
SELECT key, count, ends_at FROM unnest(%s::uuid[], %s::int[], %s::timestamptz[]) AS new(key, count, ends_at)
ON CONFLICT (key) DO UPDATE
SET count = CASE WHEN known.ends_at <= %s THEN excluded.count ELSE known.count + excluded.count END,
    ends_at = CASE WHEN known.ends_at <= %s THEN excluded.ends_at ELSE known.ends_at END
RETURNING key, count
