"""inline: landmarks, the places of a training script that recipes look for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tree_sitter import Node

from adapter.inline.landmarks.words import DataForm, Entry, Literal, LoopKind, Part, Source

"""A value that stands in the code."""


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """Where the program begins.

    `call` is the call of the main function, where there is one; `function` its definition in this file;
    `first` and `last` are the first and the last statement of the code that runs.
    """

    node: Node
    form: Entry
    call: Node | None = None
    function: Node | None = None
    first: Node | None = None
    last: Node | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A hyper-parameter.

    `name` is what people call it ("lr"), `read` the expression by which code reads it at run time
    ("args.lr", "LR", ""), `default` the node of its present value, `choices` the nodes of the values
    that are allowed, `type` the Python type as a word ("float", "int", "str", "bool", "").

    `value` is the present value where that shows, None where it does not (or is None). `allowed` is the
    expression of the allowed values. Nodes are those of the file that the `path` of the set names.
    """

    node: Node
    name: str
    source: Source
    read: str = ""
    default: Node | None = None
    type: str = ""
    choices: tuple[Node, ...] = ()
    value: Literal = None
    allowed: Node | None = None


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """Parameters that live together, and the expression that gives all as a mapping: "vars(args)".

    `ready` is the statement of this file after which they have their values; None where `scope`, a
    function, gets them as its parameters. `scope` is None at module level. `holder` is the name of the
    object that holds them ("" where each has a name of its own), `made` the expression of this file that
    makes the object. `path` is the file in which they are set, where that is another one; `node` and the
    nodes of the parameters are then of that file, and `getter` is its function that gives the object.
    """

    node: Node
    source: Source
    mapping: str
    ready: Node | None
    parameters: tuple[Parameter, ...]
    holder: str = ""
    scope: Node | None = None
    path: Path | None = None
    made: Node | None = None
    getter: Node | None = None


@dataclass(frozen=True, slots=True)
class Loop:
    """A training loop.

    `counter` is the name that counts ("" without one), `first` the number it starts at when that shows,
    `function` the function that holds it (None at module level).
    """

    node: Node
    kind: LoopKind
    counter: str = ""
    first: int | None = None
    parent: Loop | None = None
    function: Node | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """A counter that a function must be given: a new last parameter, and what each call passes for it.

    `optional` says that some calls have none to give.
    """

    function: Node
    name: str
    calls: tuple[tuple[Node, str], ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """At which step something is reported.

    `text` is the expression, "" for what is reported once; `axis` what it counts ("epoch", "step",
    "fold"); `counters` are loops that must first be given a counter of this name; `handed` what
    functions must be given; `fold` the expression of the fold, when the counting starts anew in each.
    `first` is the number at which the counting starts. `problem` says why there is no step.
    """

    text: str = ""
    axis: str = ""
    first: int = 0
    counters: tuple[tuple[Loop, str], ...] = ()
    handed: tuple[Handed, ...] = ()
    fold: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Reported:
    """A value that the script prints, logs, shows or returns, with its label.

    `value` is the expression; `text` how it reads at the statement (already converted to a number, such
    as "loss.item()", where it is shown so); `step` the expression of its step ("" when it is reported
    once) and `at` what has to be done for it to be there; `statement` the statement that reports it.
    `bind` is the name that the value must first be bound to, so that it is evaluated once. `named_by` is
    the expression of a text that goes in front of the name: `{phase} loss`. With `mapping`, the value is
    a dict of several values by name, and `name` is "".
    """

    node: Node
    name: str
    value: Node
    text: str
    step: str
    statement: Node
    loop: Loop | None = None
    part: Part = Part.UNKNOWN
    at: Step = field(default_factory=Step)
    bind: str = ""
    named_by: str = ""
    mapping: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """Where a model is made; `name` is the expression by which it is reached ("model", "self.net").

    `made` is the statement that makes it, `definition` the class of this file that it is made from.
    """

    node: Node
    name: str
    framework: str
    made: Node
    definition: Node | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """A call that trains: a framework's `fit` or `train`, or the loop itself for plain PyTorch.

    `model` is the expression of what is trained, `data` the expressions of its inputs, in order
    (features, then targets, or one loader), `result` the name that the call's value is bound to.
    `keeps` is False where what was trained is gone afterwards (a cross-validation).
    """

    node: Node
    framework: str
    model: str
    statement: Node
    data: tuple[str, ...] = ()
    result: str = ""
    loop: Loop | None = None
    keeps: bool = True


@dataclass(frozen=True, slots=True)
class Loader:
    """A data loader or an array of inputs; `name` is the expression by which it is reached."""

    node: Node
    name: str
    part: Part
    made: Node
    form: DataForm = DataForm.BATCHES


@dataclass(frozen=True, slots=True)
class Optimiser:
    """Where an optimiser is made; `name` is "" where it is not bound to one."""

    node: Node
    name: str
    api: str
    made: Node


@dataclass(frozen=True, slots=True)
class Scheduler:
    """Where a schedule of the learning rate is made."""

    node: Node
    name: str
    api: str
    made: Node


@dataclass(frozen=True, slots=True)
class Loss:
    """Where a loss function is made or called."""

    node: Node
    name: str
    api: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A function or call that measures a model."""

    node: Node
    name: str
    statement: Node
    part: Part = Part.UNKNOWN


@dataclass(frozen=True, slots=True)
class Best:
    """Best-so-far bookkeeping or early stopping: the test and the name that keeps the best value.

    `value` is the text of what is compared, `measured` its node.
    """

    node: Node
    name: str
    value: str
    direction: str = ""
    stops: bool = False
    measured: Node | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A file that the script writes: `what` is "state_dict", "model", "figure" or "data".

    `path` is the expression of the file's path, `object` the expression of what is saved.
    """

    node: Node
    statement: Node
    what: str
    path: str
    object: str
    framework: str = ""


@dataclass(frozen=True, slots=True)
class Seed:
    """A call that seeds random numbers; `value` is the expression of the seed."""

    node: Node
    value: str


@dataclass(slots=True)
class Landmarks:
    """All landmarks of one file, each kind in source order."""

    entry: EntryPoint | None = None
    parameter_sets: list[ParameterSet] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    reported: list[Reported] = field(default_factory=list)
    models: list[Model] = field(default_factory=list)
    fits: list[Fit] = field(default_factory=list)
    loaders: list[Loader] = field(default_factory=list)
    optimisers: list[Optimiser] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    schedulers: list[Scheduler] = field(default_factory=list)
    evaluations: list[Evaluation] = field(default_factory=list)
    bests: list[Best] = field(default_factory=list)
    saved: list[Saved] = field(default_factory=list)
    seeds: list[Seed] = field(default_factory=list)

    @property
    def parameters(self) -> Iterator[Parameter]:
        """Every hyper-parameter, set by set."""
        for parameters in self.parameter_sets:
            yield from parameters.parameters
