"""The first map of a library: its public API as entries, with concepts guessed by name for the author."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from adapter.graph.api_index import Api, ApiIndex, ApiKind
from adapter.graph.model import Concept

# What libraries call the same thing: words of API names, to words of concepts.
_WORDS = {
    "scalar": "metric",
    "value": "metric",
    "values": "metrics",
    "configure": "start_run",
    "scalars": "metrics",
    "parameter": "param",
    "parameters": "params",
    "hparams": "params",
    "config": "params",
    "figure": "figure",
    "fig": "figure",
    "img": "image",
    "file": "artifact",
    "add": "log",
    "report": "log",
    "record": "log",
    "track": "log",
    "write": "log",
    "track_metric": "log_metric",
    "begin": "start_run",
    "init": "start_run",
    "start": "start_run",
    "finish": "end_run",
    "stop": "end_run",
    "close": "end_run",
    "end": "end_run",
    "note": "log_text",
}
_LEAST_LIKELY = 0.72


@dataclass(frozen=True, slots=True)
class Guess:
    """A concept that an API may stand for, with its arguments where names agree."""

    concept: Concept
    arguments: Mapping[str, str]
    open: tuple[str, ...]


def begin_map(index: ApiIndex, concepts: Mapping[str, Concept], schema: str) -> str:
    """The text of a first map: every public call as an entry, guesses marked with `TODO`.

    Calls for which nothing is guessed are entries with a gap, so that a site of them is told with a reason.
    """
    package = index.packages[0]
    apis = [api for api in index.public() if api.name.startswith(f"{package}.") and api.callable]
    classes = [api for api in apis if api.kind is ApiKind.CLASS]
    lines = [
        f"# yaml-language-server: $schema={schema}",
        "# Begun by `adapter maps new` from the public API. Go through every TODO: keep the guess, mend it,",
        "# or say why the call is left (`gap`). Then run `adapter maps test` and `adapter maps check`.",
        f"library: {package}",
        f"distribution: {index.distribution}",
        f'versions: ">={index.version}"',
        f'requirement: ">={index.version}"',
        f"needles: [{package}]",
        *_types(package, classes, apis),
        "apis:",
    ]
    for api in apis:
        if api.kind is not ApiKind.CLASS:
            lines += _entry(package, api, concepts)
    return "\n".join(lines) + "\n"


def _types(package: str, classes: Iterable[Api], apis: list[Api]) -> Iterator[str]:
    found = list(_makers(classes, apis))
    if found:
        yield "types:"
    for api, makers in found:
        yield f"  {api.name.removeprefix(f'{package}.')}: {{made_by: [{', '.join(makers)}]}}"


def _makers(classes: Iterable[Api], apis: list[Api]) -> Iterator[tuple[Api, list[str]]]:
    for kind in classes:
        last = kind.name.rpartition(".")[2]
        makers = [f"{kind.name}()"]
        makers += [
            f"{api.name}()"
            for api in apis
            if api.kind is ApiKind.FUNCTION and re.search(rf"\b{re.escape(last)}\b", api.returns)
        ]
        yield kind, makers


def _entry(package: str, api: Api, concepts: Mapping[str, Concept]) -> Iterator[str]:
    yield f"- api: {_pattern(package, api)}"
    guess = best_guess(api, concepts)
    if api.deprecated:
        yield f"  # deprecated: {api.deprecated[:90]}"
    if guess is None:
        yield f"  gap: TODO say what this call does, or why it is left{_first_sentence(api)}"
        return
    given = ", ".join(f"{name}={source}" for name, source in guess.arguments.items())
    yield f"  concept: {guess.concept.name}({given})  # TODO a guess by name: {guess.concept.doc}"
    if guess.open:
        reasons = ", ".join(f'{name}: "TODO what is lost"' for name in guess.open)
        yield f"  drops: {{{reasons}}}"


def _pattern(package: str, api: Api) -> str:
    name = api.name
    if api.kind is ApiKind.METHOD:
        name = name.removeprefix(f"{package}.")
    parts: list[str] = []
    for parameter in api.parameters or ():
        if parameter.kind == "VAR_POSITIONAL":
            parts.append(f"*{parameter.name}")
        elif parameter.kind == "VAR_KEYWORD":
            parts.append(f"**{parameter.name}")
        else:
            if parameter.kind == "KEYWORD_ONLY" and not any(part.startswith("*") for part in parts):
                parts.append("*")
            parts.append(parameter.name + ("" if parameter.default is None else "=None"))
    return f"{name}({', '.join(parts)})"


def best_guess(api: Api, concepts: Mapping[str, Concept]) -> Guess | None:
    """The concept whose name is most like that of a call, where it is like it at all."""
    name = _words(api.name.rpartition(".")[2])
    scored = [(_likeness(name, concept), concept.name) for concept in concepts.values()]
    score, best = max(scored, default=(0.0, ""))
    if score < _LEAST_LIKELY:
        return None
    concept = concepts[best]
    wanted = {parameter.name for parameter in concept.signature.parameters}
    arguments: dict[str, str] = {}
    rest: list[str] = []
    for parameter in api.parameters or ():
        fitting = _same(parameter.name, wanted - arguments.keys())
        if fitting is not None and not parameter.kind.startswith("VAR_"):
            arguments[fitting] = parameter.name
        else:
            rest.append(parameter.name)
    needed = [p.name for p in concept.signature.parameters if not p.optional and p.name not in arguments]
    for name_of in needed:
        if rest:
            arguments[name_of] = rest.pop(0)
    return Guess(concept, arguments, tuple(rest))


def _likeness(name: str, concept: Concept) -> float:
    return SequenceMatcher(None, name, concept.name.partition(".")[2]).ratio()


def _words(name: str) -> str:
    known = _WORDS.get(name)
    return known or "_".join(_WORDS.get(word, word) for word in name.split("_"))


def _same(parameter: str, wanted: Iterable[str]) -> str | None:
    aliases = {"key": "name", "tag": "name", "iteration": "step", "global_step": "step", "epoch": "step"}
    aliases |= {"data": "metrics", "scalar_value": "value", "values": "metrics", "parameters": "params"}
    names = set(wanted)
    if parameter in names:
        return parameter
    return aliases.get(parameter) if aliases.get(parameter) in names else None


def _first_sentence(api: Api) -> str:
    said = " ".join(api.docstring.split()).partition(". ")[0].replace(":", " -").replace("#", "")
    return f" ({said[:80]})" if said else ""
