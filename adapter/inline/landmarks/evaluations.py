"""inline: the calls that measure a model."""

from __future__ import annotations

import re

from adapter.inline.landmarks.labels import part_of
from adapter.inline.landmarks.model import Evaluation
from adapter.inline.script import Script

_EVALUATING = re.compile(
    r"^(evaluate|validate|validation|test|score|eval_\w+)$|^(test|validate)_|_(eval|evaluate|test)$"
)


def find_evaluations(script: Script) -> list[Evaluation]:
    """Calls of the file's own functions with such a name, and of such methods of frameworks' objects."""
    found = []
    for call in script.calls:
        function = call.child_by_field_name("function")
        if function is None or not _EVALUATING.search(script.text(function).rpartition(".")[2]):
            continue
        if script.definition(function) is None and not script.called(call):
            continue
        part = part_of(f"{script.text(function).rpartition('.')[2]} {script.text(call)}")
        found.append(Evaluation(call, script.text(function), script.statement(call), part))
    return found
