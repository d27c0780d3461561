"""The API file that partners program against is the one the house serves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client

from lachan.immunization.verbs import VERBS
from lachan.rest.api import api

FILE = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"


def test_the_committed_file_is_the_one_served() -> None:
    made = json.dumps(api.get_openapi_schema(), indent=2, ensure_ascii=False) + "\n"
    assert made == FILE.read_text(encoding="utf-8"), "run: lachan openapi > docs/reference/openapi.json"


@pytest.mark.django_db
def test_it_is_served_to_anyone() -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert json.loads(answer.content) == json.loads(FILE.read_text(encoding="utf-8"))


def test_every_verb_is_described_with_its_body() -> None:
    schemas = json.loads(FILE.read_text(encoding="utf-8"))["components"]["schemas"]
    mapping = schemas["Command"]["discriminator"]["mapping"]
    assert set(mapping) == set(VERBS)
    for verb, reference in mapping.items():
        kind = schemas[reference.rpartition("/")[2]]
        assert kind["properties"]["verb"] == {"const": verb}
        body = schemas[kind["properties"]["body"]["$ref"].rpartition("/")[2]]
        assert body["additionalProperties"] is False
        assert body["description"]


def test_every_reference_leads_somewhere() -> None:
    text = FILE.read_text(encoding="utf-8")
    schemas = json.loads(text)["components"]["schemas"]
    wanted = {part.split('"', 1)[0] for part in text.split("#/components/schemas/")[1:]}
    assert wanted <= set(schemas)
    assert set(schemas) - wanted <= {"Command"}
