"""The marketplace's published contract as JSON schemas, where the shared folder is present beside the project."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
import yaml

SHARED = Path(__file__).parents[2].parent / "shared"
CONTRACT = SHARED / "backmarket" / "openapi.yml"

needs_contract = pytest.mark.skipif(
    not CONTRACT.exists(), reason="the contract (../shared) is not beside the project"
)


@cache
def document() -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: dict[str, Any] = yaml.load(CONTRACT.read_text(encoding="utf-8"), Loader=loader)
    nullable = _nullable(loaded)
    assert isinstance(nullable, dict)
    return nullable


def operations() -> list[tuple[str, str]]:
    """(method, path template) of everything in the contract."""
    return [
        (method.upper(), path)
        for path, item in document()["paths"].items()
        for method in item
        if method in {"get", "post", "put", "patch", "delete"}
    ]


def check(answer: httpx.Response) -> None:
    """The answer is one that the contract announces for this call, and its body fits the schema."""
    method, path = answer.request.method, answer.request.url.path
    template = _template(method, path)
    responses = document()["paths"][template][method.lower()]["responses"]
    response = responses.get(str(answer.status_code))
    assert response is not None, f"{method} {template} announces no {answer.status_code}"
    if "$ref" in response:
        response = document()["components"]["responses"][response["$ref"].rpartition("/")[2]]
    contents = response.get("content")
    if not contents:
        return
    kind = answer.headers["content-type"].partition(";")[0]
    assert kind in contents, f"{method} {template} {answer.status_code} is {kind}, not {list(contents)}"
    schema = {**contents[kind]["schema"], "components": document()["components"]}
    body = answer.text if kind == "text/plain" else answer.json()
    jsonschema.Draft4Validator(schema).validate(body)


def _template(method: str, path: str) -> str:
    fitting: list[str] = [
        template
        for template, item in document()["paths"].items()
        if method.lower() in item and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path)
    ]
    return min(fitting, key=lambda template: template.count("{"))


def _nullable(node: Any) -> Any:
    """OpenAPI 3.0 says `nullable`, JSON schema says type null."""
    if isinstance(node, list):
        return [_nullable(item) for item in node]
    if not isinstance(node, dict):
        return node
    plain = {key: _nullable(value) for key, value in node.items()}
    if plain.get("nullable") is not True:
        return plain
    rest = {key: value for key, value in plain.items() if key != "nullable"}
    return {"anyOf": [rest, {"type": "null"}]}
