-- name: fill_cases
-- Cases as they come from results.
COPY surveillance_case (id, person_id, actor_id, happened_at, recorded_at, code, disease, classification, is_open,
    sampled_at, onset_on, area_id, changed_at, version, definition, reason, results, held_class, symptoms, link,
    imported_from, cluster, severity, hospital, outcome, isolation_kind, isolation_place, end_rule) FROM STDIN

-- name: fill_links
-- Contacts on the lists of cases.
COPY tracing_link (id, person_id, case_id, case_person_id, disease, level, grade, rule, first_exposure, last_exposure,
    seconds, kind, score, rank, evidence, state, listed_at, changed_at, release_reason) FROM STDIN

-- name: analyze_outbreak
-- Counted as autovacuum would have.
ANALYZE surveillance_case, tracing_link
