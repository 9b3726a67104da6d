"""inline: landmarks in words, for people who ask what was seen in their script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from adapter.inline.landmarks.model import Landmarks


@dataclass(frozen=True, slots=True)
class Description:
    """A landmark in words: what it is, and what is known of it."""

    node: Node
    kind: str
    detail: str


def describe(landmarks: Landmarks) -> list[Description]:
    """Every landmark in words, in source order."""
    found = [*_program(landmarks), *_training(landmarks), *_results(landmarks)]
    return sorted(found, key=lambda item: (item.node.start_byte, item.node.end_byte, item.kind))


def _program(landmarks: Landmarks) -> Iterator[Description]:
    if landmarks.entry is not None:
        yield Description(landmarks.entry.node, "entry point", str(landmarks.entry.form))
    for parameters in landmarks.parameter_sets:
        for parameter in parameters.parameters:
            default = _text(parameter.default) if parameter.default is not None else "no default"
            detail = f"{parameter.name} = {default} ({parameter.source})"
            if parameters.path is None:
                yield Description(parameter.node, "hyper-parameter", detail)
    for seed in landmarks.seeds:
        yield Description(seed.node, "seed", seed.value)


def _training(landmarks: Landmarks) -> Iterator[Description]:
    for loop in landmarks.loops:
        yield Description(loop.node, str(loop.kind), f"counted by {loop.counter}" if loop.counter else "")
    for model in landmarks.models:
        yield Description(model.node, "model", f"{model.name} ({model.framework})")
    for loader in landmarks.loaders:
        yield Description(loader.node, "data", f"{loader.name} {loader.part}".rstrip())
    for optimiser in landmarks.optimisers:
        yield Description(optimiser.node, "optimiser", f"{optimiser.name} = {optimiser.api}")
    for loss in landmarks.losses:
        yield Description(loss.node, "loss", f"{loss.name} = {loss.api}")
    for fit in landmarks.fits:
        yield Description(
            fit.node, "training", f"of {fit.model} ({fit.framework})" if fit.model else fit.framework
        )


def _results(landmarks: Landmarks) -> Iterator[Description]:
    for value in landmarks.reported:
        step = f", step {value.step}" if value.step else ", once"
        yield Description(value.node, "reported value", f"{value.name} = {value.text}{step}")
    for evaluation in landmarks.evaluations:
        yield Description(evaluation.node, "evaluation", evaluation.name)
    for best in landmarks.bests:
        yield Description(best.node, "early stopping" if best.stops else "best so far", best.name)
    for saved in landmarks.saved:
        yield Description(saved.node, "saved file", f"{saved.what} {saved.object} to {saved.path}")


def _text(node: Node) -> str:
    return " ".join((node.text or b"").decode("utf-8", "replace").split())
