"""inline: how batches reach a model: where they come from, and what of one the model is given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from adapter.inline.landmarks.literals import called_text
from adapter.inline.landmarks.loops import positional
from adapter.inline.optimise.batch_function import function_of_batch
from adapter.inline.optimise.batches import batch_loop, element, loops_around, over
from adapter.inline.optimise.feed import BATCH, READS, Feed, UnsaidError, one_line, projected
from adapter.inline.optimise.phases import training_phases
from adapter.inline.optimise.saying import Frame, Sayer, in_brackets
from adapter.inline.optimise.scopes import assignments, free_names, parameter_name, parameters, targets
from adapter.inline.script import Script

_SAMPLES = 32
_LONGEST = 90
_SLICED = re.compile(
    rf"([\w.]+)\[{BATCH} ?: ?(?:\({BATCH} ?\+[^\]]*\)|{BATCH} ?\+[^\]]*|min\([^\]]*\))\]"
    rf"|([\w.]+)\[[\w.]+\[{BATCH}[^\]]*\]\]"
)


class Feeder:
    """Says for one call of a model, in the frame it runs in, how it is fed."""

    def __init__(self, script: Script, sayer: Sayer, call: Node, frame: Frame, to: Frame) -> None:
        self._script, self._sayer = script, sayer
        self._call, self._frame, self._to = call, frame, to
        self._loop: tuple[Node, Frame] | None = None
        self._turn: tuple[Node, Frame] | None = None

    def feed(self) -> Feed:
        """The inputs of the model.

        Raises:
            UnsaidError: an argument or the data cannot be said at the place.
        """
        self._loop = batch_loop(self._script, self._call, self._frame)
        self._turn = self._loop or next(loops_around(self._call, self._frame), None)
        inputs = one_line(self._inputs())
        if self._loop is None or not READS.search(inputs):
            drawn = any(
                n.type == "call" and self._script.definition(n.named_children[0]) for n in self._drawn()
            )
            data = f"[{inputs} for _ in range({_SAMPLES})]" if drawn else f"[{inputs}]"
            return Feed(data, only=inputs)
        return self._with_loop(inputs, *self._loop)

    def _drawn(self) -> Iterator[Node]:
        """What names of the model's arguments are bound to in the function of the call."""
        arguments = self._call.child_by_field_name("arguments")
        for name in free_names(arguments) if arguments is not None else ():
            bound = self._bound_before(self._script.text(name), self._frame, self._call.start_byte)
            value = bound.child_by_field_name("right") if bound is not None else None
            if value is not None:
                yield value

    # What the model is given.

    def _inputs(self) -> str:
        arguments = self._call.child_by_field_name("arguments")
        given = [a for a in arguments.named_children if a.type != "comment"] if arguments is not None else []
        plain = [a for a in given if a.type not in ("keyword_argument", "dictionary_splat", "list_splat")]
        named = {
            self._script.text(a.named_children[0]): a.named_children[-1]
            for a in given
            if a.type == "keyword_argument"
        }
        spread = [a.named_children[0] for a in given if a.type == "dictionary_splat"]
        listed = [a.named_children[0] for a in given if a.type == "list_splat"]
        if spread and not plain and not listed:
            return self._mapping(spread, named)
        if listed and not plain and not named and len(listed) == 1:
            whole = self._said(listed[0])
            return whole if whole.startswith("(") and whole.endswith(")") else f"tuple({whole})"
        if spread or listed:
            raise UnsaidError(f"the arguments of the model at line {self._script.line(self._call)}")
        if not named:
            said = [self._said(a) for a in plain]
            return said[0] if len(said) == 1 else f"({', '.join(said)})"
        names = self._positions(len(plain)) if plain else []
        pairs = [f'"{name}": {self._said(a)}' for name, a in zip(names, plain, strict=True)]
        pairs += [f'"{name}": {self._said(a)}' for name, a in named.items()]
        return "{" + ", ".join(pairs) + "}"

    def _mapping(self, spread: list[Node], named: Mapping[str, Node]) -> str:
        said = [self._said(each) for each in spread]
        if not named and len(said) == 1:
            # NNCF and others take a dict apart, but not every mapping: a tokenizer gives a class of its own
            return f"dict({said[0]})" if said[0] == BATCH else said[0]
        pairs = [f"**{each}" for each in said] + [f'"{n}": {self._said(a)}' for n, a in named.items()]
        return "{" + ", ".join(pairs) + "}"

    def _positions(self, count: int) -> list[str]:
        function = self._call.child_by_field_name("function")
        definition = self._script.definition(function) if function is not None else None
        if definition is not None and definition.type == "class_definition":
            for method in self._script.functions:
                name = method.child_by_field_name("name")
                inside = definition.start_byte <= method.start_byte < definition.end_byte
                if inside and name is not None and self._script.text(name) == "forward":
                    names = [parameter_name(self._script, p) for p in parameters(method)]
                    if len(names) > count:
                        return names[1 : count + 1]
        raise UnsaidError(f"the names of the model's inputs at line {self._script.line(self._call)}")

    def _said(self, node: Node) -> str:
        return self._say(node, self._frame, self._call.start_byte)

    # Names, followed back to the batch.

    def _say(self, node: Node, frame: Frame, at: int, known: Mapping[str, str] | None = None) -> str:
        part = self._part_of_comprehension(node, frame, at)
        if part is not None:
            return part
        known = {**training_phases(self._script, node, frame), **(known or {})}
        for name in free_names(node):
            text = self._script.text(name)
            if text not in known:
                known[text] = self._name(name, frame, at)
        said = self._sayer.say(node, frame, self._to, known)
        assert said is not None
        return said

    def _name(self, name: Node, frame: Frame, at: int) -> str:
        text = self._script.text(name)
        bound = self._bound_before(text, frame, at)
        if bound is not None:
            return self._popped(text, frame, at, bound, self._value(bound, text, frame))
        function = frame.function
        own = self._sayer.parameter(function, text) if function is not None else None
        if own is not None and frame.outer is not None and frame.call is not None and frame != self._to:
            given = self._sayer.given(own, frame)
            if given is not None:
                return self._say(given, frame.outer, frame.call.start_byte)
        said = self._sayer.say(name, frame, self._to)
        if said is None:
            raise UnsaidError(
                f"`{text}` at line {self._script.line(name)}, which is not known after training"
            )
        return said

    def _bound_before(self, text: str, frame: Frame, at: int) -> Node | None:
        """What gives a name its value in the turn of the loop in which the model is called."""
        if self._turn is None:
            return None
        loop, home = self._turn
        found = None
        if frame == home:
            left = loop.child_by_field_name("left")
            if loop.type == "for_in_clause" and left is not None:
                found = loop if any(self._script.text(t) == text for t in targets(left)) else None
        elif home not in tuple(frame.outwards()):
            return None
        for each in assignments(self._script, frame.function, text):
            done = each.start_byte if each.type in ("for_statement", "as_pattern") else each.end_byte
            if done > at or each.type == "augmented_assignment":
                continue
            if frame != home or loop.start_byte <= each.start_byte < loop.end_byte:
                found = each
        return found

    def _value(self, bound: Node, text: str, frame: Frame) -> str:
        left, right = bound.child_by_field_name("left"), bound.child_by_field_name("right")
        if left is None or right is None:
            raise UnsaidError(f"`{text}` at line {self._script.line(bound)}")
        if bound.type in ("for_statement", "for_in_clause"):
            if self._loop is None or bound != self._loop[0]:
                raise UnsaidError(f"`{text}` of the loop at line {self._script.line(bound)}")
            return projected(self._script, element(self._script, bound), text, BATCH)
        if left.type == "identifier":
            said = self._say(right, frame, bound.start_byte)
            return self._if_only(bound, text, frame, said)
        if right.type in ("expression_list", "tuple") and left.named_child_count == right.named_child_count:
            for target, value in zip(left.named_children, right.named_children, strict=True):
                if any(self._script.text(t) == text for t in targets(target)):
                    return projected(self._script, target, text, self._say(value, frame, bound.start_byte))
        return self._unpacked(left, right, text, frame, bound)

    def _unpacked(self, left: Node, right: Node, text: str, frame: Frame, bound: Node) -> str:
        for index, target in enumerate(left.named_children):
            if any(self._script.text(t) == text for t in targets(target)) and target.type == "identifier":
                part = self._element_of(right, str(index), frame, bound.start_byte)
                if part is not None:
                    return part
        return projected(self._script, left, text, self._say(right, frame, bound.start_byte))

    def _if_only(self, bound: Node, text: str, frame: Frame, said: str) -> str:
        """A value given under a condition: `x = x.cuda()` below `if cuda`."""
        statement = self._script.statement(bound)
        block = statement.parent.parent if statement.parent is not None else None
        if block is None or block.type != "if_statement" or self._holds_call(block):
            return said
        condition = block.child_by_field_name("condition")
        if condition is None or block.child_by_field_name("alternative") is not None:
            raise UnsaidError(f"`{text}` at line {self._script.line(bound)}, which depends on a condition")
        before = self._bound_before(text, frame, block.start_byte)
        if before is None:
            raise UnsaidError(f"`{text}` at line {self._script.line(bound)}, which depends on a condition")
        other = self._value(before, text, frame)
        return f"({said} if {self._say(condition, frame, block.start_byte)} else {other})"

    def _holds_call(self, block: Node) -> bool:
        return block.start_byte <= self._call.start_byte < block.end_byte

    def _popped(self, text: str, frame: Frame, at: int, bound: Node, said: str) -> str:
        """A batch without the keys that the script takes out of it: `labels = batch.pop("labels")`."""
        body = self._loop[0] if self._loop is not None and self._loop[1] == frame else frame.function
        keys = []
        for call in self._script.calls:
            function = call.child_by_field_name("function")
            inside = body is not None and body.start_byte <= call.start_byte < body.end_byte
            if not inside or function is None or not bound.start_byte <= call.start_byte < at:
                continue
            if self._script.text(function) == f"{text}.pop" and len(positional(call)) >= 1:
                keys.append(self._script.text(positional(call)[0]))
        if not keys:
            return said
        unwanted = f"!= {keys[0]}" if len(keys) == 1 else f"not in ({', '.join(keys)})"
        return f"{{key: value for key, value in {in_brackets(said)}.items() if key {unwanted}}}"

    # Batches that are moved as a whole: `[t.to(device) for t in batch]`, `{k: v.to(device) for ...}`.

    def _part_of_comprehension(self, node: Node, frame: Frame, at: int) -> str | None:
        if node.type != "subscript":
            return None
        holder, index = node.child_by_field_name("value"), node.child_by_field_name("subscript")
        if holder is None or index is None or holder.type != "identifier":
            return None
        bound = self._bound_before(self._script.text(holder), frame, at)
        if bound is None or bound.type != "assignment":
            return None
        value = bound.child_by_field_name("right")
        return self._element_of(value, self._script.text(index), frame, bound.start_byte) if value else None

    def _element_of(self, node: Node, index: str, frame: Frame, at: int) -> str | None:
        if node.type == "call" and self._script.text(node).startswith(("tuple(", "list(")):
            given = node.child_by_field_name("arguments")
            inner = given if given is not None and given.type == "generator_expression" else None
            if inner is None:
                return None
            node = inner
        if node.type not in ("list_comprehension", "generator_expression", "dictionary_comprehension"):
            return None
        body = node.child_by_field_name("body")
        clauses = [c for c in node.named_children if c.type in ("for_in_clause", "if_clause")]
        if body is None or len(clauses) != 1:
            return None
        over, target = clauses[0].child_by_field_name("right"), clauses[0].child_by_field_name("left")
        if over is None or target is None:
            return None
        if node.type == "dictionary_comprehension":
            if over.type != "call" or not self._script.text(over).endswith(".items()") or body.type != "pair":
                return None
            receiver = over.child_by_field_name("function")
            over = receiver.child_by_field_name("object") if receiver is not None else None
            target, body = target.named_children[-1], body.child_by_field_name("value")
        if target.type != "identifier" or body is None or over is None:
            return None
        whole = self._say(over, frame, at)
        return self._say(body, frame, at, {self._script.text(target): f"{in_brackets(whole)}[{index}]"})

    # Where batches come from.

    def _with_loop(self, inputs: str, loop: Node, frame: Frame) -> Feed:
        source = over(self._script, loop)
        data = self._outside(source, frame)
        if source.type == "call" and called_text(source) == "range":
            step = in_brackets(self._outside(positional(source)[2], frame))
            sliced = _SLICED.fullmatch(inputs)
            if sliced is not None:
                base = sliced[1] or sliced[2]
                return Feed(f"{base}.split({step})", only=f"{base}[:{step}]")
            name = self._script.text(element(self._script, loop))
            turned = READS.sub(name, inputs)
            return Feed(f"[{turned} for {name} in {data}]")
        if source.type == "call" and not self._script.api(source).startswith("torch.utils.data"):
            # what a function makes may serve one pass only
            data = f"list({data})"
        if len(inputs) > _LONGEST and loop.type == "for_statement" and frame == self._frame:
            made = function_of_batch(
                self._script, self._sayer, self._call, element(self._script, loop), loop, frame, self._to
            )
            if made is not None:
                return Feed(data, inputs, "", made[0], tuple(made[1]))
        return Feed(data, inputs)

    def _outside(self, node: Node, frame: Frame) -> str:
        said = self._sayer.say(node, frame, self._to, training_phases(self._script, node, frame))
        if said is None:
            line = self._script.line(node)
            raise UnsaidError(
                f"the data at line {line}, `{self._script.text(node)}`, which is not known after training"
            )
        return one_line(said)
