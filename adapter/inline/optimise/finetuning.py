"""inline: a script's own training, run once more for a few epochs on a changed model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from adapter.inline.landmarks.loops import positional, ranged, shown
from adapter.inline.landmarks.reach import reach_of
from adapter.inline.optimise.feed import UnsaidError
from adapter.inline.optimise.saying import Sayer
from adapter.inline.optimise.scopes import free_names, targets
from adapter.inline.optimise.trained import Place, Trained, reads
from adapter.inline.script import Script

_SAVES = re.compile(r"\.(save|dump|save_pretrained|save_checkpoint)\(")
_STEPS = re.compile(r"\.(backward|step|zero_grad|clip_grad_norm_|clip_grad_value_|unscale_|update)\(")
_SHOWN = re.compile(r"print\(|\.(info|debug|write|set_postfix|set_description|add_scalar|append)\(")
_COMPOUND = frozenset({"for_statement", "while_statement", "if_statement", "with_statement", "try_statement"})


class FineTuning:
    """Writes further training of one model at one place."""

    def __init__(self, script: Script, sayer: Sayer, trained: Trained, place: Place, unit: str) -> None:
        self._script, self._sayer, self._trained = script, sayer, trained
        self._place, self._unit = place, unit

    def lines(self, epochs: int, renamed: dict[str, str]) -> list[str]:
        """Statements that train the model again, as long as the script shows how at the place.

        `renamed` gives new names, such as the model's; lines of a block are indented by themselves.

        Raises:
            UnsaidError: what trains the model can neither be called again nor copied.
        """
        call = self._place.at if self._place.inner is not None else None
        if call is not None and not self._place.returned:
            again = self._call_again(call, epochs)
            if again is not None:
                return [_renamed(line, renamed) for line in again]
        if self._place.frame != self._trained.frame:
            line = self._script.line(self._place.at)
            raise UnsaidError(f"the training at line {line}, which cannot be run once more by itself")
        return [_renamed(line, renamed) for line in self._copied(epochs)]

    def sets_mode(self, lines: list[str]) -> bool:
        """Whether lines that train put the model into training mode by themselves."""
        call = self._place.at if self._place.inner is not None else None
        function = reach_of(self._script).function_called(call) if call is not None else None
        called = function is not None and not any(".backward(" in line for line in lines)
        if called and function is not None:
            inside = [function] + [
                inner
                for c in reach_of(self._script).calls_in(function)
                if (inner := reach_of(self._script).function_called(c)) is not None
            ]
            return any(re.search(r"\.train\((True|.* is not None)?\)", self._script.text(f)) for f in inside)
        return any(".train()" in line for line in lines)

    # The call that trains, once more.

    def _call_again(self, call: Node, epochs: int) -> list[str] | None:
        function = reach_of(self._script).function_called(call)
        if function is None or self._keeps_files(function):
            return None
        loop = self._epoch_loop(call)
        text = self._call_text(call, function, epochs)
        if text is None:
            return None
        counted = self._counts_itself(function)
        if loop is None:
            if counted:
                return [text]
            return [f"for _ in range({epochs}):", f"{self._unit}{text}"]
        counter = loop.child_by_field_name("left")
        name = self._script.text(counter) if counter is not None else "_"
        numbers = ranged(self._script, shown(self._script, loop.child_by_field_name("right") or loop))
        start = numbers.first if numbers is not None else None
        used = counter is not None and any(
            reads(self._script, call, self._script.text(t)) for t in targets(counter)
        )
        span = f"range(1, {epochs + 1})" if used and start == 1 else f"range({epochs})"
        return [f"for {name if used else '_'} in {span}:", f"{self._unit}{text}"]

    def _epoch_loop(self, call: Node) -> Node | None:
        loop = self._script.loop_of(call)
        return loop if loop is not None and loop.type == "for_statement" else None

    def _call_text(self, call: Node, function: Node, epochs: int) -> str | None:
        """The call as it stands, for fewer epochs where it is told their number."""
        if self._depends_on_batch(call):
            return None
        text = self._script.text(call)
        count = self._epochs_given(call, function)
        if count is not None:
            start, end = count.start_byte - call.start_byte, count.end_byte - call.start_byte
            data = text.encode()
            text = (data[:start] + str(epochs).encode() + data[end:]).decode()
        return text

    def _depends_on_batch(self, call: Node) -> bool:
        """Whether a call is given parts of a batch, or stands in a comprehension over batches."""
        loop = self._script.loop_of(call)
        if (
            self._script.enclosing(call, frozenset({"list_comprehension", "generator_expression"}))
            is not None
        ):
            return True
        if loop is None or loop.type != "for_statement":
            return False
        over = loop.child_by_field_name("right")
        return over is not None and ranged(self._script, over) is None

    def _epochs_given(self, call: Node, function: Node) -> Node | None:
        """The argument of a call that says for how many epochs to train."""
        for loop in self._script.loops:
            if not function.start_byte <= loop.start_byte < function.end_byte:
                continue
            over = loop.child_by_field_name("right")
            if over is None or ranged(self._script, over) is None:
                continue
            for name in free_names(shown(self._script, over)):
                parameter = self._sayer.parameter(function, self._script.text(name))
                given = self._given(call, function, parameter) if parameter is not None else None
                if given is not None and "epoch" in self._script.text(parameter or name) + self._script.text(
                    given
                ):
                    return given
        return None

    def _given(self, call: Node, function: Node, parameter: Node) -> Node | None:
        from adapter.inline.optimise.saying import Frame

        return self._sayer.given(parameter, Frame(function, call, self._place.frame))

    def _counts_itself(self, function: Node) -> bool:
        """Whether a function that trains goes over the data more than once."""
        for loop in self._script.loops:
            if (
                function.start_byte <= loop.start_byte < function.end_byte
                and self._script.loop_of(loop) is not None
            ):
                return True
            over = loop.child_by_field_name("right")
            inside = function.start_byte <= loop.start_byte < function.end_byte
            if inside and over is not None and ranged(self._script, over) is not None:
                return True
        return False

    def _keeps_files(self, function: Node) -> bool:
        """Whether a function writes files, by itself or by what it calls: they must stay as they are."""
        seen: set[int] = set()
        stack = [function]
        while stack:
            current = stack.pop()
            if current.start_byte in seen:
                continue
            seen.add(current.start_byte)
            if _SAVES.search(self._script.text(current)):
                return True
            for call in reach_of(self._script).calls_in(current):
                inner = reach_of(self._script).function_called(call)
                if inner is not None:
                    stack.append(inner)
        return False

    # The step of a loop, copied.

    def _copied(self, epochs: int) -> list[str]:
        batches = self._step_loop()
        if batches is None:
            line = self._script.line(self._trained.call)
            raise UnsaidError(f"a training loop around line {line}")
        over = batches.child_by_field_name("right")
        whole = over is not None and ranged(self._script, over) is not None and not self._slices(over)
        body = batches.child_by_field_name("body")
        kept = self._kept(body) if body is not None else []
        if not kept:
            raise UnsaidError(f"the training step of the loop at line {self._script.line(batches)}")
        if whole or batches.type == "while_statement":
            header = self._whole_header(batches, epochs)
            return [header, *self._dedented(kept, self._unit)]
        inner = [f"{self._unit}{self._header(batches, kept)}", *self._dedented(kept, self._unit * 2)]
        return [f"for _ in range({epochs}):", *inner]

    def _slices(self, over: Node) -> bool:
        return len(positional(shown(self._script, over))) == 3

    def _whole_header(self, loop: Node, epochs: int) -> str:
        """A loop whose turns see all the data, or one batch each: as many turns again."""
        over = loop.child_by_field_name("right")
        if over is None:
            return f"for _ in range({epochs * 50}):"
        return f"for _ in {self._script.text(shown(self._script, over))}:"

    def _step_loop(self) -> Node | None:
        return self._script.loop_of(self._trained.call)

    def _header(self, loop: Node, kept: list[Node]) -> str:
        """A loop's header without what counts or shows its progress, unless a kept statement reads it."""
        left, right = loop.child_by_field_name("left"), loop.child_by_field_name("right")
        assert left is not None
        assert right is not None
        over = shown(self._script, right)
        if self._script.text(over).startswith("enumerate(") and left.named_child_count == 2:
            index = self._script.text(left.named_children[0])
            if not any(reads(self._script, statement, index) for statement in kept):
                left, over = left.named_children[1], shown(self._script, positional(over)[0])
        target = self._script.text(left)
        if left.type == "tuple_pattern":
            target = target[1:-1]
        return f"for {target} in {self._script.text(over)}:"

    def _kept(self, body: Node) -> list[Node]:
        """The statements of a loop's body that make one training step, in order."""
        statements = [n for n in body.named_children if n.type != "comment"]
        steps = [s for s in statements if self._is_step(s)]
        needed = {self._script.text(n) for s in steps for n in free_names(s)}
        kept = {s.start_byte for s in steps}
        for statement in reversed(statements):
            made = set(self._made(statement))
            if statement.start_byte in kept or (made & needed and not self._only_shows(statement)):
                kept.add(statement.start_byte)
                needed |= {self._script.text(n) for n in free_names(statement)}
        return [s for s in statements if s.start_byte in kept]

    def _is_step(self, statement: Node) -> bool:
        text = self._script.text(statement)
        if not _STEPS.search(text) or re.search(
            r"sched\w*\.step\(|(bar|pbar|progress|meter)\w*\.update\(", text
        ):
            return False
        return not self._only_shows(statement)

    def _only_shows(self, statement: Node) -> bool:
        text = self._script.text(statement)
        return bool(_SHOWN.search(text)) and ".backward(" not in text

    def _made(self, statement: Node) -> Iterator[str]:
        for node in self._script.walk(statement):
            left = node.child_by_field_name("left")
            if node.type in ("assignment", "augmented_assignment") and left is not None:
                yield from (self._script.text(t) for t in targets(left))

    def _dedented(self, statements: list[Node], indent: str) -> list[str]:
        found = []
        for statement in statements:
            own = self._script.source.line_indent(statement.start_byte)
            lines = self._script.text(statement).split("\n")
            found += [f"{indent}{lines[0]}"]
            found += [f"{indent}{line.removeprefix(own)}" if line.strip() else line for line in lines[1:]]
        return found


def _renamed(line: str, renamed: dict[str, str]) -> str:
    for old, new in renamed.items():
        line = re.sub(rf"(?<![\w.]){re.escape(old)}(?!\w)", new, line)
    return line
