-- name: lab_tubes
-- What the codes on tubes stand for.
SELECT code, person_id, sample_id, pool_id FROM surveillance_tube WHERE code = ANY(%s::text[])

-- name: lab_samples
-- Samples of persons: those named, and those without a code that were taken at the times named.
SELECT id, person_id, happened_at, code, pool_id, specimen, diseases, reason, order_id, facility_id, laboratory_id, state
FROM surveillance_sample
WHERE person_id = ANY(%s::uuid[])
    AND (id = ANY(%s::uuid[]) OR (code IS NULL AND pool_id IS NULL AND happened_at = ANY(%s::timestamptz[])))

-- name: lab_results
-- Results that stand in samples of persons, and those named by their id, standing or not.
SELECT id, person_id, sample_id, disease, method, device, outcome, ct, taken_at, tested_at, happened_at, facility_id,
       pool_id, status
FROM surveillance_result
WHERE person_id = ANY(%s::uuid[])
    AND ((sample_id = ANY(%s::uuid[]) AND status = 'standing') OR id = ANY(%s::uuid[]))

-- name: lab_pools
-- Pools by their id.
SELECT pool_id, code, happened_at, specimen, diseases, laboratory_id, state
FROM surveillance_pool WHERE pool_id = ANY(%s::uuid[])

-- name: lab_pool_members
-- Whose samples are in these pools.
SELECT pool_id, sample_id, person_id FROM surveillance_poolmember WHERE pool_id = ANY(%s::uuid[])

-- name: lab_pool_results
-- Everything found in these pools.
SELECT id, pool_id, disease, method, device, outcome, ct, tested_at, happened_at, facility_id, status
FROM surveillance_poolresult WHERE pool_id = ANY(%s::uuid[]) ORDER BY recorded_at, id

-- name: lab_orders_of
-- Orders of persons for which nothing was taken yet, the oldest first.
SELECT id, person_id, diseases, reason FROM surveillance_laborder
WHERE person_id = ANY(%s::uuid[]) AND sample_id IS NULL ORDER BY happened_at, id

-- name: insert_lab_orders
-- Tests asked for.
INSERT INTO surveillance_laborder
    (actor_id, recorded_at, id, person_id, happened_at, reason, diseases, facility_id, note)
SELECT %s::uuid, %s::timestamptz, row.*
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::text[], %s::jsonb[], %s::int[], %s::text[]) AS row

-- name: lab_orders_sampled
-- Orders for which a sample was taken.
UPDATE surveillance_laborder AS asked SET sample_id = row.sample_id
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[]) AS row (person_id, id, sample_id)
WHERE asked.person_id = row.person_id AND asked.id = row.id

-- name: insert_samples
-- Samples taken.
INSERT INTO surveillance_sample
    (actor_id, recorded_at, id, person_id, happened_at, code, pool_id, specimen, diseases, reason, order_id, facility_id,
     laboratory_id, state)
SELECT %s::uuid, %s::timestamptz, row.*
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::text[], %s::uuid[], %s::text[], %s::jsonb[], %s::text[],
            %s::uuid[], %s::int[], %s::int[], %s::text[]) AS row

-- name: insert_tubes
-- Codes that stand for something from now on; one that is taken by now is not answered.
INSERT INTO surveillance_tube (recorded_at, code, person_id, sample_id, pool_id)
SELECT %s::timestamptz, row.*
FROM unnest(%s::text[], %s::uuid[], %s::uuid[], %s::uuid[]) AS row
ON CONFLICT (code) DO NOTHING
RETURNING code

-- name: move_samples
-- Samples whose state changed, with the pool they are in.
UPDATE surveillance_sample AS sample SET state = row.state, pool_id = row.pool_id
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::uuid[]) AS row (person_id, id, state, pool_id)
WHERE sample.person_id = row.person_id AND sample.id = row.id

-- name: insert_lab_results
-- What was found.
INSERT INTO surveillance_result
    (actor_id, recorded_at, id, person_id, happened_at, sample_id, disease, method, device, outcome, ct, taken_at,
     tested_at, facility_id, pool_id, status, corrects_id)
SELECT %s::uuid, %s::timestamptz, row.id, row.person_id, row.happened_at, row.sample_id, row.disease, row.method,
       row.device, row.outcome, row.ct, row.taken_at, row.tested_at, row.facility_id, row.pool_id, 'standing',
       row.corrects_id
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[],
            %s::float8[], %s::timestamptz[], %s::timestamptz[], %s::int[], %s::uuid[], %s::uuid[])
    AS row (id, person_id, happened_at, sample_id, disease, method, device, outcome, ct, taken_at, tested_at,
            facility_id, pool_id, corrects_id)

-- name: end_lab_results
-- Results that stand no longer.
UPDATE surveillance_result AS result SET status = row.status
FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS row (person_id, id, status)
WHERE result.person_id = row.person_id AND result.id = row.id

-- name: insert_result_corrections
-- Why results stand no longer, and what stands in their place.
INSERT INTO surveillance_resultcorrection
    (actor_id, recorded_at, id, person_id, happened_at, result_id, kind, replacement_id, reason)
SELECT %s::uuid, %s::timestamptz, row.*
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::uuid[], %s::text[], %s::uuid[], %s::text[]) AS row

-- name: put_pools
-- Pools as they are made and as their state changes.
INSERT INTO surveillance_pool
    (actor_id, recorded_at, pool_id, code, happened_at, specimen, diseases, laboratory_id, state)
SELECT %s::uuid, %s::timestamptz, row.*
FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::text[], %s::jsonb[], %s::int[], %s::text[]) AS row
ON CONFLICT (pool_id) DO UPDATE SET state = EXCLUDED.state

-- name: insert_pool_members
-- Samples that went into pools.
INSERT INTO surveillance_poolmember (pool_id, sample_id, person_id)
SELECT row.* FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[]) AS row

-- name: insert_pool_results
-- What was found in pools.
INSERT INTO surveillance_poolresult
    (actor_id, recorded_at, id, pool_id, happened_at, disease, method, device, outcome, ct, tested_at, facility_id,
     status, corrects_id, reason)
SELECT %s::uuid, %s::timestamptz, row.id, row.pool_id, row.happened_at, row.disease, row.method, row.device, row.outcome,
       row.ct, row.tested_at, row.facility_id, 'standing', row.corrects_id, ''
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[], %s::float8[],
            %s::timestamptz[], %s::int[], %s::uuid[])
    AS row (id, pool_id, happened_at, disease, method, device, outcome, ct, tested_at, facility_id, corrects_id)

-- name: end_pool_results
-- Results of pools that stand no longer, and why.
UPDATE surveillance_poolresult AS result SET status = row.status, reason = row.reason
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[]) AS row (pool_id, id, status, reason)
WHERE result.pool_id = row.pool_id AND result.id = row.id

-- name: standing_results
-- Results that stand, of persons and diseases, in the order in which the samples were taken.
SELECT result.id, result.sample_id, result.person_id, result.disease, result.method, result.outcome, result.taken_at,
       result.happened_at, result.recorded_at, result.ct, result.facility_id
FROM unnest(%s::uuid[], %s::text[]) AS asked (person_id, disease)
JOIN surveillance_result result ON result.person_id = asked.person_id AND result.disease = asked.disease
WHERE result.status = 'standing'
ORDER BY result.taken_at, result.happened_at, result.id

-- name: bench_samples
-- Samples a laboratory still has to answer: opened pools first, then what gave no answer, then by the time they were taken.
SELECT id, person_id, happened_at, code, pool_id, specimen, diseases, reason, order_id, facility_id,
       laboratory_id, state
FROM surveillance_sample
WHERE laboratory_id = %(laboratory)s AND state IN ('waiting', 'single', 'again') AND happened_at >= %(since)s
ORDER BY array_position(ARRAY['single', 'again', 'waiting'], state), happened_at, id
LIMIT %(most)s

-- name: bench_counts
-- How many samples a laboratory still has to answer, by state.
SELECT state, count(*) FROM surveillance_sample
WHERE laboratory_id = %(laboratory)s AND state IN ('waiting', 'single', 'again') AND happened_at >= %(since)s
GROUP BY state

-- name: bench_results
-- What a laboratory found since a time, the latest first; a pool's result stands for its members.
SELECT result.id, result.person_id, result.sample_id, result.disease, result.method, result.outcome, result.ct,
       result.happened_at, result.status, sample.code
FROM surveillance_result result
JOIN surveillance_sample sample ON sample.person_id = result.person_id AND sample.id = result.sample_id
WHERE result.facility_id = %(laboratory)s AND result.happened_at >= %(since)s AND result.pool_id IS NULL
ORDER BY result.happened_at DESC, result.id DESC
LIMIT %(most)s

-- name: bench_outcomes
-- How many results of a laboratory stand since a time, by outcome; those of pools counted with each member.
SELECT outcome, count(*) FROM surveillance_result
WHERE facility_id = %(laboratory)s AND happened_at >= %(since)s AND status = 'standing'
GROUP BY outcome

-- name: bench_pools
-- Pools of a laboratory: made since a time, or not answered yet.
SELECT pool_id, code, happened_at, specimen, diseases, laboratory_id, state FROM surveillance_pool
WHERE laboratory_id = %(laboratory)s
    AND (happened_at >= %(since)s OR (state IN ('waiting', 'again') AND happened_at >= %(long_ago)s))
ORDER BY array_position(ARRAY['waiting', 'again', 'opened', 'negative'], state), happened_at DESC
LIMIT %(most)s

-- name: pool_sizes
-- How many samples are in each of these pools.
SELECT pool_id, count(*) FROM surveillance_poolmember WHERE pool_id = ANY(%(pools)s::uuid[]) GROUP BY pool_id

-- name: lab_one_sample
-- One sample of one person.
SELECT id, person_id, happened_at, code, pool_id, specimen, diseases, reason, order_id, facility_id,
       laboratory_id, state
FROM surveillance_sample WHERE person_id = %(person)s AND id = %(sample)s

-- name: lab_samples_of_pool
-- The samples in a pool.
SELECT sample.id, sample.person_id, sample.happened_at, sample.code, sample.pool_id, sample.specimen, sample.diseases,
       sample.reason, sample.order_id, sample.facility_id, sample.laboratory_id, sample.state
FROM surveillance_sample sample
WHERE sample.person_id = ANY(%(persons)s::uuid[]) AND sample.id = ANY(%(samples)s::uuid[])
ORDER BY sample.happened_at, sample.id

-- name: lab_results_of_sample
-- Everything ever found in one sample, with why it stands no longer.
SELECT result.id, result.person_id, result.sample_id, result.disease, result.method, result.device, result.outcome,
       result.ct, result.taken_at, result.tested_at, result.happened_at, result.facility_id, result.pool_id,
       result.status, fault.reason
FROM surveillance_result result
LEFT JOIN surveillance_resultcorrection fault
    ON fault.person_id = result.person_id AND fault.result_id = result.id
WHERE result.person_id = %(person)s AND result.sample_id = %(sample)s
ORDER BY result.happened_at, result.recorded_at, result.id

-- name: samples_taken
-- Samples taken at a facility since a time, the latest first.
SELECT id, person_id, happened_at, code, pool_id, specimen, diseases, reason, order_id, facility_id,
       laboratory_id, state
FROM surveillance_sample WHERE facility_id = %(facility)s AND happened_at >= %(since)s
ORDER BY happened_at DESC, id DESC LIMIT %(most)s

-- name: lab_orders_open
-- Tests asked for at a facility for which nothing was taken yet.
SELECT id, person_id, happened_at, reason, diseases FROM surveillance_laborder
WHERE facility_id = %(facility)s AND sample_id IS NULL AND happened_at >= %(since)s
ORDER BY happened_at, id LIMIT %(most)s
