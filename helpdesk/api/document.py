"""The OpenAPI 3.1 document, made from the operations and their models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from helpdesk.api.operation import OPERATIONS, Operation, is_number
from helpdesk.api.problem import MEDIA_TYPE, ProblemDetails
from helpdesk.rules.api_scope import Scope

REF = "#/components/schemas/{model}"
ALWAYS = (401, 403, 429)  # what every operation may answer

INFO = {
    "title": "Helpdesk",
    "version": "1",
    "description": (
        "Everything that agents do, for programs. A token acts for its agent and sees what they "
        "see. Lists come a page at a time: send `next_cursor` back as `cursor`. Errors are "
        "`application/problem+json` (RFC 9457). A POST with an `Idempotency-Key` may be repeated "
        "for 24 hours and is carried out once. PATCH, PUT and DELETE take no such key: to repeat "
        "one changes nothing more."
    ),
}


@cache
def document() -> dict[str, Any]:
    schemas, references = _schemas()
    paths: dict[str, Any] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method.lower()] = _described(one, references)
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "tags": [{"name": tag} for tag in TAGS],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Made by `helpdesk token create`, with scopes: "
                    + ", ".join(scope.value for scope in Scope),
                }
            },
        },
    }


TAGS = ("Tickets", "Messages", "Customers", "Organizations", "Orders", "Articles", "Search",
        "Imports")  # fmt: skip

References = dict[tuple[type[BaseModel], JsonSchemaMode], dict[str, Any]]


def _schemas() -> tuple[dict[str, Any], References]:
    asked = {one.body for one in OPERATIONS if one.body}
    given = {one.answer for one in OPERATIONS if one.answer} | {ProblemDetails}
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        *((model, "validation") for model in sorted(asked, key=lambda m: m.__name__)),
        *((model, "serialization") for model in sorted(given, key=lambda m: m.__name__)),
    ]
    references, defined = models_json_schema(wanted, ref_template=REF)
    return defined["$defs"], dict(references)  # type: ignore[arg-type]


def _described(one: Operation, references: References) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": one.name,
        "tags": [one.tag],
        "summary": one.summary.partition(". ")[0].rstrip("."),
        "description": f"{one.summary} Scope: `{one.scope.value}`.",
        "parameters": [*_steps(one), *_parameters(one)],
        "responses": _responses(one, references),
    }
    if one.body is not None:
        schema = references[one.body, "validation"]
        described["requestBody"] = {
            "required": True, "content": {"application/json": {"schema": schema}}
        }  # fmt: skip
    if one.files:
        described["requestBody"] = {"required": True, "content": {kind: {} for kind in one.files}}
    return described


def _steps(one: Operation) -> Iterator[dict[str, Any]]:
    for step in one.steps:
        schema: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}
        if is_number(step):
            schema = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
        elif step == "lang":
            schema = {"type": "string", "enum": ["en", "zh"]}
        elif step == "slug":
            schema = {"type": "string", "pattern": r"^[a-z0-9][a-z0-9-]{0,79}$"}
        yield {"name": step, "in": "path", "required": True, "schema": schema}


def _parameters(one: Operation) -> Iterator[dict[str, Any]]:
    if one.query is not None:
        asked = one.query.model_json_schema(ref_template=REF)
        needed = asked.get("required", [])
        for name, schema in asked.get("properties", {}).items():
            said = schema.pop("description", "")
            yield {
                "name": name, "in": "query", "required": name in needed, "schema": schema,
                **({"description": said} if said else {}),
                **({"deprecated": True} if schema.pop("deprecated", False) else {}),
            }  # fmt: skip
        if named := asked.get("patternProperties"):
            yield _named_freely(named)
    if one.method == "POST":
        yield {
            "name": "Idempotency-Key", "in": "header", "required": False,
            "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
            "description": "Repeats within 24 hours are answered alike and carried out once.",
        }  # fmt: skip


def _named_freely(patterns: dict[str, Any]) -> dict[str, Any]:
    """Parameters whose names follow a pattern: OpenAPI writes them as an object, taken apart."""
    return {
        "name": "fields", "in": "query", "required": False, "style": "form", "explode": True,
        "schema": {
            "type": "object", "patternProperties": patterns, "additionalProperties": False
        },
        "description": "Custom fields: `field.KEY=VALUE`, or with an operator, as in "
        "`field.amount=from:10`: `not:`, `from:`, `to:`, `has:`, `any:`, `none:`.",
    }  # fmt: skip


def _responses(one: Operation, references: References) -> dict[str, Any]:
    good: dict[str, Any] = {"description": HTTPStatus(one.status).phrase}
    if one.answer is not None:
        schema = references[one.answer, "serialization"]
        good["content"] = {"application/json": {"schema": schema}}
    responses = {str(one.status): good}
    problem = references[ProblemDetails, "serialization"]
    for status in sorted({*ALWAYS, *_own_errors(one)}):
        responses[str(status)] = {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": problem}},
        }
    return responses


def _own_errors(one: Operation) -> set[int]:
    errors = set(one.errors)
    if one.query is not None or one.method == "POST":
        errors |= {400, 422}
    if one.body is not None or one.files:
        errors |= {400, 413, 415, 422}
    if one.method == "POST":
        errors |= {409}
    return errors | ({404} if one.steps else set())


@dataclass(frozen=True, slots=True)
class Section:
    """The operations of one tag, as the page of the document shows them."""

    tag: str
    operations: list[dict[str, Any]]


@cache
def sections() -> list[Section]:
    whole = document()
    found = {tag: Section(tag, []) for tag in TAGS}
    for one in OPERATIONS:
        described = whole["paths"][one.path][one.method.lower()]
        found[one.tag].operations.append(
            {
                **described,
                "method": one.method,
                "path": one.path,
                "scope": one.scope.value,
                "body": _fields(one.body),
                "answer": _fields(one.answer),
            }
        )
    return list(found.values())


def _fields(model: type[BaseModel] | None) -> list[dict[str, str]]:
    if model is None:
        return []
    schema = model.model_json_schema(ref_template="{model}")
    needed = schema.get("required", [])
    return [
        {"name": name, "type": _kind(one), "said": one.get("description", ""),
         "needed": "yes" if name in needed else ""}
        for name, one in schema.get("properties", {}).items()
    ]  # fmt: skip


def _kind(schema: dict[str, Any]) -> str:
    """The type of a field in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"])
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(_kind(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"{_kind(schema.get('items', {}))}[]"
    return str(schema.get("format") or schema.get("type", "any"))
