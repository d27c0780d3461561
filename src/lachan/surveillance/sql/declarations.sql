-- name: insert_declarations
-- Declarations as they were made and judged.
INSERT INTO surveillance_declaration (
    person_id, id, kind, form, day, made_at, recorded_at, source, actor_id, facility_id, area_id, venue, flight, answers,
    temperature, spo2, symptoms, risk, reasons, rule, proved, sealed, state, settled_as
)
SELECT row.person_id, row.id, row.kind, row.form, row.day, row.made_at, %s, row.source, %s, row.facility_id, row.area_id,
       row.venue, row.flight, row.answers, row.tenths / 10.0, row.spo2, row.symptoms, row.risk, row.reasons, row.rule,
       row.proved, row.sealed, row.state, ''
FROM unnest(
    %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::date[], %s::timestamptz[], %s::text[], %s::int[], %s::int[],
    %s::text[], %s::text[], %s::jsonb[], %s::int[], %s::smallint[], %s::smallint[], %s::smallint[], %s::jsonb[],
    %s::text[], %s::bool[], %s::bytea[], %s::text[]
) AS row (
    person_id, id, kind, form, day, made_at, source, facility_id, area_id, venue, flight, answers, tenths, spo2,
    symptoms, risk, reasons, rule, proved, sealed, state
)

-- name: declaration_diary
-- What persons said of each day since a day, the latest of a day last; not what was found to be somebody else's.
SELECT person_id, day, id, made_at, kind, answers, temperature, spo2, risk, source, proved, sealed
FROM surveillance_declaration
WHERE person_id = ANY(%s::uuid[]) AND day >= %s AND settled_as <> 'mistaken'
ORDER BY person_id, day, made_at

-- name: declarations_held
-- Declarations by person and id, kept from a second hand.
SELECT person_id, id, state, facility_id, area_id, made_at FROM surveillance_declaration
WHERE person_id = ANY(%s::uuid[]) AND id = ANY(%s::uuid[])
ORDER BY person_id, id
FOR UPDATE

-- name: settle_declarations
-- What was done about declarations, and with each about the open ones of the same person before it.
UPDATE surveillance_declaration AS declared
SET state = 'settled', settled_at = %s, settled_by = %s, settled_as = row.what, sealed_note = row.note
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::text[], %s::bytea[])
    AS row (person_id, id, made_at, what, note)
WHERE declared.person_id = row.person_id
  AND (declared.id = row.id OR (row.what <> 'mistaken' AND declared.state = 'open' AND declared.made_at <= row.made_at))

-- name: declaration_of
-- One declaration.
SELECT person_id, id, kind, form, day, made_at, source, facility_id, area_id, venue, flight, answers, temperature, spo2,
       risk, reasons, rule, proved, sealed, state, settled_at, settled_as, sealed_note
FROM surveillance_declaration WHERE person_id = %s AND id = %s

-- name: declarations_listed
-- Declarations of a day within areas or made at facilities (null: everywhere), and what is open from before; what is to
-- be done first, then by risk.
SELECT declared.person_id, declared.id, declared.kind, declared.day, declared.made_at, declared.source,
       declared.facility_id, declared.area_id, declared.answers, declared.temperature, declared.spo2, declared.risk,
       declared.reasons, declared.rule, declared.proved, declared.state, declared.settled_as
FROM surveillance_declaration AS declared
WHERE (declared.day = %(day)s OR (declared.state = 'open' AND declared.day < %(day)s))
  AND (%(areas)s::int[] IS NULL OR declared.area_id = ANY(%(areas)s::int[])
       OR declared.facility_id = ANY(%(facilities)s::int[]))
  AND (%(risk)s::smallint IS NULL OR declared.risk = %(risk)s)
  AND (%(kind)s = '' OR declared.kind = %(kind)s)
ORDER BY (declared.state = 'open') DESC, declared.risk DESC, declared.made_at DESC, declared.id
LIMIT %(most)s OFFSET %(skip)s

-- name: declarations_counted
-- How many of each class a day has in those places, and how many wait for somebody, older ones too.
SELECT count(*) FILTER (WHERE day = %(day)s AND risk = 0), count(*) FILTER (WHERE day = %(day)s AND risk = 1),
       count(*) FILTER (WHERE day = %(day)s AND risk = 2), count(*) FILTER (WHERE state = 'open')
FROM surveillance_declaration
WHERE (day = %(day)s OR (state = 'open' AND day < %(day)s))
  AND (%(areas)s::int[] IS NULL OR area_id = ANY(%(areas)s::int[]) OR facility_id = ANY(%(facilities)s::int[]))
