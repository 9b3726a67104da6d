"""fallback: inlining: what a recipe cannot tell about a script is asked as a fact; rules write the code."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from adapter.fallback.asking import Asker, NotAnsweredError, Prompt
from adapter.fallback.tally import Tally
from adapter.fallback.templates import fill
from adapter.graph.store import Atlas, packaged_atlas
from adapter.inline.file import inline_file
from adapter.inline.frameworks import packaged_frameworks
from adapter.inline.landmarks.find import find_landmarks
from adapter.inline.landmarks.labels import is_metric
from adapter.inline.landmarks.model import Landmarks
from adapter.inline.recipe import Request
from adapter.inline.script import Script
from adapter.names.project import ProjectNames
from adapter.plan import Edit, Fidelity, Gap, Plan
from adapter.source.text import read_source

_ASKED = ("metric", "direction")
"""The options of recipes that say a fact about the script, and that a model may therefore be asked for."""

_DIRECTIONS = ("minimize", "maximize")
_LINES = 12
_TOKENS = 60


class InlineFallback:
    """Refines the plans of one recipe by asking for the facts that it misses."""

    def __init__(self, request: Request, asker: Asker, tally: Tally, atlas: Atlas | None = None) -> None:
        self._request, self._asker, self._tally = request, asker, tally
        self._atlas = atlas or packaged_atlas()

    def refine(self, plan: Plan, folder: Path, code: Sequence[Path]) -> Plan:
        """The plan with the recipe carried out by an answered fact; the same plan where that does not help.

        A fact is used only when with it the recipe finds everything: it is applied whole or not at all.
        """
        missing = [name for name in _ASKED if any(f"--{name}" in gap.detail for gap in plan.gaps)]
        if plan.error is not None or not missing:
            return plan
        self._tally.gaps += len(plan.gaps)
        self._tally.apis += 1
        names = ProjectNames(folder, packaged_frameworks().catalog, read_source, tuple(code))
        script = Script(read_source(plan.path, plan.before), packaged_frameworks(), names)
        facts = self._facts(script, plan.gaps[0])
        if not facts:
            return plan
        request = replace(self._request, options={**self._request.options, **facts})
        better = inline_file(plan.path, plan.before, request, self._atlas, names)
        if better.error is not None or better.gaps or not better.changed:
            self._tally.rejected["recipe-complete"] += 1
            return plan
        self._tally.edges += 1
        self._tally.by_edge += len(plan.gaps)
        said = ", ".join(f"--{name} {_shown(value)}" for name, value in facts.items())
        note = f"{self._asker.model} answered {said}; read it before you merge"
        return replace(better, edits=[_noted(edit, note) for edit in better.edits])

    def _facts(self, script: Script, gap: Gap) -> dict[str, Any]:
        """The options that the model answers; those that the user gave are not asked for."""
        landmarks = find_landmarks(script)
        values = reported_names(script, landmarks)
        wanted = {name: self._request.options.get(name) for name in _ASKED}
        schema = fact_schema(values, {name for name, value in wanted.items() if not value})
        if not values or not schema["properties"]:
            return {}
        question = fill(
            "landmark.user",
            purpose=self._request.recipe.doc,
            statements="\n".join(_statements(script, landmarks)),
            problem=gap.detail,
        )
        try:
            answer = self._asker.ask(Prompt(fill("landmark.system"), (question,), _TOKENS, schema))
        except NotAnsweredError as error:
            self._tally.unanswered[str(error)] += 1
            return {}
        if answer is None:
            self._tally.unanswered["the question was only shown"] += 1
            return {}
        facts = read_facts(answer.text, schema)
        if not facts:
            self._tally.rejected["facts-schema-fits"] += 1
        if "metric" in facts:
            facts["metric"] = (
                (facts["metric"],) if self._request.recipe.name == "tracking" else facts["metric"]
            )
        return facts


def reported_names(script: Script, landmarks: Landmarks) -> list[str]:
    """The names of the values that a script reports; of a reported dict, texts that name measurements."""
    names = [each.name for each in landmarks.reported if each.name]
    if any(each.mapping for each in landmarks.reported):
        names += [text for text in _texts(script) if is_metric(text)]
    return list(dict.fromkeys(names))


def _texts(script: Script) -> list[str]:
    """The short texts of a script, in order."""
    found: list[str] = []
    waiting = [script.source.tree.root_node]
    while waiting:
        node = waiting.pop()
        if node.type == "string_content" and node.end_byte - node.start_byte < 40:
            found.append(script.source.node_text(node))
        waiting.extend(reversed(node.children))
    return found


def _statements(script: Script, landmarks: Landmarks) -> list[str]:
    texts = (script.source.node_text(each.statement).splitlines()[0] for each in landmarks.reported)
    return list(dict.fromkeys(texts))[:_LINES]


def fact_schema(values: Sequence[str], wanted: set[str]) -> dict[str, Any]:
    """The schema of the answer: one of the values, and a direction."""
    choices = {"metric": list(values), "direction": list(_DIRECTIONS)}
    properties = {name: {"enum": choice} for name, choice in choices.items() if name in wanted}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def read_facts(text: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The facts of an answer; empty when it is not of the schema."""
    from jsonschema import Draft202012Validator

    try:
        data = json.loads(text[text.find("{") : text.rfind("}") + 1])
    except ValueError:
        return {}
    return dict(data) if Draft202012Validator(schema).is_valid(data) else {}


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _noted(edit: Edit, note: str) -> Edit:
    fidelity = Fidelity.worst((edit.fidelity, Fidelity.LOSSY))
    return replace(edit, fidelity=fidelity, note="; ".join(part for part in (edit.note, note) if part))
