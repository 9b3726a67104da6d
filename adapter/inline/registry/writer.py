"""inline: the statements that register one trained model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from tree_sitter import Node

from adapter.inline.editing import Editor
from adapter.inline.landmarks.fits import bound_name
from adapter.inline.landmarks.kinds import full_name, has_role
from adapter.inline.outcome import Work
from adapter.inline.present import concepts_used
from adapter.inline.registry.example import Fed, features, fed, fed_by_module, loader
from adapter.inline.registry.found import Trained, UntoldError
from adapter.inline.registry.naming import free_name, model_module, registered_name, spelled
from adapter.inline.registry.stored import stored_file
from adapter.translate.lower import Lowered

_RUNNING = frozenset(
    {"tracking.start_run", "tracking.resume_run", "tracking.lightning_logger", "tracking.report_to"}
)
"""Concepts after which a run is active."""
_TEXTS = "sklearn.feature_extraction.text"
_FIRST_ROWS = re.compile(r"(?<=\w)\[:[^\[\]:,]*\]$")


@dataclass(frozen=True, slots=True)
class Written:
    """What registers one model.

    `preparing` are the statements that make the example, `guard` the condition under which, and `opening`
    the statements behind which `body` runs; the last of them holds it.
    """

    preparing: tuple[str, ...]
    guard: str
    opening: tuple[str, ...]
    body: tuple[str, ...]
    imports: tuple[str, ...]
    target: str
    note: str

    def lines(self, unit: str) -> list[str]:
        """The statements behind those that prepare."""
        lines = list(self.body)
        if self.opening:
            lines = [*self.opening, *(f"{unit}{line}" for line in lines)]
        if self.guard:
            lines = [self.guard, *(f"{unit}{line}" for line in lines)]
        return lines


def written(work: Work, found: Trained, name: str, editor: Editor) -> Written:
    """The statements that register a model under a name.

    Raises:
        UntoldError: what the model is fed with cannot be told, or nothing can be predicted with it.
        NoPathError: the library has nothing for such a model.
    """
    step = _step(work, found)
    concept = str(step["concept"])
    indent = editor.indent_of(found.after)
    preparing, words = [], {"model": found.name}
    code_imports: list[str] = []
    wanted = work.writer.takes(concept, "inputs")
    path = "" if wanted else stored_file(work.script, work.landmarks, found)
    if found.restore and not path:
        preparing.append(found.restore)
    if wanted:
        preparing += _example(work, found, step, words, code_imports)
    guard = _main_process(work, found)
    arguments = {
        "model": f"{guard}.unwrap_model({found.name})" if guard else found.name,
        "name": _quoted(name),
        "path": path,
        "inputs": words.get("inputs", ""),
        "outputs": words.get("outputs", ""),
    }
    if wanted and work.writer.takes(concept, "code"):
        arguments["code"], more_imports = _code(work, found)
        code_imports += more_imports
    header = _run(work, name_of(work, found, several=False), indent)
    depth = (guard != "") + (header is not None)
    call = work.writer.write(concept, arguments, indent + editor.unit() * depth)
    opening = [line.text for line in header.lines] if header is not None else []
    if opening:
        opening[-1] = f"with {opening[-1]}:"
    imports = [*code_imports, *call.imports, *(header.imports if header is not None else ())]
    return Written(
        tuple(_requoted(work, line) for line in preparing),
        f"if {guard}.is_main_process:" if guard else "",
        tuple(_requoted(work, line) for line in opening),
        tuple(_requoted(work, line.text) for line in call.lines),
        (*imports, work.writer.library.import_line),
        call.target,
        "; ".join(call.notes),
    )


def name_of(work: Work, found: Trained, *, several: bool) -> str:
    """The name that was asked for, or one from the script; several models add what they are called."""
    name = work.request.text("name") or registered_name(work.script, _class_name(work, found))
    return f"{name}-{spelled(found.name.removesuffix('.best_estimator_'))}" if several else name


def _class_name(work: Work, found: Trained) -> str:
    """The name of what makes a model, "" where that does not show."""
    for model in work.landmarks.models:
        function = model.node.child_by_field_name("function")
        if model.name in (found.own, found.name) and function is not None:
            definition = model.definition
            named = definition.child_by_field_name("name") if definition is not None else function
            return work.script.text(named).rpartition(".")[2] if named is not None else ""
    return ""


def _definition(work: Work, found: Trained) -> Node | None:
    """The class of this file that a model is made from."""
    for model in work.landmarks.models:
        if model.name in (found.own, found.name) and model.definition is not None:
            return model.definition
    return None


def _main_process(work: Work, found: Trained) -> str:
    """The accelerator that says which process is the main one, "" where the script has none."""
    script = work.script
    place = script.function_of(found.after)
    for call in script.calls:
        if any(role.kind == "accelerator" for role in script.roles(call)) and "()" not in script.called(call):
            name = bound_name(script, call)
            if name and script.function_of(call) in (place, None):
                return name
    return ""


def _step(work: Work, found: Trained) -> Mapping[str, Any]:
    """The step of the recipe for what trained the model."""
    framework, call = _framework(work, found), ""
    function = found.fit.node.child_by_field_name("function")
    if found.fit.node.type == "call" and function is not None:
        call = full_name(work.script, function)
    for step in work.request.recipe.steps:
        fits = fnmatchcase(call, str(step.get("call", "*")))
        if (
            step["framework"] == framework
            and fits
            and ("role" not in step or has_role(work.script, call, step["role"]))
        ):
            if "refuses" in step:
                raise UntoldError(found.fit.node, f"{found.name}: {step['refuses']}")
            return step
    raise UntoldError(found.fit.node, f"the recipe has no step for a model of {framework}")


def _framework(work: Work, found: Trained) -> str:
    """The framework of a model; it can be another one than that of the loop or search that trains it."""
    if found.fit.framework == "pytorch":
        for model in work.landmarks.models:
            if model.name == found.own and model.framework == "transformers":
                return "transformers-loop"
    return found.fit.framework


def _run(work: Work, name: str, indent: str) -> Lowered | None:
    """The start of a run, where the script has none of the library."""
    if _RUNNING & concepts_used(work.script.source, work.writer.library).keys():
        return None
    asked = work.request.text("experiment")
    project = _quoted(asked or name)
    started = work.writer.write("tracking.start_run", {"project": project}, indent)
    if asked or len(started.lines) == 1:
        return started
    # naming the project would take a statement of its own, and nobody asked for that
    return work.writer.write("tracking.start_run", {}, indent)


def _example(
    work: Work, found: Trained, step: Mapping[str, Any], words: dict[str, str], imports: list[str]
) -> list[str]:
    """The statements that make the example; `words` gets the words for it, `inputs` and `outputs`.

    `imports` gets the imports that the statements need.
    """
    script = work.script
    source = _source(work, found, step)
    form = f"_{source.form}" if source is not None and source.form else ""
    if source is None or f"prepare{form}" not in step:
        line = script.line(found.fit.node)
        raise UntoldError(
            found.fit.node, f"what {found.name} is fed with by the training in line {line} cannot be told"
        )
    elsewhere = re.search(rb"cuda|\.to\(|mps|accelerat|device", script.source.data)
    words |= {
        "source": _FIRST_ROWS.sub("", source.text),
        "part": source.part,
        "cpu": ".cpu()" if elsewhere else "",
    }
    words["example"] = free_name(script, ("example", "input_example", "example_input"), found.after)
    words["output"] = free_name(script, ("output", "prediction", "example_output"), found.after)
    imports += step.get(f"imports{form}", ())
    for key in ("inputs", "outputs"):
        words[key] = _filled(str(step[f"{key}{form}" if f"{key}{form}" in step else key]), words)
    return [_filled(str(line), words) for line in step[f"prepare{form}"]]


def _source(work: Work, found: Trained, step: Mapping[str, Any]) -> Fed | None:
    kind = step.get("example")
    if kind == "features":
        source = features(work.script, found)
        texts = source is not None and _reads_texts(work, found)
        return replace(source, form="texts") if source is not None and texts else source
    if kind == "module":
        return _of_module(work, found)
    if kind == "trainer":
        return Fed(found.name.removesuffix(".model"), "mapping")
    return fed(work.script, found)


def _reads_texts(work: Work, found: Trained) -> bool:
    """Whether a pipeline begins with what turns texts into numbers."""
    for model in work.landmarks.models:
        if model.name in (found.own, found.name):
            for node in work.script.walk(model.node):
                if node.type in ("identifier", "attribute") and work.script.api(node).startswith(_TEXTS):
                    return True
    return False


def _of_module(work: Work, found: Trained) -> Fed | None:
    definition, source = _definition(work, found), loader(work.script, found)
    if definition is None or not source:
        return None
    if re.search(r"datamodule\s*=", work.script.text(found.fit.node)):
        source = f"{source}.train_dataloader()"
    return fed_by_module(work.script, found, definition, source)


def _code(work: Work, found: Trained) -> tuple[str, list[str]]:
    """The module or package beside the script that the model comes from, in a list, and imports for it."""
    module = model_module(work.script, found.name) or model_module(work.script, found.own)
    if not module:
        return "", []
    if work.script.source.cells is not None:
        return f"[{_quoted(module)}]", []
    return f"[str(Path(__file__).with_name({_quoted(module)}))]", ["from pathlib import Path"]


def _filled(text: str, words: Mapping[str, str]) -> str:
    for name, word in words.items():
        text = text.replace("{" + name + "}", word)
    return text


def _quoted(text: str) -> str:
    return f'"{text}"'


def _requoted(work: Work, line: str) -> str:
    """A line in the quotes that the script prefers."""
    data = work.script.source.data
    double = data.count(b'"') - 6 * data.count(b'"""')
    if data.count(b"'") <= 2 * double:
        return line
    return re.sub(r'"([^"\'\\{}]*)"', r"'\1'", line)
