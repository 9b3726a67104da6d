"""fallback: the JSON that a question about an edge is answered in, and how it is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adapter.fallback.edge_checks import EdgeGround
    from adapter.graph.api_index import Api

NO_TARGET = "none"
MOST_PARAMETERS = 8


@dataclass(frozen=True)
class EdgeAnswer:
    """What the model says: the target, and for each of its parameters the source parameter that it takes."""

    target: str
    arguments: Mapping[str, str]
    problem: str = ""


def question_schema(ground: EdgeGround) -> dict[str, Any]:
    """The schema of the answer: one of the candidates with its own parameters, or none."""
    values = {"enum": [*ground.source_names, None]}
    if ground.is_open:
        return {
            "type": "object",
            "properties": {
                "target": {"type": "string", "maxLength": 60},
                "arguments": {"type": "object", "additionalProperties": values},
            },
            "required": ["target", "arguments"],
            "additionalProperties": False,
        }
    options = [
        _option(name, shown_parameters(api), required_parameters(api), values)
        for name, api in ground.named.items()
    ]
    return {"anyOf": [*options, _option(NO_TARGET, [], [], values)]}


def _option(
    target: str, parameters: list[str], required: list[str], values: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "target": {"const": target},
            "arguments": {
                "type": "object",
                "properties": dict.fromkeys(parameters, values),
                "required": required,
                "additionalProperties": False,
            },
        },
        "required": ["target", "arguments"],
        "additionalProperties": False,
    }


def required_parameters(api: Api) -> list[str]:
    """The parameters that every call has to give."""
    return [p.name for p in api.parameters or () if p.default is None and not p.kind.startswith("VAR_")]


def shown_parameters(api: Api) -> list[str]:
    """The parameters that are asked about: all that are required, then the first of the others."""
    required = required_parameters(api)
    others = [p.name for p in api.parameters or () if p.default is not None and not p.kind.startswith("VAR_")]
    return [*required, *others[: max(MOST_PARAMETERS - len(required), 0)]]


def read_edge_answer(text: str, schema: Mapping[str, Any]) -> EdgeAnswer:
    """Reads an answer; one that does not fit the schema has a `problem`."""
    from jsonschema import Draft202012Validator

    start, end = text.find("{"), text.rfind("}")
    try:
        data = json.loads(text[start : end + 1])
    except ValueError:
        return EdgeAnswer(NO_TARGET, {}, "the answer is not JSON")
    errors = sorted(
        Draft202012Validator(schema).iter_errors(data), key=lambda error: list(map(str, error.path))
    )
    if errors:
        return EdgeAnswer(NO_TARGET, {}, f"the answer does not fit its schema: {errors[0].message[:200]}")
    given = {name: value for name, value in data["arguments"].items() if value is not None}
    return EdgeAnswer(data["target"], given)
