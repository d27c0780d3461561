-- name: household_ties
-- By what persons are tied to the ones they live with: where they live, their first telephone, who answers for them.
SELECT asked.id, p.residence_id, own.blind, g.guardian_id, g.sealed_phone
FROM unnest(%s::uuid[]) AS asked (id)
JOIN people_person p ON p.id = asked.id
LEFT JOIN LATERAL (
    SELECT c.blind FROM people_contact c WHERE c.person_id = asked.id AND c.kind = 'phone' ORDER BY c.since, c.id LIMIT 1
) own ON true
LEFT JOIN LATERAL (
    SELECT w.guardian_id, w.sealed_phone FROM people_guardian w WHERE w.person_id = asked.id
    ORDER BY w.guardian_id IS NULL, w.id LIMIT 1
) g ON true

-- name: guardian_phones
-- Sealed telephones of those who answer for these persons.
SELECT person_id, name, relation, sealed_phone FROM people_guardian
WHERE person_id = ANY(%s::uuid[]) AND sealed_phone IS NOT NULL ORDER BY person_id, id
