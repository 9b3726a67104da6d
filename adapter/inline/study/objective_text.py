"""inline: the objective of a study as it is written: suggestions, then the training with them."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from adapter.inline.landmarks.literals import parameter_names
from adapter.inline.landmarks.model import ParameterSet
from adapter.inline.landmarks.words import Source
from adapter.inline.script import Script
from adapter.inline.study.names import bound_by, read_by
from adapter.inline.study.shape import Form, Shape
from adapter.inline.study.space import Tuned
from adapter.inline.study.values import Setter, is_constructed
from adapter.inline.study.writing import Writing, indented
from adapter.translate.context import statements_in

_COMMANDS = frozenset({Source.CLICK, Source.TYPER})


class ObjectiveText:
    """Writes the objective of one study; `trial` is what its trial is called."""

    def __init__(
        self,
        script: Script,
        shape: Shape,
        writing: Writing,
        setter: Setter,
        tuned: Sequence[tuple[ParameterSet, list[Tuned]]],
        trial: str,
    ) -> None:
        self._script, self._shape, self._writing = script, shape, writing
        self._setter, self._tuned, self._trial = setter, tuned, trial

    def parameters(self) -> list[str]:
        """What the objective must be given besides the trial: local names that the call needs."""
        shape = self._shape
        if shape.base is None:
            return []
        hoisted = shape.hoisted
        own = (
            {hoisted.holder}
            if hoisted is not None and is_constructed(self._script, shape, hoisted)
            else set()
        )
        return [name for name in self._local_names() if name not in own]

    def _local_names(self) -> list[str]:
        """The names of the function around that the call of the training needs."""
        shape = self._shape
        assert shape.base is not None
        tuned = {
            item.parameter.name for each, items in self._tuned for item in items if each.source in _COMMANDS
        }
        if shape.form is Form.TAIL:
            return [name for name in shape.passed if name not in tuned]
        body = shape.base.child_by_field_name("body")
        bound = {name.strip("*") for name in parameter_names(shape.base)}
        for statement in statements_in(body) if body is not None else []:
            bound |= bound_by(statement)
        if shape.hoisted is not None:
            bound.add(shape.hoisted.holder)
        read = read_by(self._script, [shape.call] if shape.call is not None else [])
        if shape.hoisted is not None:
            read = (read - read_by(self._script, [shape.hoisted.made] if shape.hoisted.made else [])) | {
                shape.hoisted.holder
            }
        return sorted((read & bound) - tuned)

    def lines(
        self, objective: str, given: Sequence[str], called: str, access: str, *, takes_trial: bool
    ) -> list[str]:
        """The function `objective` of a trial and what else it is `given`: it runs `called`, gives the value.

        `access` is the part of what is called that is the value.
        """
        values, shape = self._setter.values, self._shape
        lines = [f"def {objective}({', '.join([self._trial, *given])}):"]
        if values.shared:
            lines.append(f"    global {', '.join(values.shared)}")
        lines += indented(values.lines)
        lines += [f"    {line}" for each in shape.seeds for line in self._script.text(each).split("\n")]
        trial = [f"{self._trial}={self._trial}"] if takes_trial else []
        if shape.form is Form.CALL and shape.call is not None:
            arguments = [*self._call_arguments(shape.call), *values.arguments, *trial]
        else:
            named = self._command_arguments()
            positional = [] if named else list(shape.passed)
            trial = (
                [self._trial]
                if takes_trial and not named and not values.arguments and not values.parameters
                else trial
            )
            arguments = [*positional, *named, *values.arguments, *trial]
        return [*lines, *self._writing.call(called, arguments, "    return ", access)]

    def _command_arguments(self) -> list[str]:
        """The arguments of the training for a command: suggestions for those that are searched."""
        command = self._shape.command
        if command is None:
            return []
        found = dict(item.split("=", 1) for item in self._setter.values.command)
        return [f"{name}={found.get(name, name)}" for name in self._shape.passed]

    def _call_arguments(self, call: Node) -> list[str]:
        arguments = call.child_by_field_name("arguments")
        children = arguments.named_children if arguments is not None else []
        return [self.with_holder(child) for child in children if child.type != "comment"]

    def with_holder(self, node: Node) -> str:
        """The text of a node with the name of a hoisted object in place of what makes it."""
        hoisted, text = self._shape.hoisted, self._script.text(node)
        if hoisted is None or hoisted.made is None:
            return text
        made = self._script.text(hoisted.made)
        inside = node.start_byte <= hoisted.made.start_byte < node.end_byte
        return text.replace(made, hoisted.holder, 1) if inside else text
