"""searches: a search as a whole, lifted out of whatever library spells it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node


@dataclass
class Search:
    """One search: the call that runs it, what it calls with what, and how the target is to run it.

    Texts are code of the target. `made` is the name and statement of the object that collects the trials,
    where it is made beforehand; `gives` the kind of object that the call gives.
    """

    call: Node
    objective: Node
    space: Node
    direction: str = '"minimize"'
    trials: str = ""
    timeout: str = ""
    jobs: str = ""
    sampler: str = ""
    pruner: str = ""
    catch: str = ""
    callbacks: list[str] = field(default_factory=list)
    starts: list[str] = field(default_factory=list)
    """Texts of the points that are tried first."""
    made: tuple[Node, Node] | None = None
    gives: str = "Point"
    metric: str = ""
    """The name of the reported value that counts; empty where the objective returns it."""
    prunes: bool = False
    """Whether trials are given up while they run."""
    stop: dict[str, str] = field(default_factory=dict)
    """Reported values at which a trial ends, with the limits as code."""
    done: list[Node] = field(default_factory=list)
    """Statements that the search makes superfluous."""
