-- name: standing_orders
-- Orders that stand, by what they follow from.
SELECT person_id, cause_id, kind, id, number, year, place_kind, place, starts_on, ends_on
FROM surveillance_order WHERE cause_id = ANY(%s::uuid[]) AND state = 'standing'

-- name: take_order_numbers
-- The latest number of each issuer after it took some more; the row's lock lasts until the transaction ends.
INSERT INTO surveillance_ordernumber AS known (issuer_id, year, latest)
SELECT issuer_id, %s::smallint, taken FROM unnest(%s::int[], %s::int[]) AS asked (issuer_id, taken)
ON CONFLICT (issuer_id, year) DO UPDATE SET latest = known.latest + EXCLUDED.latest
RETURNING issuer_id, latest

-- name: insert_orders
-- New orders, each under its number.
INSERT INTO surveillance_order (
    actor_id, happened_at, recorded_at, changed_at, year, id, person_id, number, issuer_id, kind, disease, cause_id,
    legal, area_id, place_kind, place, starts_on, ends_on, replaces_id, state, delivered_how)
SELECT %s::uuid, %s::timestamptz, %s::timestamptz, %s::timestamptz, %s::smallint, row.*, 'standing', ''
FROM unnest(
    %s::uuid[], %s::uuid[], %s::int[], %s::int[], %s::text[], %s::text[], %s::uuid[], %s::text[], %s::int[],
    %s::text[], %s::bytea[], %s::date[], %s::date[], %s::uuid[]) AS row

-- name: set_order_states
-- Orders that stand no more, and why.
UPDATE surveillance_order AS known SET state = row.state, changed_at = %s::timestamptz
FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS row (person_id, id, state)
WHERE known.person_id = row.person_id AND known.id = row.id AND known.state = 'standing'

-- name: orders_printed
-- Orders that are on paper now.
UPDATE surveillance_order AS known SET printed_at = %s::timestamptz
FROM unnest(%s::uuid[], %s::uuid[]) AS row (person_id, id)
WHERE known.person_id = row.person_id AND known.id = row.id AND known.printed_at IS NULL

-- name: deliver_orders
-- Proof that orders came to their persons; the first one stands.
UPDATE surveillance_order AS known
SET changed_at = %s::timestamptz, delivered_by = %s::uuid, delivered_how = row.how, delivered_at = row.at,
    delivery_note = row.note
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::timestamptz[], %s::bytea[]) AS row (person_id, id, how, at, note)
WHERE known.person_id = row.person_id AND known.id = row.id AND known.delivered_at IS NULL
    AND known.state = 'standing'
RETURNING known.id

-- name: orders_of_persons
-- Every order about some persons, the latest first.
SELECT id, person_id, number, year, issuer_id, kind, disease, cause_id, legal, area_id, place_kind, place, starts_on,
    ends_on, state, recorded_at, printed_at, delivered_at, delivered_how, delivery_note, actor_id, delivered_by
FROM surveillance_order WHERE person_id = ANY(%s::uuid[])
ORDER BY recorded_at DESC, id DESC

-- name: orders_by_id
-- Orders by their id.
SELECT id, person_id, number, year, issuer_id, kind, disease, cause_id, legal, area_id, place_kind, place, starts_on,
    ends_on, state, recorded_at, printed_at, delivered_at, delivered_how, delivery_note, actor_id, delivered_by
FROM surveillance_order WHERE id = ANY(%s::uuid[])
ORDER BY issuer_id, year, number

-- name: orders_page
-- Orders of some areas (null: of the nation), the latest first, by what is still to be done with them.
SELECT id, person_id, number, year, issuer_id, kind, disease, cause_id, legal, area_id, place_kind, place, starts_on,
    ends_on, state, recorded_at, printed_at, delivered_at, delivered_how, delivery_note, actor_id, delivered_by
FROM surveillance_order
WHERE (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[]))
    AND (%(kind)s::text = '' OR kind = %(kind)s)
    AND (%(wanted)s::text = 'all'
        OR (%(wanted)s = 'new' AND printed_at IS NULL AND delivered_at IS NULL AND state = 'standing')
        OR (%(wanted)s = 'bring' AND delivered_at IS NULL AND printed_at IS NOT NULL AND state = 'standing')
        OR (%(wanted)s = 'brought' AND delivered_at IS NOT NULL))
    AND (recorded_at, id) < (%(before)s::timestamptz, %(before_id)s::uuid)
ORDER BY recorded_at DESC, id DESC LIMIT %(most)s

-- name: order_counts
-- How many orders of some areas wait for the printer, and how many for whoever brings them.
SELECT count(*) FILTER (WHERE printed_at IS NULL), count(*) FILTER (WHERE printed_at IS NOT NULL)
FROM surveillance_order
WHERE (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[])) AND delivered_at IS NULL AND state = 'standing'
