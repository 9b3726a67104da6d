"""inline: landmarks as the steps of the engine "insert" see them: nodes and fields by name.

- `training`: what the program runs to train, once; nodes `first` and `last`, fields `params` (parameters
  that have their values by then) and `wrap`. See `run.py`.
- `parameters`: sets of parameters that get their values while the training runs; field `mapping`.
- `reports`: each statement that reports values; fields `metrics` (a dict display), `name` and `value` of a
  single one, `step`, `count` ("one", "many"). See `reports.py`.
- `axes`: what the steps of reported values count, where the library needs to know; fields `name`, `axis`.
- `calls`: calls that have a role in a framework; fields `role`, `framework`, `api`, `receiver`, `member`,
  `result`, `keyword.NAME` for what is given by keyword, `params` (parameters that have their values by then).
- `folds`: the bodies of loops over folds; nodes `first` and `last`, field `name` (an expression).
- `checkpoints`: files that a framework writes while it trains; fields `framework`, `path`.
- `fits`, `models`, `saved`, `loaders`, `optimisers`, `losses`, `seeds`, `evaluations`, `bests`: the landmarks
  of `landmarks/model.py`; every text of theirs is a field, every node a node, and `once` says that nothing
  else of the framework is trained. Those that are calls have the fields of `calls` too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace

from tree_sitter import Node

from adapter.inline.insert.desk import Desk
from adapter.inline.landmarks.fits import bound_name
from adapter.inline.landmarks.loops import positional
from adapter.inline.landmarks.model import Fit, Loop
from adapter.inline.landmarks.words import LoopKind
from adapter.translate.context import statements_in


def _nothing(desk: Desk) -> None:
    """Nothing has to be done before."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A landmark: where it is, what it says, and what must be done before something is put there.

    `parts` are what it consists of, where that can be taken one by one. `problem` says why nothing can
    be put there.
    """

    node: Node
    fields: Mapping[str, str] = field(default_factory=dict)
    nodes: Mapping[str, Node] = field(default_factory=dict)
    prepare: Callable[[Desk], None] = _nothing
    parts: tuple[Seen, ...] = ()
    problem: str = ""


def seen_landmarks(desk: Desk, kind: str) -> list[Seen]:
    """The landmarks of one kind, in source order.

    Raises:
        KeyError: there is no such kind; recipes are checked for that.
    """
    return list(_VIEWS[kind](desk))


def _plain(kind: str) -> Callable[[Desk], Iterator[Seen]]:
    def view(desk: Desk) -> Iterator[Seen]:
        from adapter.inline.insert.run import in_run, repeats

        for landmark in getattr(desk.work.landmarks, kind):
            seen = _of(desk, landmark)
            if kind == "saved" and not in_run(desk, seen.nodes["statement"]):
                continue
            framework = seen.fields.get("framework")
            same = [other for other in desk.work.landmarks.fits if other.framework == framework]
            once = len(same) == 1 and not repeats(desk.work.script, seen.nodes["statement"])
            problem = _anew(desk, landmark) if isinstance(landmark, Fit) else ""
            yield replace(seen, fields={**seen.fields, "once": "True" if once else ""}, problem=problem)

    return view


def _anew(desk: Desk, fit: Fit) -> str:
    """Why what a framework counts by itself cannot be told apart: each turn of a loop counts anew."""
    loop = desk.work.script.loop_of(fit.node)
    folds = {each.node for each in desk.work.landmarks.loops if each.kind is LoopKind.FOLD}
    if fit.framework != "keras" or fit.node.type != "call" or loop is None:
        return ""
    if loop in folds and desk.work.request.options.get("nested"):
        return ""
    line = desk.work.script.line(loop)
    return f"the epochs of the fit are counted anew in each turn of the loop at line {line}"


def _of(desk: Desk, landmark: object) -> Seen:
    texts: dict[str, str] = {}
    nodes: dict[str, Node] = {}
    for each in fields(landmark):  # type: ignore[arg-type]
        value = getattr(landmark, each.name)
        if isinstance(value, Node):
            nodes[each.name] = value
            texts.setdefault(f"{each.name}.text", desk.work.script.text(value))
        elif isinstance(value, bool):
            texts[each.name] = "true" if value else ""
        elif isinstance(value, str):
            texts[each.name] = str(value)
        elif isinstance(value, tuple) and all(isinstance(item, str) for item in value):
            texts |= {f"{each.name}.{index}": item for index, item in enumerate(value)}
        elif isinstance(value, Loop):
            texts[each.name] = value.kind
    nodes.setdefault("statement", nodes.get("made") or desk.work.script.statement(nodes["node"]))
    if nodes["node"].type == "call":
        texts = {**_said(desk, nodes["node"]), **texts}
    return Seen(nodes["node"], texts, nodes)


def _calls(desk: Desk) -> Iterator[Seen]:
    script = desk.work.script
    for call in script.calls:
        for role in sorted(script.roles(call), key=lambda role: (role.framework, role.kind)):
            said = {"role": role.kind, "framework": role.framework, **_said(desk, call)}
            yield Seen(call, said, {"statement": script.statement(call), "call": call})


def _said(desk: Desk, call: Node) -> dict[str, str]:
    """What a call says: its full name, what it is called on, what is given by keyword, and its result."""
    from adapter.inline.insert.parameters import ready_parameters

    script = desk.work.script
    found = {"api": script.called(call), "params": ready_parameters(desk, script.statement(call))}
    function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is not None and function.type == "attribute":
        found["receiver"] = script.text(function.named_children[0])
        found["member"] = script.text(function.named_children[-1])
    for child in arguments.named_children if arguments is not None else ():
        name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        if child.type == "keyword_argument" and name is not None and value is not None:
            found[f"keyword.{script.text(name)}"] = script.text(value)
    found["result"] = bound_name(script, call)
    return found


def _checkpoints(desk: Desk) -> Iterator[Seen]:
    script = desk.work.script
    for call in script.calls:
        roles = [role for role in script.roles(call) if role.kind == "checkpoint"]
        given = positional(call)[:1]
        later = [fit for fit in desk.work.landmarks.fits if fit.statement.start_byte >= call.start_byte]
        if roles and later and given and "{" not in script.text(given[0]):
            fields = {"framework": roles[0].framework, "path": script.text(given[0])}
            yield Seen(call, fields, {"statement": later[-1].statement})


def _folds(desk: Desk) -> Iterator[Seen]:
    for loop in desk.work.landmarks.loops:
        body = loop.node.child_by_field_name("body")
        statements = statements_in(body) if body is not None else []
        if loop.kind is LoopKind.FOLD and statements:
            name = f"f{desk.quoted(f'fold_{{{loop.counter}}}')}" if loop.counter else desk.quoted("fold")
            yield Seen(loop.node, {"name": name}, {"first": statements[0], "last": statements[-1]})


def _views() -> dict[str, Callable[[Desk], Iterator[Seen]]]:
    from adapter.inline.insert.reports import axes, reports
    from adapter.inline.insert.run import parameters, training

    plain = ("fits", "models", "saved", "loaders", "optimisers", "losses", "seeds", "evaluations", "bests")
    return {
        **{kind: _plain(kind) for kind in plain},
        "training": training,
        "parameters": parameters,
        "reports": reports,
        "axes": axes,
        "calls": _calls,
        "checkpoints": _checkpoints,
        "folds": _folds,
    }


class _Views(dict[str, Callable[[Desk], Iterator[Seen]]]):
    """The views, put together when the first is asked for: they build on `Seen`."""

    def __missing__(self, kind: str) -> Callable[[Desk], Iterator[Seen]]:
        self.update(_views())
        if kind not in self:
            raise KeyError(kind)
        return self[kind]


_VIEWS = _Views()
