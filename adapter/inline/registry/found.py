"""inline: a trained model, as the parts of registration hand it to each other."""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Node

from adapter.inline.landmarks.model import Fit


@dataclass(frozen=True, slots=True)
class Step:
    """One call on the way from the place of registration to the training: the call, and what it calls."""

    call: Node
    function: Node


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained model.

    `name` is its expression behind the statement `after`; `own` is its expression in the function that
    trains, to which `way` leads; `restore` is the statement that brings back its best state, "" where the
    script does so itself.
    """

    name: str
    own: str
    fit: Fit
    after: Node
    way: tuple[Step, ...] = ()
    restore: str = ""


class UntoldError(Exception):
    """It cannot be told which model is to be registered; carries the landmark's name and its node."""

    def __init__(self, node: Node, detail: str) -> None:
        super().__init__(detail)
        self.node = node
