"""inline: which model a script trains by its own backward pass, and where it can be reached afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from adapter.inline.landmarks.reach import reach_of
from adapter.inline.optimise.saying import Frame, Sayer
from adapter.inline.optimise.scopes import assignments, names_in, parameters
from adapter.inline.script import Script

_USES = ("parameters", "train", "eval", "state_dict", "zero_grad", "named_parameters")
_BRANCHES = frozenset({"if_statement", "else_clause", "elif_clause"})
_LOOPS = frozenset({"for_statement", "while_statement"})


@dataclass(frozen=True, slots=True)
class Trained:
    """A model that is trained: the call of it whose loss is brought down, and the frame of that call."""

    call: Node
    callee: Node
    frame: Frame


@dataclass(frozen=True, slots=True)
class Place:
    """A function in which a trained model can be reached when its training is over.

    `model` is the expression that reaches it, `at` the node that trains there: the call of the model itself,
    or a call that leads to it. `returned` says that the model is made by that call.
    """

    frame: Frame
    model: str
    at: Node
    inner: Frame | None
    returned: bool = False


class Finder:
    """Finds the trained models of one script."""

    def __init__(self, script: Script, sayer: Sayer) -> None:
        self._script, self._sayer, self._reach = script, sayer, reach_of(script)

    def find(self) -> list[Trained]:
        """Every model that a backward pass of the script trains, each once, in source order."""
        found: list[Trained] = []
        for call in self._script.calls:
            function = call.child_by_field_name("function")
            member = function.child_by_field_name("attribute") if function is not None else None
            if member is None or self._script.text(member) != "backward":
                continue
            for frame in self._sayer.frames(call):
                found += self._of_pass(call, frame)
        return found

    def _of_pass(self, backward: Node, frame: Frame) -> Iterator[Trained]:
        region = self._region(backward, frame)
        calls = [
            call
            for call in self._reach.calls_in(region)
            if call.start_byte < backward.end_byte and not self._is_untrained(call)
        ]
        nearest: dict[str, Trained] = {}
        for call in calls:
            callee = self.model_called(call)
            if callee is not None:
                nearest[self._script.text(callee)] = Trained(call, callee, frame)
        for call in calls if not nearest else ():
            helper = self._reach.function_called(call)
            body = helper.child_by_field_name("body") if helper is not None else None
            for inner in self._reach.calls_in(body) if body is not None else ():
                callee = self.model_called(inner)
                if callee is not None:
                    nearest[self._script.text(callee)] = Trained(inner, callee, Frame(helper, call, frame))
        yield from nearest.values()

    def _is_untrained(self, call: Node) -> bool:
        """Whether a call stands where no gradients are kept."""
        around = self._script.enclosing(call, frozenset({"with_statement"}))
        while around is not None:
            if re.search(r"no_grad\(|inference_mode\(", self._script.text(around).partition(":")[0]):
                return True
            around = self._script.enclosing(around, frozenset({"with_statement"}))
        return False

    def _region(self, backward: Node, frame: Frame) -> Node:
        """What runs in one step: the innermost loop around the backward pass, else its function."""
        node: Node | None = backward.parent
        while node is not None and node != frame.function:
            if node.type in _LOOPS or node.type == "function_definition":
                return node.child_by_field_name("body") or node
            node = node.parent
        body = frame.function.child_by_field_name("body") if frame.function is not None else None
        return body or self._script.root

    def model_called(self, call: Node) -> Node | None:
        """The expression of the model that a call runs, None where no model is called."""
        callee = call.child_by_field_name("function")
        if (
            callee is not None
            and callee.type == "attribute"
            and self._script.text(callee).endswith(".forward")
        ):
            callee = callee.child_by_field_name("object")
        if callee is None or callee.type not in ("identifier", "attribute"):
            return None
        value = self._script.names.value(callee)
        if value.name in ("<function>", "<class>"):
            return None
        api = self._script.api(callee)
        if api and (not api.endswith("()") or self._is_loss(api)):
            return None
        text = self._script.text(callee)
        if text in ("self", "super") or re.search(r"(^|[._])(criterion|loss|metric)", text):
            return None
        return callee if self._is_used_as_model(text.rpartition(".")[2]) else None

    def _is_loss(self, api: str) -> bool:
        roles = self._script.frameworks.roles(api.removesuffix("()"))
        return any(role.kind in ("loss", "optimiser", "scheduler", "loader") for role in roles)

    def _is_used_as_model(self, name: str) -> bool:
        pattern = rf"\b{re.escape(name)}(\.module)?\.({'|'.join(_USES)})\("
        return re.search(pattern.encode(), self._script.source.data) is not None

    def places(self, trained: Trained) -> list[Place]:
        """Where a model can be reached after its training, from the outermost function to the innermost."""
        found: list[Place] = []
        at, inner = trained.call, None
        for frame in trained.frame.outwards():
            model = self._sayer.say(trained.callee, trained.frame, frame, inline=False)
            if model is not None and self._exists(model, frame):
                if self._runs_once(frame):
                    found.append(Place(frame, model, at, inner))
            elif inner is not None:
                own = self._sayer.say(trained.callee, trained.frame, inner, inline=False)
                name = self._returned(own, inner) if own is not None else ""
                if name:
                    found.append(Place(frame, name, at, inner, returned=True))
                break
            if frame.call is None:
                break
            at, inner = frame.call, frame
        return found[::-1]

    def _runs_once(self, frame: Frame) -> bool:
        """Whether no loop calls the function of a frame: what is put there would be done each time."""
        return all(each.call is None or self._script.loop_of(each.call) is None for each in frame.outwards())

    def _exists(self, model: str, frame: Frame) -> bool:
        """Whether a name is bound where it is to be read, other than by a caller from another file."""
        name = model.partition(".")[0]
        if frame.function is None:
            return bool(assignments(self._script, None, name)) or not self._is_local(name)
        if name in ("self", "cls") or frame.call is not None:
            return True
        return self._sayer.parameter(frame.function, name) is None

    def _is_local(self, name: str) -> bool:
        return any(assignments(self._script, function, name) for function in self._script.functions)

    def _returned(self, model: str, inner: Frame) -> str:
        """The name that a model gets which the function of a frame makes and returns."""
        function, call = inner.function, inner.call
        if function is None or call is None or self._sayer.parameter(function, model) is not None:
            return ""
        returns = [
            n for n in self._script.walk(function) if n.type == "return_statement" and n.named_children
        ]
        if not returns or call.parent is None or call.parent.type != "assignment":
            return ""
        value, left = returns[-1].named_children[0], call.parent.child_by_field_name("left")
        if left is None:
            return ""
        if value.type == "identifier" and left.type in ("identifier", "attribute"):
            return self._script.text(left) if self._script.text(value) == model else ""
        if value.type in ("expression_list", "tuple") and left.type in ("pattern_list", "tuple_pattern"):
            for part, target in zip(value.named_children, left.named_children, strict=False):
                if self._script.text(part) == model and target.type == "identifier":
                    return self._script.text(target)
        return ""


def block_end(script: Script, place: Place) -> tuple[Node, bool] | None:
    """The statement beside which more can be said when training is over, and whether to go before it.

    None where the model is made anew in each turn of a loop around its training.
    """
    statement = script.statement(place.at)
    root = re.split(r"[.\[]", place.model)[0]
    while True:
        block = statement.parent
        holder = block.parent if block is not None else None
        if block is None or holder is None or holder == place.frame.function or holder.type == "module":
            break
        if holder.type in _LOOPS and not place.returned:
            made = [n for n in assignments(script, place.frame.function, root) if n.type == "assignment"]
            if any(holder.start_byte <= n.start_byte < holder.end_byte for n in made):
                return None
        if holder.type in _BRANCHES and not _in_loop(holder, place.frame.function):
            break
        statement = holder
    parent = statement.parent
    siblings = (
        [n for n in parent.named_children if n.type != "comment"] if parent is not None else [statement]
    )
    last = siblings[-1]
    return last, _leaves(script, last)


def _in_loop(node: Node, function: Node | None) -> bool:
    around = node.parent
    while around is not None and around != function:
        if around.type in _LOOPS:
            return True
        around = around.parent
    return False


def _leaves(script: Script, statement: Node) -> bool:
    if statement.type in ("return_statement", "raise_statement"):
        return True
    return re.match(r"(sys\.exit|exit|quit|os\._exit)\(", script.text(statement)) is not None


def reads(script: Script, node: Node, name: str) -> bool:
    """Whether a node reads a name."""
    return any(script.text(each) == name for each in names_in(node))


def takes_nothing(function: Node) -> bool:
    """Whether a function has no parameters but `self`."""
    return not [p for p in parameters(function) if p.text != b"self"]
